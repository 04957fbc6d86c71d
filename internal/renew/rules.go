package renew

import (
	"slices"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

// reasons say why a secret can go without harm, and what speaks against it. What
// cannot be told speaks against it where somebody could still sign in with it.
func (r *removal) reasons(c objects.Credential, chosen []objects.Credential) (safe, against []msg.Text) {
	if c.SAML {
		return nil, []msg.Text{msg.New("%s belongs to a signing key of single sign-on (SAML)", c.KeyID)}
	}
	switch {
	case c.Ended(r.now):
		// Nothing else matters: it signs nobody in.
		return []msg.Text{msg.New("It ended on %s and signs nobody in.", *c.End)}, nil
	case c.Problem != "":
		against = append(against, msg.New("the dates of %s could not be read, so that it may be valid", c.KeyID))
	case !c.Usable(r.now):
		safe = append(safe, msg.New("It is not valid yet and signs nobody in."))
	}
	for _, rule := range []func(objects.Credential) (msg.Text, bool){r.ruleConfigured, r.ruleUsed, func(c objects.Credential) (msg.Text, bool) { return r.ruleLast(c, chosen) }} {
		switch text, ok := rule(c); {
		case ok && !text.IsZero():
			safe = append(safe, text)
		case !ok:
			against = append(against, text)
		}
	}
	return safe, against
}

// ruleConfigured keeps the secret that is configured here.
func (r *removal) ruleConfigured(c objects.Credential) (msg.Text, bool) {
	if r.tenant.facts.Setup.Kind == "" {
		return msg.New("No credential is configured here to compare it with."), true
	}
	switch is := r.configured[c.KeyID]; {
	case is == nil:
		return msg.New("whether %s is the configured secret cannot be told", c.KeyID), false
	case *is:
		return msg.New("%s is the configured secret", c.KeyID), false
	}
	return msg.New("It is not the one that is configured here."), true
}

// ruleUsed keeps what signed in lately. The activity report lags by hours, and
// a secret that was never used has no entry.
func (r *removal) ruleUsed(c objects.Credential) (msg.Text, bool) {
	if !r.tenant.facts.Activity.Known() {
		return msg.Text{}, true
	}
	last := r.used[c.KeyID].LastUsed
	switch {
	case last == nil:
		return msg.New("The activity report knows of no use of it."), true
	case r.NotUsedSince > 0 && last.After(r.now.Add(-r.NotUsedSince)):
		return msg.New("%s was used on %s, within the last %s", c.KeyID, *last, span(r.NotUsedSince)), false
	}
	return msg.New("It was last used on %s.", *last), true
}

// ruleLast keeps the last credential that signs in.
func (r *removal) ruleLast(c objects.Credential, chosen []objects.Credential) (msg.Text, bool) {
	if !c.Usable(r.now) {
		return msg.Text{}, true
	}
	left := 0
	for _, o := range r.tenant.credentials() {
		goes := slices.ContainsFunc(chosen, func(x objects.Credential) bool { return x.KeyID == o.KeyID && x.StoredOn == o.StoredOn })
		if !goes && o.Usable(r.now) && o.Usage != "Sign" {
			left++
		}
	}
	if left == 0 {
		return msg.New("%s is the last credential that signs in", c.KeyID), false
	}
	return msg.New("%d other credentials are valid.", left), true
}
