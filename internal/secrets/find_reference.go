package secrets

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// findReference looks for a value that is known not to be a secret.
func findReference(x *subject) []Damage {
	s := strings.Trim(trim(x.s), `"'`)
	for _, l := range lookalikes() {
		if l.pattern().MatchString(s) && (l.kind != damageNotASecret || x.intact == "" || l.proof) {
			return whole(l.kind, l.proof, l.text)
		}
	}
	return nil
}

// referenced reports whether s is an unresolved reference.
func referenced(s string) bool {
	return slices.ContainsFunc(lookalikes(), func(l lookalike) bool { return l.kind == damageReference && l.pattern().MatchString(s) })
}

// findIDs looks for an ID in place of the secret.
func findIDs(x *subject) []Damage {
	s := x.peeled
	switch {
	case s == "":
	case x.clientID != "" && strings.EqualFold(s, x.clientID):
		return whole(DamageClientID, false, msg.New("the value is the configured client ID, not a secret"))
	case x.tenant != "" && strings.EqualFold(s, x.tenant):
		return whole(DamageTenantID, false, msg.New("the value is the configured tenant, not a secret"))
	case guidPattern().MatchString(s):
		return whole(DamageKeyID, false, msg.New("the value is a GUID: probably the Secret ID, which the portal shows beside the value and which is not secret"))
	}
	return nil
}
