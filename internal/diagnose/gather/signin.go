package gather

import (
	"cmp"
	"context"
	"errors"
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
		s.Token = &diagnose.Token{Expires: t.ExpiresAt, TenantID: c.TenantID, AppID: c.AppID,
			ObjectID: c.ObjectID, AppName: c.AppName, Roles: fact.From(c.Roles, t.Claims.Err())}
	}
	if a.Refusal != nil && a.Err == nil {
		s.Refusal = Refusal(ctx, a.Refusal)
	}
	return fact.Of(s)
}

// Refusal converts a refusal. It uses the same search as for logs, so that answers and
// pasted texts have the same meaning.
func Refusal(ctx context.Context, raw *entra.Refusal) *diagnose.Refusal {
	r := &diagnose.Refusal{Match: matched(ctx, raw), Status: raw.Status, Stage: string(raw.Stage),
		OAuth: raw.Error, Policies: raw.Policies()}
	if len(raw.Codes) > 0 {
		r.Codes = raw.Codes
		r.Decisive = raw.Codes[len(raw.Codes)-1]
	}
	r.TraceID, r.CorrelationID = cmp.Or(raw.TraceID, r.TraceID), cmp.Or(raw.CorrelationID, r.CorrelationID)
	r.Timestamp = raw.Timestamp
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

const (
	// maxProbes limits the corrected values. Each is a sign-in in the tenant's log.
	maxProbes = 2
	// repeats is the number of further sign-ins with a new secret, which not every server
	// may know.
	repeats = 3
)

// probe tries the most plausible corrections of a refused value.
func (r *run) probe(ctx context.Context) {
	f := r.seen()
	refusal := f.SignIn.Value.Refusal
	if r.NoProbe || !f.Secret.Known() || refusal == nil || !refusal.Entry.Is(aadsts.SecretWrong, aadsts.OldSpelling) {
		return
	}
	repairs := f.Secret.Value.Repairs()
	for _, repair := range repairs[:min(maxProbes, len(repairs))] {
		r.tell(msg.New("signing in with a corrected value"))
		c := r.credential
		c.Secret = repair.Value
		s := r.signInWith(ctx, c, false)
		if !s.Known() {
			return
		}
		r.note(func(f *diagnose.Facts) {
			f.Probes = append(f.Probes, diagnose.Probe{Repair: repair.Text, SignIn: s.Value})
		})
		if s.Value.Token != nil {
			// From now on, look for the corrected value in Graph.
			r.note(func(f *diagnose.Facts) { f.Secret.Value.Hint = secrets.Inspect(repair.Value, "", "").Hint })
			r.credential = c
			return
		}
	}
}

// repeat signs in again on new connections if some servers may not know the secret yet.
func (r *run) repeat(ctx context.Context) {
	f := r.seen()
	if f.SignIn.Value.Token == nil || !diagnose.Fresh(f) {
		return
	}
	r.tell(msg.New("the secret is new: signing in again"))
	var again [repeats]fact.Fact[diagnose.SignIn]
	var parts []func()
	for i := range again {
		parts = append(parts, func() { again[i] = r.signInWith(ctx, r.credential, true) })
	}
	together(parts...)
	for _, s := range again {
		if s.Known() {
			r.note(func(f *diagnose.Facts) { f.Repeats = append(f.Repeats, s.Value) })
		}
	}
}

// synchronize makes the requests of a user synchronization.
func (r *run) synchronize(ctx context.Context) {
	if r.SkipSync || r.seen().SignIn.Value.Token == nil {
		return
	}
	d, err := r.Session.Own()
	if err != nil {
		return
	}
	r.tell(msg.New("reading users and groups, as a synchronization does"))
	together(
		func() { take(r, &r.facts.Users, accessFact(d.ReadUsers(ctx))) },
		func() { take(r, &r.facts.Groups, accessFact(d.ReadGroups(ctx))) },
	)
}

// accessFact distinguishes a refusal, which is an answer, from a failed read.
func accessFact(err error) fact.Fact[diagnose.Access] {
	if err == nil {
		return fact.Of(diagnose.Access{Allowed: true})
	}
	var refused refusal
	if errors.As(err, &refused) {
		if status, code, message := refused.Refusal(); status == 401 || status == 403 || refused.Lacks() != "" {
			return fact.Of(diagnose.Access{Code: code, Message: message, Status: status})
		}
	}
	return fact.Missing[diagnose.Access](failure(err))
}
