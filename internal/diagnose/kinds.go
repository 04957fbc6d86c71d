package diagnose

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// keyless reports whether the service principal is of a kind that holds no
// credential that anybody could configure.
func (v *view) keyless() bool { return v.sp != nil && v.sp.Keyless() || v.vendors() }

// vendors reports whether the application is another tenant's, and its service
// principal here holds no credential of its own.
func (v *view) vendors() bool { return v.foreign() && v.app == nil && len(v.sp.Credentials) == 0 }

// wrongKind is a refused credential of a principal that does not sign in by one.
func wrongKind(v *view) []*verdict {
	if v.fromText || v.refusal == nil || !v.keyless() || v.Setup.Kind == "" || v.Setup.Kind == objects.Federated && v.sp.Type == objects.ManagedIdentity {
		return nil
	}
	d := likely(causes.PrincipalKindMismatch).because(v.kindSentence()).
		seen(msg.New("type of the service principal"), v.inPrincipal("servicePrincipalType", func(sp objects.ServicePrincipal) string { return sp.Type }))
	if v.vendors() {
		d.seen(msg.New("tenant in which the application is registered"), v.inPrincipal("appOwnerOrganizationId", func(sp objects.ServicePrincipal) string { return sp.OwnerTenant }))
	}
	d.seen(msg.New("its client secrets and certificates"), v.counted("passwordCredentials, keyCredentials", func(c objects.Credential) bool { return c.Kind != objects.Federated }))
	return one(v.answered(d))
}

// kindSentence says why a principal of this kind does not sign in by a secret.
func (v *view) kindSentence() msg.Text {
	switch v.sp.Type {
	case objects.ManagedIdentity:
		return msg.New("The client ID is that of the managed identity %q. Azure manages its credential; there is no secret to configure.", v.sp.DisplayName)
	case objects.AgentIdentity:
		return msg.New("The client ID is that of the agent identity %q. It has no credential of its own; the credential belongs to its blueprint.", v.sp.DisplayName)
	}
	return msg.New("The client ID is that of %q, an application registered in another tenant. Its credentials are managed there; this tenant has none.", v.sp.DisplayName)
}

// ofItsKind is what to do in place of adding a secret.
func (v *view) ofItsKind() []result.Remedy {
	switch v.sp.Type {
	case objects.ManagedIdentity:
		return []result.Remedy{remedy(msg.New("Let the product sign in with its managed identity, on the Azure resource that the identity belongs to; or register an application for the product and configure its client ID."))}
	case objects.AgentIdentity:
		return []result.Remedy{remedy(msg.New("Let the agent sign in through its blueprint, which has the credential. A service that is not an agent needs its own application."))}
	}
	return []result.Remedy{remedy(msg.New("Configure the client ID of an application that is registered in your tenant. The credentials of this one are managed by its owner (tenant %s).", v.sp.OwnerTenant))}
}

// singleSignOn reports whether the service principal serves single sign-on by
// SAML and nothing of it signs in: nobody signs in as it.
func (v *view) singleSignOn() bool {
	signsIn := slices.ContainsFunc(v.creds, func(c objects.Credential) bool { return c.Purpose.SignsIn() })
	return v.sp != nil && !signsIn && (v.sp.SingleSignOn() || slices.ContainsFunc(v.creds, objects.Credential.SignsSAML))
}

// samlCertificate is what is to be known of the certificate that signs SAML tokens, if it
// has expired or does so soon. The one that the service principal names is meant;
// where it names none, the one that lasts longest.
func (v *view) samlCertificate() (c objects.Credential) {
	for _, x := range v.which(func(x objects.Credential) bool { return x.SignsSAML() && x.Kind == objects.Certificate && x.End != nil }) {
		if v.signsNow(x) {
			return x
		}
		if c.End == nil || x.End.After(*c.End) {
			c = x
		}
	}
	return c
}

// signsNow reports the certificate that the service principal names as the active
// one.
func (v *view) signsNow(c objects.Credential) bool {
	return v.sp != nil && c.Thumbprint != "" && strings.EqualFold(c.Thumbprint, v.sp.SigningThumbprint)
}

// samlSentence says that single sign-on has ended or will end, and what to do; it
// is zero where neither.
func (v *view) samlSentence() msg.Text {
	c := v.samlCertificate()
	switch c.Status(v.now, v.Within) {
	case result.Expired:
		return msg.New("The certificate %s that signs SAML tokens expired on %s: users cannot sign in to the application. Renew it in the Entra admin center: Enterprise applications > %s > Single sign-on > SAML certificates.", c.Label(), *c.End, v.name())
	case result.Expiring:
		return msg.New("The certificate %s that signs SAML tokens expires on %s; after that, users cannot sign in to the application. Renew it in the Entra admin center: Enterprise applications > %s > Single sign-on > SAML certificates.", c.Label(), *c.End, v.name())
	}
	return msg.Text{}
}
