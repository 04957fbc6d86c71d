package objects

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
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

// never is the number of years after which an expiry date counts as "never". The
// portal's former option "never" wrote 99 years, and scripts write the year 2299.
const never = 20

// Status compares the credential's dates with now. within is the warning window,
// including its edge. A credential is valid from the exact start time and expired at
// the exact end time. The status is empty if the dates could not be read.
func (c Credential) Status(now time.Time, within time.Duration) result.CredentialStatus {
	switch {
	case c.Problem != "":
		return ""
	case c.End != nil && !c.End.After(now):
		return result.Expired
	case c.Start != nil && c.Start.After(now):
		return result.NotYetValid
	case c.End == nil || c.End.After(now.AddDate(never, 0, 0)):
		return result.NeverExpires
	case !c.End.After(now.Add(within)):
		return result.Expiring
	}
	return result.Valid
}

// DaysLeft returns the number of whole days until the expiry date, rounded down, so it
// is negative after it. It returns nil if there is no expiry date. It counts in
// seconds, because a time.Duration is limited to 292 years.
func (c Credential) DaysLeft(now time.Time) *int {
	if c.End == nil {
		return nil
	}
	const day = 24 * 60 * 60
	seconds := c.End.Unix() - now.Unix()
	if c.End.Nanosecond() < now.Nanosecond() {
		seconds--
	}
	days := seconds / day
	if seconds%day < 0 {
		days--
	}
	return new(int(days))
}

// ForSignIn reports whether the credential is for signing in. Those with another purpose
// are not, and neither is a certificate whose usage is not Verify.
func (c Credential) ForSignIn() bool {
	return c.Purpose.SignsIn() && (c.Kind != Certificate || c.Usage == "" || c.Usage == "Verify")
}

// Usable reports whether the credential can be used to sign in now.
func (c Credential) Usable(now time.Time) bool {
	usable := []result.CredentialStatus{result.Valid, result.Expiring, result.NeverExpires}
	return c.ForSignIn() && slices.Contains(usable, c.Status(now, 0))
}

// Expired reports whether the credential has expired.
func (c Credential) Expired(now time.Time) bool { return c.Status(now, 0) == result.Expired }

// ownName matches the names that spcheck gives to credentials: a text of the user's and
// a unique suffix.
var ownName = lazyregexp.New(`\([0-9a-f]{8}-[0-9a-f]{4}\)$`)

// MadeBySpcheck reports whether the name shows that spcheck added the credential.
func (c Credential) MadeBySpcheck() bool {
	return (c.Kind == Password || c.Kind == Certificate) && ownName().MatchString(c.Name)
}

// ReportLag is the longest time until a use appears in the activity report. It usually
// takes hours.
const ReportLag = 48 * time.Hour

// PossiblyLost reports whether spcheck added the secret and it was never used. spcheck
// signs in with every secret after storing it, so the value of an unused one was
// probably lost. used is the activity report.
func (c Credential) PossiblyLost(used []Activity, now time.Time) bool {
	return c.Kind == Password && c.MadeBySpcheck() && c.Usable(now) &&
		c.Start != nil && now.Sub(*c.Start) >= ReportLag && LastUse(used, c.KeyID) == nil
}

// LastUse returns when a key was last used according to the activity report, or nil if
// it has no use.
func LastUse(used []Activity, keyID string) *time.Time {
	if i := slices.IndexFunc(used, func(a Activity) bool { return a.KeyID == keyID }); i >= 0 {
		return used[i].LastUsed
	}
	return nil
}
