package diagnose

import (
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

// What was made minutes ago, Entra's sign-in servers do not all know yet, while
// Graph lists it already: "not found" then is no reason to make it once more.
func propagationRules() []rule { return []rule{principalBehind, certificateBehind, federationBehind} }

// made is how long a new object or credential may be unknown to some servers.
// Reports speak of seconds and minutes; there is no promise.
const made = time.Hour

// principalBehind is an application or service principal that Entra does not
// find and Graph lists.
func principalBehind(v *view) []*verdict {
	if v.fromText || !v.clientUnknown() && !v.family(aadsts.PrincipalMissing) || v.sp == nil {
		return nil
	}
	d := possible(causes.SecretNotPropagated)
	if created := v.sp.Created; created != nil && v.young(*created) {
		d = likely(causes.SecretNotPropagated).
			seen(msg.New("the service principal was created"), v.inPrincipal("createdDateTime", func(sp objects.ServicePrincipal) string { return rfc3339(*sp.Created) }))
	}
	return one(v.answered(d.
		says(msg.New("Microsoft Graph lists the application, but Entra's sign-in service does not know it yet.")).
		because(msg.New("A new or restored application takes a few minutes to become known everywhere. You do not have to create anything.")).
		seen(msg.New("a service principal with that client ID exists"), v.inPrincipal("id", func(sp objects.ServicePrincipal) string { return sp.ID }))))
}

// certificateBehind is a certificate that Entra does not find and Graph lists.
func certificateBehind(v *view) []*verdict {
	if v.fromText || v.refusal == nil || !v.keyNotFound() {
		return nil
	}
	for _, c := range v.creds {
		if !v.hasThumbprint(c) {
			continue
		}
		d := possible(causes.SecretNotPropagated)
		if age, ok := v.age(c); ok && age < made {
			d = likely(causes.SecretNotPropagated)
		}
		return one(v.answered(d.
			says(msg.New("The certificate is registered, but Entra's sign-in service does not know it yet.")).
			because(msg.New("After an upload it takes a few minutes until a certificate is known everywhere. Uploading it again does not help.")).
			seen(msg.New("thumbprint of the certificate"), v.fingerprint()).
			seen(msg.New("the credential with the certificate's thumbprint"), v.entry(c))))
	}
	return nil
}

// federationBehind is a federated token that Entra finds no credential for,
// while one that agrees in all parts is listed. Such credentials carry no date.
func federationBehind(v *view) []*verdict {
	if len(federationMismatch(v)) == 0 || len(v.match.sure) == 0 {
		return nil
	}
	c := v.match.sure[0]
	return one(v.answered(likely(causes.SecretNotPropagated).
		says(msg.New("The federated credential is registered, but Entra's sign-in service does not know it yet.")).
		because(msg.New("A registered federated credential matches the issuer, subject and audience of the token. A new one takes a few minutes to become known everywhere.")).
		seen(msg.New("federated credential %s expects", c.Name), seen.Of(known(&c), fromDirectory(c.StoredOn, fieldOf(c)), expected))))
}

// young reports whether a moment lies minutes back.
func (v *view) young(t time.Time) bool { age := v.now.Sub(t); return age >= -skewLimit && age < made }
