package gather

import (
	"context"
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/secrets"
)

// signIn asks for a token as the product would. A key that is not the
// certificate's cannot sign: that is known without asking.
func (r *run) signIn(ctx context.Context) {
	if r.facts.Certificate.Known() && r.facts.Certificate.Value.KeyMismatch {
		take(r, &r.facts.SignIn, fact.Missing[diagnose.SignIn](diagnose.ErrCannotSign))
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
		if a.Input.Field == "tenant" && !a.Input.Missing {
			return fact.Missing[diagnose.SignIn](diagnose.ErrTenantUnusable)
		}
		return fact.Missing[diagnose.SignIn](a.Input)
	}
	if a.Err != nil && a.Err.Kind == netfail.Cancelled {
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
	if a.Clock.Known() && (a.Err == nil || later(a.Err)) {
		server, skew := a.Clock.Value.Server, a.Clock.Value.Offset
		s.ServerTime, s.Skew = &server, &skew
	}
	s.Token = tokenFact(a)
	s.Refusal = refusalFact(ctx, a)
	s.Network = a.Err
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

func refusalFact(ctx context.Context, a entra.Attempt) *diagnose.Refusal {
	if a.Refusal == nil || a.Err != nil {
		return nil
	}
	return Refusal(ctx, a.Refusal)
}

// Refusal has a refusal read by the same finder that reads logs, so that live
// answers and pasted ones mean the same.
func Refusal(ctx context.Context, raw *entra.Refusal) *diagnose.Refusal {
	r := &diagnose.Refusal{Match: matched(ctx, raw), Status: raw.Status, Stage: string(raw.Stage), OAuth: raw.Error}
	if len(raw.Codes) > 0 {
		r.Codes = raw.Codes
		r.Decisive = raw.Codes[len(raw.Codes)-1]
	}
	r.Policies = raw.Policies()
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
	if len(raw.Codes) == 0 {
		return aadsts.Match{}
	}
	m, _ := aadsts.Load().MatchCode(raw.Codes[len(raw.Codes)-1])
	return m
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// later reports an answer of the service itself that says "later".
func later(e *netfail.Error) bool {
	return e.Kind == netfail.Throttled || e.Kind == netfail.Unavailable
}
