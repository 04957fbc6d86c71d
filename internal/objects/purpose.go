package objects

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

// ssoTag marks a service principal created for single sign-on with a custom application
// (Graph's reference of servicePrincipal, tags).
const ssoTag = "WindowsAzureActiveDirectoryCustomSingleSignOnApplication"

// Holder is what an object says about the purpose of its credentials.
type Holder struct {
	ID string
	// Type is servicePrincipalType.
	Type string
	// Agent is true for the objects of an agent blueprint (@odata.type of beta).
	Agent bool
	// SigningThumbprint is preferredTokenSigningKeyThumbprint: the SHA-1 thumbprint of
	// the certificate that currently signs SAML tokens. It is empty if Graph names
	// none.
	SigningThumbprint string
}

// SingleSignOn reports whether the mode or the tags of a service principal show that it
// is used for SAML single sign-on.
func (sp ServicePrincipal) SingleSignOn() bool {
	return strings.EqualFold(sp.SSOMode, "saml") || sp.SSOMode == "" && slices.Contains(sp.Tags, ssoTag)
}

// SigningKeys are the keys that sign SAML tokens, of one object or of a tenant. Graph
// stores such a certificate as two entries with the same customKeyIdentifier, one to
// sign and one to verify. The password of its private key is stored as a password with
// the key ID of the signing entry (addTokenSigningCertificate), or at least with its
// dates.
type SigningKeys map[string]struct{}

// Add records the credential if it is a signing key.
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

// Twin reports whether the credential is the verifying entry of a signing certificate,
// or the password of its key. Secrets created by Entra have a hint; passwords of keys
// do not.
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

// PurposeOf returns the purpose of a credential. Nothing else decides this. keys are
// those of the object, or of everything that was read.
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
