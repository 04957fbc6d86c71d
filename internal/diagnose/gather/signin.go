package gather

import (
	"cmp"
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

// signIn requests a token as the product would. If the private key does not belong to the
// certificate, the sign-in cannot work and no request is sent.
func (r *run) signIn(ctx context.Context) {
	if r.facts.Certificate.Known() && r.facts.Certificate.Value.KeyMismatch {
		take(r, &r.facts.SignIn, fact.Missing[diagnose.SignIn](diagnose.ErrCannotSign))
		return
	}
	r.tell(msg.New("signing in"))
	take(r, &r.facts.SignIn, r.signInWith(ctx, r.credential, false))
}

func (r *run) signInWith(ctx context.Context, c secrets.Credential, fresh bool) fact.Fact[diagnose.SignIn] {
	return signInFact(ctx, r.Session.SignIn(ctx, SignIn{ClientID: r.seen().Setup.ClientID.Value, Credential: c, Fresh: fresh}))
}

// signInFact converts an attempt to a fact.
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
	s := diagnose.SignIn{Took: a.Took, Network: a.Err}
	s.Waits, s.Waited = a.Waited()
	for _, w := range a.Waits {
		s.WaitStatus = w.Status
	}
	d := a.Directory.Value
	s.TenantID, s.Region, s.CloudInstance = d.TenantID, d.RegionScope, d.Instance
	if a.Clock.Known() && (a.Err == nil || a.Err.Later()) {
		s.ServerTime, s.Skew = new(a.Clock.Value.Server), new(a.Clock.Value.Offset)
	}
	if t := a.Token; t != nil {
		c := t.Claims.Value
		s.Token = &diagnose.Token{Expires: t.ExpiresAt, TenantID: c.TenantID, AppID: c.AppID, ObjectID: c.ObjectID, AppName: c.AppName, Roles: c.Roles}
	}
	if a.Refusal != nil && a.Err == nil {
		s.Refusal = Refusal(ctx, a.Refusal)
	}
	return fact.Of(s)
}

// Refusal converts a refusal. It uses the same search as for logs, so that answers and
// pasted texts have the same meaning.
func Refusal(ctx context.Context, raw *entra.Refusal) *diagnose.Refusal {
	r := &diagnose.Refusal{Match: matched(ctx, raw), Status: raw.Status, Stage: string(raw.Stage), OAuth: raw.Error, Policies: raw.Policies()}
	if len(raw.Codes) > 0 {
		r.Codes = raw.Codes
		r.Decisive = raw.Codes[len(raw.Codes)-1]
	}
	r.TraceID, r.CorrelationID, r.Timestamp = cmp.Or(raw.TraceID, r.TraceID), cmp.Or(raw.CorrelationID, r.CorrelationID), raw.Timestamp
	return r
}

// matched searches the description. If it contains no code, the separate codes are used.
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
