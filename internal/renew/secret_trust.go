package renew

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

// trust says whether anyone is likely to have the value of a secret. After a run was
// killed, its secret is in the tenant, but its journal is on one machine only. Other
// machines know nothing but the name and the use of the secret.
type trust int

const (
	// unclear: spcheck added it, and it is not known whether it was ever used.
	unclear trust = iota
	// lost: spcheck added it, and it was never used.
	lost
	// trusted: spcheck did not add it, or it was proven to sign in, or it was used.
	trusted
)

// trustIn returns the trust in a secret. proven are the key IDs that were proven on this
// machine.
func (t *tenant) trustIn(c objects.Credential, proven []string, now time.Time) trust {
	activity := t.facts.Activity
	switch {
	case t.vouched(c, proven):
		return trusted
	case activity.Known() && objects.LastUse(activity.Value, c.KeyID) != nil:
		return trusted
	case activity.Known() && c.PossiblyLost(activity.Value, now):
		return lost
	}
	return unclear
}

// vouched reports whether a secret is trusted without the activity report.
func (t *tenant) vouched(c objects.Credential, proven []string) bool {
	configured := t.configuredSecrets()[c.KeyID]
	return !c.MadeBySpcheck() || slices.Contains(proven, strings.ToLower(c.KeyID)) || configured != nil && *configured
}

func (r *secretRun) trust(ctx context.Context, c objects.Credential) trust {
	if !r.tenant.vouched(c, r.proven) {
		r.tenant.activity(ctx)
	}
	return r.tenant.trustIn(c, r.proven, r.clock.serviceNow())
}

// noteSuspects adds notes about valid secrets that are not trusted, except those with the
// hints in held, whose values are in a target.
func (r *secretRun) noteSuspects(ctx context.Context, held []string) {
	for _, c := range usablePasswords(r.knownSecrets(), r.clock.serviceNow()) {
		if text := suspicion(c, r.trust(ctx, c)); !text.IsZero() && !slices.Contains(held, c.Hint) {
			r.note(text)
		}
	}
}

// suspicion describes why a secret is not trusted. It is zero for one that is.
func suspicion(c objects.Credential, t trust) msg.Text {
	switch t {
	case lost:
		return msg.New("The secret %s was added by spcheck and never used; its value is probably lost. If no product uses it, remove it.", c.Label())
	case unclear:
		return msg.New("The secret %s was added by spcheck; it is not known whether anyone has its value.", c.Label())
	}
	return msg.Text{}
}
