package diagnose

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// keyless reports whether nobody can configure a credential of the service principal.
func (v *view) keyless() bool { return v.sp != nil && v.sp.Keyless() || v.vendors() }

// vendors reports whether the application belongs to another tenant, and the service
// principal has no credentials.
func (v *view) vendors() bool { return v.foreign() && v.app == nil && len(v.sp.Credentials) == 0 }

// wrongKind is a refused credential of a kind that the service principal does not use.
func wrongKind(v *view) []*verdict {
	if v.fromText || v.refusal == nil || !v.keyless() || v.Setup.Kind == "" || v.Setup.Kind == objects.Federated && v.sp.Type == objects.ManagedIdentity {
		return nil
	}
	d := likely(causes.PrincipalKindMismatch).because(v.kindText()).
		seen(msg.New("type of the service principal"), v.inPrincipal("servicePrincipalType", func(sp objects.ServicePrincipal) string { return sp.Type }))
	if v.vendors() {
		d.seen(msg.New("tenant in which the application is registered"), v.inPrincipal("appOwnerOrganizationId", func(sp objects.ServicePrincipal) string { return sp.OwnerTenant }))
	}
	d.seen(msg.New("its client secrets and certificates"), v.counted("passwordCredentials, keyCredentials", func(c objects.Credential) bool { return c.Kind != objects.Federated }))
	return one(v.answered(d))
}

// kindText says why this kind of service principal does not sign in with a secret.
func (v *view) kindText() msg.Text {
	switch v.sp.Type {
	case objects.ManagedIdentity:
		return msg.New("The client ID is that of the managed identity %q. Azure manages its credential; there is no secret to configure.", v.sp.DisplayName)
	case objects.AgentIdentity:
		return msg.New("The client ID is that of the agent identity %q. It has no credential of its own; the credential belongs to its blueprint.", v.sp.DisplayName)
	}
	return msg.New("The client ID is that of %q, an application registered in another tenant. Its credentials are managed there; this tenant has none.", v.sp.DisplayName)
}

// kindRemedies says what to do instead of adding a secret.
func (v *view) kindRemedies() []result.Remedy {
	switch v.sp.Type {
	case objects.ManagedIdentity:
		return []result.Remedy{remedy(msg.New("Let the product sign in with its managed identity, on the Azure resource that the identity belongs to; or register an application for the product and configure its client ID."))}
	case objects.AgentIdentity:
		return []result.Remedy{remedy(msg.New("Let the agent sign in through its blueprint, which has the credential. A service that is not an agent needs its own application."))}
	}
	return []result.Remedy{remedy(msg.New("Configure the client ID of an application that is registered in your tenant. The credentials of this one are managed by its owner (tenant %s).", v.sp.OwnerTenant))}
}

// singleSignOn reports whether the service principal only serves SAML single sign-on.
func (v *view) singleSignOn() bool {
	signsIn := slices.ContainsFunc(v.creds, func(c objects.Credential) bool { return c.Purpose.SignsIn() })
	saml := slices.ContainsFunc(v.creds, objects.Credential.SignsSAML)
	return v.sp != nil && !signsIn && (saml || v.sp.SingleSignOn())
}

// samlCertificate returns the active certificate that signs SAML tokens, or else the one
// that expires last. Its End is nil if there is none.
func (v *view) samlCertificate() (c objects.Credential) {
	dated := func(x objects.Credential) bool { return x.SignsSAML() && x.Kind == objects.Certificate && x.End != nil }
	for _, x := range v.which(dated) {
		if v.sp != nil && x.Thumbprint != "" && strings.EqualFold(x.Thumbprint, v.sp.SigningThumbprint) {
			return x
		}
		if c.End == nil || x.End.After(*c.End) {
			c = x
		}
	}
	return c
}

// samlText says when single sign-on stops working and what to do, or is zero if it
// works beyond the warning window.
func (v *view) samlText() msg.Text {
	c := v.samlCertificate()
	switch c.Status(v.now, v.Within) {
	case result.Expired:
		return msg.New("The certificate %s that signs SAML tokens expired on %s: users cannot sign in to the application. Renew it in the Entra admin center: Enterprise applications > %s > Single sign-on > SAML certificates.", c.Label(), *c.End, v.name())
	case result.Expiring:
		return msg.New("The certificate %s that signs SAML tokens expires on %s; after that, users cannot sign in to the application. Renew it in the Entra admin center: Enterprise applications > %s > Single sign-on > SAML certificates.", c.Label(), *c.End, v.name())
	}
	return msg.Text{}
}
