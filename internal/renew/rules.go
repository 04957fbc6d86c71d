package renew

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
)

// reasons returns why it is safe to remove a credential, and what speaks against it. What
// is unknown speaks against it, unless the credential can no longer sign in.
func (r *removal) reasons(c objects.Credential) (safe, against []msg.Text) {
	if c.SignsSAML() {
		return nil, []msg.Text{msg.New("%s belongs to a signing key for single sign-on (SAML)", c.Label())}
	}
	switch {
	case r.timeKnown && c.Expired(r.now):
		// The other rules do not matter: it can no longer sign in.
		return []msg.Text{msg.New("It expired on %s.", *c.End)}, nil
	case r.entry != nil && r.entry.Stage.ValueLost() && r.isPending(c):
		return []msg.Text{r.entry.Summary()}, nil
	case r.protecting(c) != nil:
		return nil, []msg.Text{msg.New("a renewal of the application is unfinished, so it is not known which credentials are needed: %s", r.protecting(c).Summary())}
	case !r.timeKnown:
		against = append(against, msg.New("the service's clock could not be read, so it is not known whether %s has expired, or which others have", c.Label()))
	case c.Problem != "":
		against = append(against, msg.New("the validity dates of %s could not be read, so it may be valid", c.Label()))
	case r.early(c):
		safe = append(safe, msg.New("It is not valid yet."))
	}
	for _, rule := range []func(objects.Credential) (msg.Text, bool){r.ruleConfigured, r.ruleUsed, r.ruleLast} {
		switch text, ok := rule(c); {
		case ok && !text.IsZero():
			safe = append(safe, text)
		case !ok:
			against = append(against, text)
		}
	}
	return safe, against
}

// protecting returns the unfinished renewal that protects a valid credential, or nil.
func (r *removal) protecting(c objects.Credential) *journal.Entry {
	if r.entry == nil && c.Kind == objects.Certificate {
		return r.unfinished
	}
	return r.entry
}

// clockDoubt is how far in the future a secret must start to be called early. The clocks of
// servers differ, and the one that answered is known to the second only.
const clockDoubt = 5 * time.Minute

// early reports whether a credential is certainly not valid yet. One that was added a
// moment ago may be in use.
func (r *removal) early(c objects.Credential) bool {
	return r.timeKnown && c.Start != nil && c.Start.After(r.now.Add(clockDoubt))
}

// isPending reports whether a secret is that of the unfinished renewal, or of one of its
// requests that were not answered.
func (r *removal) isPending(c objects.Credential) bool {
	return strings.EqualFold(c.KeyID, r.entry.KeyID) || slices.Contains(r.entry.Names(), c.Name)
}

// ruleConfigured protects the configured credential. If none is configured here, one may be
// elsewhere.
func (r *removal) ruleConfigured(c objects.Credential) (msg.Text, bool) {
	if r.tenant.facts.Setup.Kind == "" {
		if r.unused(c) {
			return msg.Text{}, true
		}
		return msg.New("no credential is configured here, so it is not known whether %s is in use", c.Label()), r.early(c)
	}
	switch is := r.configured[c.KeyID]; {
	case is == nil:
		return msg.New("it is not known whether %s is the configured credential", c.Label()), false
	case *is:
		return msg.New("%s is the configured credential", c.Label()), false
	}
	return msg.New("It is not the credential configured here."), true
}

// unused reports whether the activity report shows that a credential was not used within
// NotUsedSince. It says nothing about credentials that are newer than its delay.
func (r *removal) unused(c objects.Credential) bool {
	if !r.tenant.facts.Activity.Known() || c.Start != nil && r.now.Sub(*c.Start) < objects.ReportLag {
		return false
	}
	last := objects.LastUse(r.used, c.KeyID)
	return last == nil || r.NotUsedSince > 0 && !last.After(r.now.Add(-r.NotUsedSince))
}

// neverUsed reports whether a credential has certainly never signed in.
func (r *removal) neverUsed(c objects.Credential) bool {
	return r.unused(c) && objects.LastUse(r.used, c.KeyID) == nil && !slices.Contains(r.proven, strings.ToLower(c.KeyID)) && !isTrue(r.configured[c.KeyID])
}

func isTrue(b *bool) bool { return b != nil && *b }

// ruleUsed protects a credential that was used within NotUsedSince, or may have been. The
// activity report is hours late, and has no entry for credentials that were never used.
func (r *removal) ruleUsed(c objects.Credential) (msg.Text, bool) {
	last := objects.LastUse(r.used, c.KeyID)
	switch {
	case r.NotUsedSince == 0: // its use does not matter
		return msg.Text{}, true
	case !r.tenant.facts.Activity.Known():
		return msg.New("it is not known when %s was last used", c.Label()), r.early(c)
	case last == nil:
		return msg.New("The activity report shows no use of it."), true
	case last.After(r.now.Add(-r.NotUsedSince)):
		return msg.New("%s was used on %s, within the last %s", c.Label(), *last, r.NotUsedSince), false
	}
	return msg.New("It was last used on %s.", *last), true
}

// ruleLast protects the last credential that is known to sign in.
func (r *removal) ruleLast(c objects.Credential) (msg.Text, bool) {
	if r.early(c) {
		return msg.Text{}, true
	}
	left := 0
	var doubtful []string
	for _, o := range r.tenant.credentials() {
		switch {
		case r.isChosen(o) || !o.Usable(r.now) || o.Usage == "Sign":
		case r.tenant.trustIn(o, r.proven, r.now) == trusted && !(o.Kind != objects.Federated && r.neverUsed(o)):
			left++
		default:
			doubtful = append(doubtful, o.Label())
		}
	}
	switch {
	case left > 0:
		return msg.New("%d other credentials are valid.", left), true
	case len(doubtful) > 0:
		return msg.New("%s is the last credential known to work; it is not known whether anyone has the value of %s", c.Label(), strings.Join(doubtful, ", ")), false
	}
	return msg.New("%s is the last working credential", c.Label()), false
}
