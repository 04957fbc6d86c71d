package gather

import (
	"context"
	"errors"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/secrets"
)

const (
	// maxProbes is the number of corrected values that are tried. Each is a sign-in in
	// the tenant's log.
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
