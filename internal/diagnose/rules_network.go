package diagnose

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/result"
)

// ErrCannotSign means that the private key does not belong to the certificate, so no
// request was sent.
var ErrCannotSign = msg.Error(msg.New("the private key cannot sign for the certificate"))

// ErrTenantUnusable means that the tenant cannot be part of a URL, for example because of
// a space or a slash.
var ErrTenantUnusable = msg.Error(msg.New("the tenant cannot be part of a URL"))

// incomplete is a configuration that does not allow a sign-in.
func incomplete(v *view) []*verdict {
	p := v.Setup.Problem
	if p == nil {
		return nil
	}
	d := proven(p.Cause, v.nothingAsked()).says(p.Summary)
	d.seen(p.Summary, seen.Text(known(p), p.Source, func(p Problem) string { return p.Value }))
	d.evidence = append(d.evidence, p.Evidence...)
	return one(d)
}

// unreachable is a failed connection to Entra. The error of the connection proves it.
func unreachable(v *view) []*verdict {
	n := v.network
	if n == nil {
		return nil
	}
	cause, certainty := meaning(n)
	d := &verdict{id: cause, certainty: certainty}
	if certainty == result.Proven {
		d = proven(cause, v.unanswered())
	}
	d.connection, d.failed, d.remedy = true, n, v.connectionAdvice(cause, n)
	switch {
	case n.TimeLimit():
		d.says(msg.New("The sign-in host gave no complete answer within the time limit of %s (--timeout).", v.TimeLimit))
	case n.Kind == netfail.ProxyAddress:
		d.says(msg.New("The address of the proxy in HTTPS_PROXY is malformed."))
	case n.Proxy != "" && n.Kind != netfail.ProxyAuth && n.Kind != netfail.ProxyRefused:
		d.says(msg.New("The request did not get past the proxy."))
	}
	d.because(msg.New("Details: %s.", n.Text()))
	v.connectionDetails(d, n)
	if v.SignIn.Value.Waits > 0 {
		d.seen(msg.New("the request was retried with pauses, and refused each time"), seen.Of(v.SignIn, msg.New("answers from %s", n.Host),
			func(s SignIn) msg.Text {
				return msg.New("%d times, within %s", s.Waits, s.Waited.Round(time.Millisecond))
			}))
	}
	if n.RetryAfter > 0 {
		d.seen(msg.New("the service asked for a longer wait than the remaining time (see --timeout)"), seen.Of(known(n),
			msg.New("header Retry-After of %s", n.Host), func(n netfail.Error) msg.Text { return msg.New("%s", n.RetryAfter) }))
	}
	if n.Certificate == nil || n.Certificate.Problem != netfail.OutsideDates {
		return one(d)
	}
	d.seen(msg.New("this machine's clock"), seen.Text(fact.Of(v.Now), msg.New("this machine"), rfc3339))
	return []*verdict{d, possible(causes.ClockSkew).alongside().says(clockSummary()).
		because(msg.New("Certificates are checked against this machine's clock. If it is wrong by days, any certificate looks expired or not yet valid."))}
}

// connectionDetails adds details of the connection or the answer.
func (v *view) connectionDetails(d *verdict, n *netfail.Error) {
	source := msg.New("the connection to %s", n.Host)
	d.seen(msg.New("details"), seen.Of(known(n), source, func(n netfail.Error) msg.Text { return n.Text() }))
	show := func(claim msg.Text, value string) {
		if value != "" {
			d.seen(claim, seen.String(fact.Of(value), source))
		}
	}
	if c := n.Certificate; c != nil {
		show(msg.New("subject of the presented certificate"), c.Subject)
		show(msg.New("issuer of the presented certificate"), c.Issuer)
	}
	if p := n.Page; p != nil && n.Kind != netfail.Throttled && n.Kind != netfail.Unavailable {
		show(msg.New("content type of the answer"), p.ContentType)
		show(msg.New("title of the page"), p.Title)
		show(msg.New("redirect to"), p.Location)
		show(msg.New("software named in the answer"), strings.TrimSpace(p.Server+" "+p.Via))
	}
	show(msg.New("proxy"), cmp.Or(n.Proxy, n.Through))
}

// proofs are the causes that a failed connection proves.
var proofs = map[netfail.Kind]causes.ID{
	netfail.DNS: causes.DNSFailure, netfail.Refused: causes.ConnectionRefused, netfail.Reset: causes.ConnectionInterrupted,
	netfail.Timeout: causes.ConnectionTimeout, netfail.TLS: causes.TLSUntrusted, netfail.TLSVersion: causes.TLSTooOld,
	netfail.ProxyAuth: causes.ProxyAuthentication, netfail.ProxyAddress: causes.ConfigIncomplete,
	netfail.ProxyRefused: causes.AnswerNotFromEntra, netfail.WrongAnswer: causes.AnswerNotFromEntra,
	netfail.Throttled: causes.Throttled, netfail.Unavailable: causes.ServiceUnavailable,
}

// meaning returns the cause of a failed connection. A missing route and a connection that this
// machine does not allow count as refused, the closest cause on the list.
func meaning(n *netfail.Error) (causes.ID, result.Certainty) {
	switch cause, proves := proofs[n.Kind]; {
	case n.Kind == netfail.Unreachable, n.Kind == netfail.Blocked:
		return causes.ConnectionRefused, result.Possible
	case n.Kind == netfail.TLS && n.Certificate == nil:
		return causes.ConnectionInterrupted, result.Likely // during the handshake
	case n.Kind == netfail.WrongAnswer && !n.Foreign():
		return cause, result.Likely // the service may also have made a mistake
	case proves:
		return cause, result.Proven
	}
	return causes.Unknown, result.Possible
}

// meaning returns the cause of a failed read, or Unknown unless the network or the
// service failed.
func (f *Failure) meaning() (causes.ID, result.Certainty) {
	switch {
	case f.Network != nil:
		return meaning(f.Network)
	case f.Status == 429:
		return causes.Throttled, result.Proven
	case f.Status >= 500:
		return causes.ServiceUnavailable, result.Proven
	}
	return causes.Unknown, result.Possible
}

// graphUnreachable is a sign-in that works while Microsoft Graph does not answer.
func graphUnreachable(v *view) []*verdict {
	for _, err := range []error{v.Users.Err(), v.ServicePrincipals.Err()} {
		var f *Failure
		if !v.works() || !errors.As(err, &f) {
			continue
		}
		cause, certainty := f.meaning()
		if !cause.Is(causes.Network) && f.Network == nil {
			continue
		}
		d := proven(cause, v.graphSilent())
		if certainty != result.Proven {
			d = &verdict{id: cause, certainty: certainty}
		}
		d.connection, d.failed, d.remedy = true, f.Network, v.connectionAdvice(cause, f.Network)
		d.says(msg.New("The sign-in works, but requests to Microsoft Graph fail: %s.", msg.Of(err)))
		d.because(msg.New("This is not a matter of permissions or of the reader."))
		if cause == causes.AnswerNotFromEntra {
			d.because(msg.New("Microsoft Graph does not answer like this. Such answers usually come from a proxy, a portal or a filter in between."))
		}
		return one(d.seen(msg.New("details"), seen.Of(fact.Of(err), msg.New("requests to %s", v.Setup.GraphEndpoint), msg.Of)))
	}
	return nil
}
