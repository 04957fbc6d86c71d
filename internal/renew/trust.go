package renew

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

// trust is whether somebody probably has the value of a secret. A run that was killed
// leaves its secret in the tenant and its journal on one machine. On other machines, only
// the name and the use of the secret are known.
type trust int

const (
	// unclear: spcheck added it, and whether it was ever used is not known.
	unclear trust = iota
	// lost: spcheck added it, and it was never used.
	lost
	// trusted: it is none of spcheck's, or was proven to sign in, or was used.
	trusted
)

// trustIn judges a secret. proven are the key IDs that this machine's state knows
// to be proven.
func (t *tenant) trustIn(c objects.Credential, proven []string, now time.Time) trust {
	configured := t.configuredSecrets()[c.KeyID]
	activity := t.facts.Activity
	switch {
	case !c.MadeBySpcheck(), slices.Contains(proven, strings.ToLower(c.KeyID)), configured != nil && *configured:
		return trusted
	case activity.Known() && objects.LastUse(activity.Value, c.KeyID) != nil:
		return trusted
	case activity.Known() && c.PossiblyLost(activity.Value, now):
		return lost
	}
	return unclear
}

func (r *run) trust(c objects.Credential) trust {
	return r.tenant.trustIn(c, r.proven, r.clock.serviceNow())
}

// noteSuspects adds notes about secrets whose value nobody may have, except those whose
// hint is that of a target's content.
func (r *run) noteSuspects(held []string) {
	for _, c := range usablePasswords(r.known(), r.clock.serviceNow()) {
		if text := suspicion(c, r.trust(c)); !text.IsZero() && !slices.Contains(held, c.Hint) {
			r.note(text)
		}
	}
}

// suspicion says what is known of a secret that is not trusted.
func suspicion(c objects.Credential, t trust) msg.Text {
	switch t {
	case lost:
		return msg.New("The secret %s was added by spcheck and never used; its value is probably lost. If no product uses it, remove it.", c.Label())
	case unclear:
		return msg.New("The secret %s was added by spcheck; it is not known whether anyone has its value.", c.Label())
	}
	return msg.Text{}
}
