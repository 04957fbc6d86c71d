package diagnose

import (
	"slices"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// removed is a refused secret that no listed credential can be. Its own form
// says that it was one once (a current or previous format), or the audit log
// says that the application had one more. Neither shows the value, so that it
// may be another application's all the same.
func removed(v *view) []*verdict {
	if v.fromText || v.keyless() || !v.wrongSecret() || !v.whole().Known() || !v.match.none() || len(v.elsewhere()) == 1 {
		return nil
	}
	gone, none := v.removals(objects.Password), len(v.passwords(func(objects.Credential) bool { return true })) == 0
	d := likely(causes.SecretRemoved)
	switch {
	case none:
		d.says(msg.New("The application has no client secret.")).
			because(msg.New("A client secret was sent, but neither the application nor the service principal has one: it was removed, or belongs to another application.")).
			seen(msg.New("client secrets of the application"), v.counted("passwordCredentials", func(c objects.Credential) bool { return c.Kind == objects.Password && !c.SignsSAML() }))
		for _, c := range firstFew(v.creds) {
			d.seen(msg.New("existing credential, on %s: %s", objectName(c.StoredOn), kindOf(c)), v.entry(c))
		}
	case v.wellFormed():
		d.because(msg.New("The value has the right format, but neither the application nor the service principal has a credential that starts with its characters: it was removed, or belongs to another application."))
	case len(gone) > 0:
		d.because(msg.New("No listed credential starts with the same characters as the value, and the audit log shows that a secret of this application was removed: it was probably this one."))
	default:
		return nil
	}
	if v.hint() != "" && !none {
		d.seen(msg.New("credentials with the value's hint %s", v.hint()), v.counted("passwordCredentials", func(c objects.Credential) bool { return c.Hint == v.hint() }))
	}
	if v.shape().Generation == secrets.GenerationCurrent {
		d.seen(msg.New("the checksum is correct, so the value is intact"), v.inShape(length))
	}
	for _, r := range gone {
		v.seenRemoval(d, r)
	}
	return []*verdict{v.answered(d), possible(causes.SecretOfOtherApp).
		because(msg.New("The value may have been created for a different application from the one with the configured client ID."))}
}

// kindOf names what a listed credential is.
func kindOf(c objects.Credential) msg.Text {
	switch {
	case c.Purpose == result.TokenEncryption:
		return msg.New("a certificate that encrypts tokens")
	case c.SignsSAML():
		return msg.New("a signing key for single sign-on (SAML)")
	case c.Kind == objects.Federated:
		return msg.New("a federated credential")
	case c.Kind == objects.Certificate:
		return msg.New("a certificate")
	}
	return msg.New("a client secret")
}

// wellFormed reports a value in a format that only the service makes.
func (v *view) wellFormed() bool {
	g := v.shape().Generation
	return g == secrets.GenerationCurrent || g == secrets.GenerationPrevious
}

// removal is a credential that the audit log saw go.
type removal struct {
	keyID string
	objects.Change
}

// removals are the credentials of a kind that the audit log saw go and that are
// not listed now, the latest first. The log names keys, not hints or
// thumbprints.
func (v *view) removals(kind string) []removal {
	if !v.Changes.Known() || v.stranger || v.abroad {
		return nil
	}
	var gone []removal
	for _, change := range v.Changes.Value {
		for _, key := range change.Removed {
			listed := slices.ContainsFunc(v.creds, func(c objects.Credential) bool { return c.KeyID == key.ID })
			seen := slices.ContainsFunc(gone, func(r removal) bool { return r.keyID == key.ID })
			if key.Kind == kind && !listed && !seen {
				gone = append(gone, removal{key.ID, change})
			}
		}
	}
	return gone
}

// seenRemoval says who removed a credential, and when.
func (v *view) seenRemoval(d *verdict, r removal) *verdict {
	claim := msg.New("the audit log: a credential was removed on %s by %s", r.Time, r.Actor)
	if r.Actor == "" {
		claim = msg.New("the audit log: a credential was removed on %s", r.Time)
	}
	return d.seen(claim, seen.Text(fact.Of(r), msg.New("Microsoft Graph, directory audit log, %s", r.Activity), func(r removal) string { return r.keyID }))
}

// withRemovals adds what the audit log saw go, where it may have been the refused
// secret: nothing that is listed begins like it, though something may be it.
func (v *view) withRemovals(d *verdict) []*verdict {
	gone := v.removals(objects.Password)
	if len(gone) == 0 || len(v.match.sure) > 0 {
		return one(d)
	}
	for _, r := range gone {
		v.seenRemoval(d, r)
	}
	return []*verdict{d, v.seenRemoval(possible(causes.SecretRemoved), gone[0])}
}

// removedSecretID is the Secret ID of a credential that is gone.
func (v *view) removedSecretID() (removal, bool) {
	for _, r := range v.removals(objects.Password) {
		if v.shape().Is(r.keyID) {
			return r, true
		}
	}
	return removal{}, false
}
