package objects

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

// ssoTag marks a service principal that was made for single sign-on with a custom
// application (Graph's reference of servicePrincipal, tags).
const ssoTag = "WindowsAzureActiveDirectoryCustomSingleSignOnApplication"

// Holder is what the object that holds a credential says about its purpose.
type Holder struct {
	ID string
	// Type is servicePrincipalType.
	Type string
	// Agent marks the objects of an agent's blueprint (@odata.type of beta).
	Agent bool
	// SigningThumbprint is preferredTokenSigningKeyThumbprint: the SHA-1 thumbprint
	// of the certificate that signs SAML tokens now, empty where Graph names none.
	SigningThumbprint string
}

// SingleSignOn reports whether a service principal serves single sign-on by SAML, as
// its mode or its tags say.
func (sp ServicePrincipal) SingleSignOn() bool {
	if strings.EqualFold(sp.SSOMode, "saml") {
		return true
	}
	if slices.Contains(sp.Tags, ssoTag) {
		return sp.SSOMode == ""
	}
	return false
}

// SigningKeys are the keys that sign SAML tokens, of one object or of a tenant.
// Graph stores such a certificate as an entry to sign and one to verify with the same
// customKeyIdentifier, and the password of its private key as a password with the
// first one's key ID (addTokenSigningCertificate), or at least with its dates.
type SigningKeys map[string]struct{}

// Add notes a credential of the object if it is one to sign.
func (s SigningKeys) Add(objectID string, c *ListedCredential) {
	if c.Kind != Certificate || c.Usage != "Sign" {
		return
	}
	s["dates "+lifeOf(objectID, c)] = struct{}{}
	if c.KeyID != "" {
		s["key "+c.KeyID] = struct{}{}
	}
	if c.Identifier != "" {
		s["identifier "+c.Identifier] = struct{}{}
	}
}

// Twin reports the second entry of a signing certificate, or the password of its
// key. A secret that Entra made has a hint, which a key's password lacks.
func (s SigningKeys) Twin(objectID string, c *ListedCredential) bool {
	has := func(key string) bool { _, ok := s[key]; return ok }
	switch {
	case len(s) == 0 || c.Usage == "Sign":
		return false
	case c.Identifier != "" && has("identifier "+c.Identifier):
		return true
	case c.Kind != Password:
		return false
	}
	return c.KeyID != "" && has("key "+c.KeyID) || c.Hint == "" && !c.End.IsZero() && has("dates "+lifeOf(objectID, c))
}

func lifeOf(objectID string, c *ListedCredential) string {
	second := func(t time.Time) string { return strconv.FormatInt(t.Unix(), 36) }
	return objectID + " " + second(c.Start) + " " + second(c.End)
}

// PurposeOf says what a credential is for. It is the only place that does; keys are
// those of the object, or of all that was read.
func PurposeOf(h *Holder, c *ListedCredential, keys SigningKeys) result.Purpose {
	switch {
	case h.Type == ManagedIdentity && c.Kind != Federated:
		return result.PlatformManaged
	case c.Kind == Certificate && c.Usage == "Sign", keys.Twin(h.ID, c):
		return result.SAMLSigning
	case c.Kind == Certificate && c.Thumbprint != "" && strings.EqualFold(c.Thumbprint, h.SigningThumbprint):
		return result.SAMLSigning
	case c.Kind == Certificate && c.Usage == "Encrypt":
		return result.TokenEncryption
	case h.Agent || h.Type == AgentIdentity:
		return result.AgentSignIn
	}
	return result.SignIn
}
