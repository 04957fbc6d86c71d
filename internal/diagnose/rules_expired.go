package diagnose

import (
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// expiredSecret returns the configured secret if it has expired.
func (v *view) expiredSecret() (objects.Credential, bool) {
	c, ok := v.match.one()
	return c, ok && c.Kind == objects.Password && c.Expired(v.now)
}

// reportsExpiry reports whether the refusal is about an expired secret.
func (v *view) reportsExpiry() bool {
	if !v.secretRefused() || v.fromText {
		return false
	}
	if v.family(aadsts.SecretExpired) {
		return true
	}
	// The other codes do not mention expiry, but the configured secret may have expired.
	c, ok := v.expiredSecret()
	return ok && v.oldSpelling() && (v.match.proven() || c.Hint == "")
}

// expiredAlike is an expired secret with the value's hint, although Entra says that the
// secret is wrong. Today Entra returns 7000222 for an expired secret, but older reports
// show 7000215 as well.
func expiredAlike(v *view) []*verdict {
	if !v.wrongSecret() || v.fromText {
		return nil
	}
	hinted := listing{creds: v.hinted()}
	expired, usable := hinted.which(v.expired), hinted.which(v.usable)
	if len(expired) > 0 && len(usable) > 0 {
		return v.sharedHint(expired, usable)
	}
	c, single := v.expiredSecret()
	if !v.family(aadsts.SecretWrong) || !single || !v.match.proven() {
		return nil
	}
	return one(v.answered(possible(causes.SecretExpired).
		because(msg.New("An expired secret of the application starts with the same characters as the value. Entra normally reports an expired secret as AADSTS7000222, but did not do so here.")).
		seen(msg.New("an expired credential starts with the same characters"), v.entry(c))))
}

// sharedHint is a refused value with the same hint as an expired and a valid secret.
// Entra accepts the valid one, unless a later character was changed. The checksum of a
// current secret excludes that.
func (v *view) sharedHint(expired, usable []objects.Credential) []*verdict {
	id := causes.SecretExpired
	if slices.ContainsFunc(usable, func(c objects.Credential) bool {
		return c.Start != nil && expired[0].Start != nil && c.Start.After(*expired[0].Start)
	}) {
		id = causes.SecretSuperseded
	}
	d := likely(id).because(msg.New("An expired and a valid secret of the application start with the same characters as the value. The valid one would have been accepted, so the value is probably that of the expired one."))
	for _, c := range firstFew(expired) {
		d.seen(msg.New("an expired credential starts with the same characters"), v.entry(c))
	}
	for _, c := range firstFew(usable) {
		d.seen(msg.New("a valid credential starts with the same characters"), v.entry(c))
	}
	if v.shape().Generation == secrets.GenerationCurrent {
		return one(v.answered(d))
	}
	return []*verdict{v.answered(d), possible(causes.SecretDamaged).
		because(msg.New("It may also be the value of the valid secret, with a later character missing or changed."))}
}

// wrongSecret reports whether Entra says that the secret is wrong.
func (v *view) wrongSecret() bool {
	return v.isPassword() && (v.family(aadsts.SecretWrong) || v.oldSpelling())
}

// superseded is an expired secret that is still used although a newer one is valid.
func superseded(v *view) []*verdict {
	if _, valid := v.calledExpired(); valid || !v.reportsExpiry() || !v.listed() || len(v.passwords(v.expired)) == 0 {
		return nil
	}
	newer := v.newerThanExpired()
	if len(newer) == 0 {
		return nil
	}
	d := likely(causes.SecretSuperseded)
	old, known := v.expiredSecret()
	if known && v.match.proven() && v.family(aadsts.SecretExpired) {
		d = proven(causes.SecretSuperseded, v.replaced(old, newer))
	}
	d.because(msg.New("The configured secret has expired, and a newer one of the same application is valid: the product still uses the old one."))
	if known {
		d.seen(msg.New("the configured credential, on %s, has expired", objectName(old.StoredOn)), v.entry(old))
		v.notInPortal(d, old)
	}
	for _, c := range newer {
		d.seen(msg.New("valid, on %s", objectName(c.StoredOn)), v.entry(c))
	}
	return one(v.answered(d))
}

// calledExpired returns the valid secret with the value's hint if Entra says that the value
// has expired, and none of the expired secrets can be meant.
func (v *view) calledExpired() (objects.Credential, bool) {
	if !v.reportsExpiry() || !v.family(aadsts.SecretExpired) || !v.listed() || !v.match.none() || len(v.passwords(v.expired)) == 0 {
		return objects.Credential{}, false
	}
	return only(listing{creds: v.hinted()}.which(v.usable))
}

// validButExpired is a value that Entra calls expired, although Graph lists it as valid. A
// server that does not know a new secret yet answers so if all older ones have expired
// (reports of renewals); a start date can be earlier than the day the secret was added.
func (v *view) validButExpired(c objects.Credential) []*verdict {
	d := possible(causes.SecretNotPropagated).
		because(msg.New("Entra says that the secret has expired, but its first characters are those of a valid secret. Servers that do not know a new secret yet answer like this if all older ones have expired.")).
		seen(msg.New("the credential with the configured value's hint"), v.entry(c))
	other := possible(causes.SecretExpired).
		because(msg.New("The value may also be that of a removed secret that started with the same characters."))
	return []*verdict{v.answered(d), other}
}

// unlistedExpired reports whether Entra calls the value expired, although it is none of the
// listed secrets, and all of these have expired.
func (v *view) unlistedExpired() bool {
	return v.family(aadsts.SecretExpired) && v.whole().Known() && !v.foreign() && v.hint() != "" && v.match.none() &&
		len(v.passwords(v.usable)) == 0 && len(v.passwords(v.expired)) > 0
}

// perhapsExpired is a value that Entra calls expired, although Graph does not list it. A new
// secret that neither the list nor the server that answered contains looks the same.
func (v *view) perhapsExpired() []*verdict {
	d := possible(causes.SecretExpired).
		because(msg.New("Entra says that the secret has expired, but none of the listed secrets starts with its first characters. If it was added only minutes ago, wait a few minutes and try again; otherwise it has expired and was removed.")).
		seen(msg.New("credentials with the value's hint %s", v.hint()), v.counted("passwordCredentials", func(c objects.Credential) bool { return c.Hint == v.hint() }))
	other := possible(causes.SecretNotPropagated).
		because(msg.New("Servers that do not know a new secret yet answer like this if all older ones have expired."))
	return []*verdict{v.answered(d), other}
}

// newerThanExpired returns the usable secrets that are newer than the expired one.
func (v *view) newerThanExpired() []objects.Credential {
	old, known := v.expiredSecret()
	return v.passwords(func(c objects.Credential) bool {
		return v.usable(c) && (!known || old.Start == nil || c.Start == nil || c.Start.After(*old.Start))
	})
}

// notInPortal explains that the portal does not list the service principal's credentials
// on the application's page.
func (v *view) notInPortal(d *verdict, c objects.Credential) {
	if c.StoredOn != objects.OnServicePrincipal {
		return
	}
	d.seen(msg.New("stored on the service principal, so the portal does not show it on the application's Certificates & secrets page"),
		v.inPrincipal("id", func(sp objects.ServicePrincipal) string { return sp.ID }))
}

func expired(v *view) []*verdict {
	if !v.reportsExpiry() || len(superseded(v)) > 0 || len(futureSecret(v)) > 0 || len(freshSecret(v)) > 0 {
		return nil
	}
	if c, valid := v.calledExpired(); valid {
		return v.validButExpired(c)
	}
	if v.unlistedExpired() {
		return v.perhapsExpired()
	}
	none := v.listed() && len(v.passwords(v.expired)) == 0
	d := likely(causes.SecretExpired)
	if v.family(aadsts.SecretExpired) && !none {
		d = proven(causes.SecretExpired, v.expiredIsListed())
	}
	if v.family(aadsts.SecretExpired) {
		d.because(msg.New("Entra gives this answer only if the secret belongs to this application: tenant, client ID and value are correct, but the secret has expired."))
	}
	if v.family(aadsts.SecretExpired) && !v.listed() {
		d.because(msg.New("Tenant, client ID and value are correct, but the secret has expired. If it was added only minutes ago, wait a few minutes and try again: servers that do not know it yet can give the same answer."))
	}
	v.answered(d)
	old, known := v.expiredSecret()
	switch {
	case known:
		d.says(v.expiredOn(*old.End)).
			seen(msg.New("the configured credential, on %s, has expired", objectName(old.StoredOn)), v.entry(old))
		v.notInPortal(d, old)
	case none && !v.foreign():
		// Graph contradicts the token endpoint, perhaps because the secret was removed.
		d.seen(msg.New("none of the listed credentials has expired, which contradicts the answer: it may have just been removed or renewed"),
			v.counted("passwordCredentials", func(c objects.Credential) bool { return c.Expired(v.now) }))
	default:
		for _, c := range slices.Concat(v.match.sure, v.match.maybe) {
			d.seen(msg.New("possibly the configured one; expired, stored on %s", objectName(c.StoredOn)), v.entry(c))
		}
	}
	return one(d)
}

// expiredOn names the application if it has a name.
func (v *view) expiredOn(end time.Time) msg.Text {
	if name := v.name(); name != v.appID() {
		return msg.New("The client secret of %s expired on %s.", name, end)
	}
	return msg.New("The client secret expired on %s.", end)
}

// forbidden is a policy that forbids replacing the expired secret. It did not refuse the
// sign-in, so it is beside the root cause.
func forbidden(v *view) []*verdict {
	if !v.reportsExpiry() || v.spDiffers || v.wrongTenant {
		return nil
	}
	i := slices.IndexFunc(v.Policies.Value, func(p objects.Policy) bool { return p.PasswordsForbidden })
	if i < 0 {
		return nil
	}
	p := v.Policies.Value[i]
	d := proven(causes.SecretsForbidden, v.forbids(p))
	if p.Exempts {
		d = likely(causes.SecretsForbidden)
	}
	return one(d.alongside().
		because(msg.New("An app management policy forbids new client secrets for this application, so the expired secret cannot be replaced with a new one: use a certificate or a federated credential, or ask for an exemption.")).
		seen(msg.New("the policy that forbids new secrets"), seen.Of(fact.Of(p), msg.New("Microsoft Graph, app management policies"), func(p objects.Policy) msg.Text { return result.PolicyName(p.Source) })))
}
