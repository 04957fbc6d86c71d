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

// removed is a refused secret that is none of the listed ones. Its format shows that it
// was a secret once, or the audit log shows that one was removed. It may also belong to
// another application.
func removed(v *view) []*verdict {
	if v.fromText || v.keyless() || !v.wrongSecret() || !v.whole().Known() || !v.match.none() || len(v.elsewhere()) == 1 {
		return nil
	}
	gone, none := v.removals(objects.Password), len(v.passwords(anyCredential)) == 0
	generation := v.shape().Generation
	d := likely(causes.SecretRemoved)
	switch {
	case none:
		d.says(msg.New("The application has no client secret.")).
			because(msg.New("A client secret was sent, but neither the application nor the service principal has one: it was removed, or belongs to another application.")).
			seen(msg.New("client secrets of the application"), v.counted("passwordCredentials", func(c objects.Credential) bool { return c.Kind == objects.Password && !c.SignsSAML() }))
		for _, c := range firstFew(v.creds) {
			d.seen(msg.New("existing credential, on %s: %s", objectName(c.StoredOn), kindOf(c)), v.entry(c))
		}
	case generation == secrets.GenerationCurrent, generation == secrets.GenerationPrevious:
		d.because(msg.New("The value has the right format, but neither the application nor the service principal has a credential that starts with its characters: it was removed, or belongs to another application."))
	case len(gone) > 0:
		d.because(msg.New("No listed credential starts with the same characters as the value, and the audit log shows that a secret of this application was removed: it was probably this one."))
	default:
		return nil
	}
	if v.hint() != "" && !none {
		d.seen(msg.New("credentials with the value's hint %s", v.hint()), v.counted("passwordCredentials", func(c objects.Credential) bool { return c.Hint == v.hint() }))
	}
	if generation == secrets.GenerationCurrent {
		d.seen(msg.New("the checksum is correct, so the value is intact"), v.inShape(length))
	}
	for _, r := range gone {
		v.seenRemoval(d, r)
	}
	return []*verdict{v.answered(d), possible(causes.SecretOfOtherApp).
		because(msg.New("The value may have been created for a different application from the one with the configured client ID."))}
}

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

// removal is a credential that was removed according to the audit log.
type removal struct {
	keyID string
	objects.Change
}

// removals returns the removed credentials of a kind that are not listed, the latest
// first. The log has key IDs, but neither hints nor thumbprints.
func (v *view) removals(kind string) []removal {
	if v.spDiffers || v.wrongTenant {
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

// seenRemoval adds who removed a credential, and when.
func (v *view) seenRemoval(d *verdict, r removal) *verdict {
	claim := msg.New("the audit log: a credential was removed on %s by %s", r.Time, r.Actor)
	if r.Actor == "" {
		claim = msg.New("the audit log: a credential was removed on %s", r.Time)
	}
	return d.seen(claim, seen.Text(fact.Of(r), msg.New("Microsoft Graph, directory audit log, %s", r.Activity), func(r removal) string { return r.keyID }))
}

// removedSecretID returns the removed credential whose Secret ID is configured.
func (v *view) removedSecretID() (removal, bool) {
	all := v.removals(objects.Password)
	if i := slices.IndexFunc(all, func(r removal) bool { return v.shape().Is(r.keyID) }); i >= 0 {
		return all[i], true
	}
	return removal{}, false
}

// otherApp is a value with the hint of another application's secret. A hint matches by
// chance once in 287,000 times. If several applications match, it shows little.
func otherApp(v *view) []*verdict {
	found := v.elsewhere()
	if !v.secretRefused() || len(found) == 0 || !v.match.none() {
		return nil
	}
	d := likely(causes.SecretOfOtherApp)
	switch {
	case len(found) > 1:
		d = possible(causes.SecretOfOtherApp).
			because(msg.New("Several other applications have a secret with the value's first characters; it may be one of theirs.")).
			seen(msg.New("other applications with such a secret"), seen.Of(fact.Of(found), fromDirectory("application", "passwordCredentials"), func(f []Other) msg.Text { return msg.New("%d", len(f)) }))
	case v.spDiffers:
		d.because(msg.New("The application named with --sp has a credential that starts with the same characters as the value, but it is not the application with the configured client ID."))
	default:
		d.because(msg.New("No credential of this application starts with the same characters as the value, but one of another application does."))
	}
	for _, o := range firstFew(found) {
		d.seen(msg.New("%s has a secret with the same first characters", o.DisplayName), o.shown("passwordCredentials"))
	}
	return []*verdict{v.answered(d), possible(causes.SecretRemoved).
		because(msg.New("It may also be a removed secret of this application that happened to start with the same characters."))}
}

// shown shows a credential of another application.
func (o Other) shown(field string) seen.Value {
	return seen.Of(fact.Of(o), fromDirectory("application", field), func(o Other) msg.Text { return msg.New("application ID %s, key ID %s", o.AppID, o.KeyID) })
}

// elsewhere returns the other applications that have a secret with the value's hint,
// including the one named with --sp.
func (v *view) elsewhere() []Other {
	found := v.Elsewhere.Value.Found
	if !v.spDiffers || v.hint() == "" {
		return found
	}
	named := v.named()
	for _, c := range named.hinted() {
		found = append(found, Other{AppID: named.appID(), DisplayName: named.name(), KeyID: c.KeyID})
	}
	return found
}
