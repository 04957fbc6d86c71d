package objects

import (
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

func TestPurposes(t *testing.T) {
	at := func(days int) time.Time { return time.Date(2030, 1, 1+days, 0, 0, 0, 0, time.UTC) }
	sign := ListedCredential{KeyID: "k", Kind: Certificate, Usage: "Sign", Identifier: "i", Thumbprint: "AA", Start: at(0), End: at(900)}
	keys := SigningKeys{}
	keys.Add("o", &sign)
	key := func(usage, identifier, thumbprint string) ListedCredential {
		return ListedCredential{KeyID: "x", Kind: Certificate, Usage: usage, Identifier: identifier, Thumbprint: thumbprint, Start: at(1), End: at(2)}
	}
	password := func(id, hint string, start, end int) ListedCredential {
		return ListedCredential{KeyID: id, Kind: Password, Hint: hint, Start: at(start), End: at(end)}
	}
	saml := Holder{ID: "o", Type: "Application", SigningThumbprint: "aa"}
	for name, tc := range map[string]struct {
		holder Holder
		c      ListedCredential
		want   result.Purpose
	}{
		"a certificate to sign":                     {saml, sign, result.SAMLSigning},
		"its entry to verify":                       {saml, key("Verify", "i", ""), result.SAMLSigning},
		"the certificate that the object names":     {saml, key("Verify", "j", "AA"), result.SAMLSigning},
		"another certificate":                       {saml, key("Verify", "j", "BB"), result.SignIn},
		"without an identifier":                     {Holder{ID: "o"}, key("Verify", "", ""), result.SignIn},
		"a certificate to encrypt":                  {saml, key("Encrypt", "j", "BB"), result.TokenEncryption},
		"the key's password":                        {saml, password("k", "", 5, 6), result.SAMLSigning},
		"by its dates":                              {saml, password("y", "", 0, 900), result.SAMLSigning},
		"dates of another object":                   {Holder{ID: "p"}, password("y", "", 0, 900), result.SignIn},
		"a secret of the same dates":                {saml, password("y", "a1B", 0, 900), result.SignIn},
		"a secret":                                  {saml, password("y", "", 0, 90), result.SignIn},
		"of a managed identity":                     {Holder{ID: "o", Type: ManagedIdentity}, key("Verify", "j", ""), result.PlatformManaged},
		"a federated credential of such a one":      {Holder{ID: "o", Type: ManagedIdentity}, ListedCredential{Kind: Federated}, result.SignIn},
		"of an agent's blueprint":                   {Holder{ID: "o", Agent: true}, password("y", "a1B", 0, 90), result.AgentSignIn},
		"of an agent identity, if it should be one": {Holder{ID: "o", Type: AgentIdentity}, password("y", "a1B", 0, 90), result.AgentSignIn},
	} {
		if got := PurposeOf(&tc.holder, &tc.c, keys); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}
