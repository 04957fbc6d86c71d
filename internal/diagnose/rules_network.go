package diagnose

import (
	"errors"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// ErrCannotSign marks a certificate file whose private key is another one's: what it
// signs is refused, so that nothing was sent.
var ErrCannotSign error = &worded{msg.New("the private key cannot sign for the certificate")}

// ErrTenantUnusable marks a tenant setting that no address can be made of, such
// as one with a blank or a slash.
var ErrTenantUnusable error = &worded{msg.New("the tenant cannot stand in an address")}

// worded is an error whose sentence can be translated.
type worded struct{ text msg.Text }

func (w *worded) Error() string  { return w.text.String() }
func (w *worded) Text() msg.Text { return w.text }

func setupRules() []rule { return []rule{incomplete} }

// incomplete is a set-up that keeps the question from being asked. The setting
// itself is the proof.
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

func networkRules() []rule { return []rule{unreachable, graphUnreachable} }

// unreachable is a failure on the way to Entra. What the connection itself said
// is the proof.
func unreachable(v *view) []*verdict {
	n := v.network
	if n == nil {
		return nil
	}
	d := v.onTheWay(n).because(msg.New("What happened: %s.", n.Sentence))
	for _, e := range n.Evidence {
		d.seen(e.Claim, seen.Of(fact.Of(e), msg.New("the connection to %s", n.Host), func(e NetworkEvidence) msg.Text { return e.Value }))
	}
	if v.SignIn.Value.Waits > 0 {
		d.seen(msg.New("the request was repeated, with pauses in between, and refused each time"), seen.Of(v.SignIn, msg.New("answers of %s", n.Host),
			func(s SignIn) msg.Text {
				return msg.New("%d times, within %s", s.Waits, s.Waited.Round(time.Millisecond))
			}))
	}
	if n.RetryAfter > 0 {
		d.seen(msg.New("the service asks to wait longer than the time that was left (see --timeout)"), seen.Of(known(n),
			msg.New("header Retry-After of %s", n.Host), func(n Network) msg.Text { return msg.New("%s", n.RetryAfter) }))
	}
	if !n.OutsideDates {
		return one(d)
	}
	d.seen(msg.New("this machine's clock"), seen.Text(fact.Of(v.Now), msg.New("this machine"), rfc3339))
	return []*verdict{d, possible(causes.ClockSkew).alongside().
		because(msg.New("A certificate is compared with this machine's clock. If that is wrong by days, each one looks expired or not yet valid."))}
}

// onTheWay starts the verdict on a failure on the way, by what it shows.
func (v *view) onTheWay(n *Network) *verdict {
	switch n.Certainty {
	case result.Proven:
		return proven(n.Cause, v.unanswered())
	case result.Likely:
		return likely(n.Cause)
	}
	return possible(n.Cause)
}

// graphTrouble is why Microsoft Graph could not be asked although the sign-in
// worked, and the cause it stands for; empty where Graph answered.
func (v *view) graphTrouble() (causes.ID, error) {
	if v.token == nil || v.refusal != nil {
		return "", nil
	}
	for _, err := range []error{v.Users.Err(), v.ServicePrincipals.Err()} {
		var caused interface{ Cause() causes.ID }
		if errors.As(err, &caused) && ofTheWay(caused.Cause()) {
			return caused.Cause(), err
		}
	}
	return "", nil
}

// ofTheWay reports whether a cause is about the way to a service or the service
// as such, not about what is configured in it.
func ofTheWay(id causes.ID) bool {
	switch id {
	case causes.DNSFailure, causes.ConnectionRefused, causes.ConnectionTimeout, causes.TLSUntrusted,
		causes.ProxyAuthentication, causes.AnswerNotFromEntra, causes.Throttled, causes.ServiceUnavailable:
		return true
	}
	return false
}

// graphUnreachable is a sign-in that works and a Microsoft Graph that cannot be
// asked.
func graphUnreachable(v *view) []*verdict {
	cause, err := v.graphTrouble()
	if cause == "" {
		return nil
	}
	return one(proven(cause, v.graphSilent()).
		because(msg.New("The sign-in works. What fails is the way to Microsoft Graph, or Graph itself.")).
		seen(msg.New("what happened"), seen.Of(fact.Of(err), msg.New("requests to %s", v.Setup.GraphEndpoint), textOf)))
}
