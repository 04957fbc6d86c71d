package gather

import (
	"context"
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// signIn asks for a token as the product would. A key that is not the
// certificate's cannot sign: that is known without asking.
func (r *run) signIn(ctx context.Context) {
	if r.facts.Certificate.Known() && r.facts.Certificate.Value.KeyMismatch {
		r.facts.SignIn = fact.Missing[diagnose.SignIn](diagnose.ErrCannotSign)
		return
	}
	r.tell(msg.New("signing in"))
	signIn := signInFact(ctx, r.signInWith(ctx, r.credential, false))
	take(r, &r.facts.SignIn, signIn)
}

func (r *run) signInWith(ctx context.Context, c secrets.Credential, fresh bool) entra.Attempt {
	return r.Session.SignIn(ctx, SignIn{ClientID: r.seen().Setup.ClientID.Value, Credential: c, Fresh: fresh})
}

// signInFact brings an attempt into the form that findings are drawn from.
func signInFact(ctx context.Context, a entra.Attempt) fact.Fact[diagnose.SignIn] {
	if a.Input != nil {
		if a.Input.Cause == causes.TenantMalformed {
			return fact.Missing[diagnose.SignIn](diagnose.ErrTenantUnusable)
		}
		return fact.Missing[diagnose.SignIn](a.Input)
	}
	if a.Err != nil && a.Err.Kind == transport.Cancelled {
		return fact.Missing[diagnose.SignIn](context.Canceled)
	}
	s := diagnose.SignIn{Took: a.Took}
	s.Waits, s.Waited = a.Waited()
	for _, w := range a.Waits {
		s.WaitStatus = w.Status
	}
	if a.Directory.Known() {
		d := a.Directory.Value
		s.TenantID, s.Region, s.CloudInstance = d.TenantID, d.RegionScope, d.Instance
	}
	if a.Clock.Known() && a.Err == nil {
		server, skew := a.Clock.Value.Server, a.Clock.Value.Offset
		s.ServerTime, s.Skew = &server, &skew
	}
	s.Token = tokenFact(a)
	s.Refusal = refusalFact(ctx, a)
	s.Network = networkFact(a)
	return fact.Of(s)
}

func tokenFact(a entra.Attempt) *diagnose.Token {
	if a.Token == nil {
		return nil
	}
	t := &diagnose.Token{Expires: a.Token.ExpiresAt}
	if c := a.Token.Claims; c.Known() {
		t.TenantID, t.AppID, t.ObjectID, t.AppName, t.Roles = c.Value.TenantID, c.Value.AppID, c.Value.ObjectID, c.Value.AppName, c.Value.Roles
	}
	return t
}

// refusalFact has the refusal read by the same finder that reads logs, so that
// live answers and pasted ones mean the same.
func refusalFact(ctx context.Context, a entra.Attempt) *diagnose.Refusal {
	if a.Refusal == nil || a.Outage != nil {
		return nil
	}
	raw := a.Refusal
	r := &diagnose.Refusal{Match: matched(ctx, raw), Status: raw.Status, Stage: string(raw.Stage), OAuth: raw.Error}
	if len(raw.Codes) > 0 {
		r.Codes = raw.Codes
		r.Decisive = raw.Codes[len(raw.Codes)-1]
	}
	r.TraceID, r.CorrelationID, r.Timestamp = or(raw.TraceID, r.TraceID), or(raw.CorrelationID, r.CorrelationID), raw.Timestamp
	return r
}

// matched reads the description, or where it names no code the numbers beside
// it.
func matched(ctx context.Context, raw *entra.Refusal) aadsts.Match {
	found, err := aadsts.Find(ctx, strings.NewReader(raw.Description))
	if err == nil && len(found) > 0 {
		return found[0]
	}
	catalogue, err := aadsts.Load()
	if err != nil || len(raw.Codes) == 0 {
		return aadsts.Match{}
	}
	m, _ := aadsts.NewFinder(catalogue).MatchCode(raw.Codes[len(raw.Codes)-1])
	return m
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func networkFact(a entra.Attempt) *diagnose.Network {
	switch {
	case a.Outage != nil:
		return outage(a)
	case a.Err == nil:
		return nil
	}
	n := &diagnose.Network{Cause: a.Err.Cause(), Host: a.Err.Host, Sentence: a.Err.Text(), Certainty: networkCertainty(a.Err)}
	add := func(claim msg.Text, value string) {
		if value != "" {
			n.Evidence = append(n.Evidence, diagnose.NetworkEvidence{Claim: claim, Value: msg.Literal(value)})
		}
	}
	n.Evidence = append(n.Evidence, diagnose.NetworkEvidence{Claim: msg.New("what happened"), Value: a.Err.Text()})
	if c := a.Err.Certificate; c != nil {
		add(msg.New("subject of the presented certificate"), c.Subject)
		add(msg.New("issuer of the presented certificate"), c.Issuer)
		n.OutsideDates = c.Problem == transport.OutsideDates
	}
	if p := a.Err.Page; p != nil {
		add(msg.New("content type of the answer"), p.ContentType)
		add(msg.New("title of the page"), p.Title)
		add(msg.New("redirect to"), p.Location)
	}
	add(msg.New("proxy"), a.Err.Proxy)
	return n
}

// networkCertainty grades a failure on the way. The closed list of causes knows
// no cut connection and no missing route; they stand under the nearest cause.
func networkCertainty(e *transport.NetworkError) result.Certainty {
	switch {
	case e.Kind == transport.Reset, e.Kind == transport.Unreachable, e.Kind == transport.Other:
		return result.Possible
	case e.Kind == transport.WrongAnswer && (e.Reason == transport.MissingField || e.Reason == transport.EmptyAnswer):
		return result.Likely
	}
	return result.Proven
}

func outage(a entra.Attempt) *diagnose.Network {
	n := &diagnose.Network{Cause: a.Outage.Cause, RetryAfter: a.Outage.RetryAfter, Certainty: result.Proven, Sentence: msg.New("Entra's service is failing (HTTP status %d)", a.Outage.Status)}
	if a.Outage.Cause == causes.Throttled {
		n.Sentence = msg.New("Entra refuses further requests for a while (HTTP status %d)", a.Outage.Status)
	}
	if len(a.Exchanges) > 0 {
		n.Host = a.Exchanges[len(a.Exchanges)-1].Host
	}
	return n
}
