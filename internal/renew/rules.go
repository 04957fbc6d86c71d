package renew

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

// reasons returns what makes the removal of a secret safe, and what speaks against it.
// Anything unknown speaks against it if somebody could still sign in with the secret.
func (r *removal) reasons(c objects.Credential, chosen []objects.Credential) (safe, against []msg.Text) {
	if c.SignsSAML() {
		return nil, []msg.Text{msg.New("%s belongs to a signing key for single sign-on (SAML)", c.Label())}
	}
	switch {
	case c.Expired(r.now):
		// Nothing else matters: nobody can sign in with it.
		return []msg.Text{msg.New("It expired on %s.", *c.End)}, nil
	case r.entry != nil && r.entry.Stage.ValueLost() && r.isPending(c):
		return []msg.Text{r.entry.Summary()}, nil
	case r.entry != nil:
		return nil, []msg.Text{msg.New("a renewal of the application is unfinished, so it is not known which credentials are needed: %s", r.entry.Summary())}
	case r.unfinished != nil && c.Kind == objects.Certificate:
		return nil, []msg.Text{msg.New("a renewal of the application is unfinished, so it is not known which credentials are needed: %s", r.unfinished.Summary())}
	case c.Problem != "":
		against = append(against, msg.New("the validity dates of %s could not be read, so it may be valid", c.Label()))
	case r.early(c):
		safe = append(safe, msg.New("It is not valid yet."))
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

// clockDoubt is how far the service's clock and the start of a secret may be apart
// without its being early: a date header counts in seconds, and servers differ.
const clockDoubt = 5 * time.Minute

// early reports a secret whose validity has surely not begun. One that was added a
// moment ago may be in use already.
func (r *removal) early(c objects.Credential) bool {
	return c.Start != nil && c.Start.After(r.now.Add(clockDoubt))
}

// isPending reports whether a secret is the one of the unfinished renewal, or of a
// request of it that was never answered.
func (r *removal) isPending(c objects.Credential) bool {
	return strings.EqualFold(c.KeyID, r.entry.KeyID) || slices.Contains(r.entry.Names(), c.Name)
}

// ruleConfigured keeps the secret that is configured here. That none is configured
// says nothing of those elsewhere.
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

// unused reports that the activity report was read and shows no use within the time
// that was asked for. What is newer than the report's lag is not told by it.
func (r *removal) unused(c objects.Credential) bool {
	if !r.tenant.facts.Activity.Known() || c.Start != nil && r.now.Sub(*c.Start) < objects.ReportLag {
		return false
	}
	last := objects.LastUse(r.used, c.KeyID)
	return last == nil || r.NotUsedSince > 0 && !last.After(r.now.Add(-r.NotUsedSince))
}

// neverUsed reports a credential that the activity report would show, had it ever
// signed in.
func (r *removal) neverUsed(c objects.Credential) bool {
	return r.unused(c) && objects.LastUse(r.used, c.KeyID) == nil && !slices.Contains(r.proven, strings.ToLower(c.KeyID)) && !isTrue(r.configured[c.KeyID])
}

func isTrue(b *bool) bool { return b != nil && *b }

// ruleUsed keeps secrets that were used recently, or may have been. The activity report
// lags by hours, and has no entry for secrets that were never used.
func (r *removal) ruleUsed(c objects.Credential) (msg.Text, bool) {
	last := objects.LastUse(r.used, c.KeyID)
	switch {
	case r.NotUsedSince == 0: // it was asked to remove it whatever its use
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

// ruleLast keeps the last credential that is known to sign in.
func (r *removal) ruleLast(c objects.Credential, chosen []objects.Credential) (msg.Text, bool) {
	if r.early(c) {
		return msg.Text{}, true
	}
	left := 0
	var doubtful []string
	for _, o := range r.tenant.credentials() {
		goes := slices.ContainsFunc(chosen, func(x objects.Credential) bool { return x.KeyID == o.KeyID && x.StoredOn == o.StoredOn })
		switch {
		case goes || !o.Usable(r.now) || o.Usage == "Sign":
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
