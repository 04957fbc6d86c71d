package aadsts_test

import (
	"testing"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
)

// The general words of OAuth are evidence about Entra only where the text is not about
// another provider.
func TestOAuthOfAnotherProvider(t *testing.T) {
	for text, want := range map[string]causes.ID{
		"calendar sync: invalid_client":                                                             causes.SecretExpired,
		"calendar sync with Outlook and Google: invalid_client":                                     causes.SecretExpired,
		"broker=keycloak to Microsoft Entra: invalid_client":                                        causes.SecretExpired,
		"POST http://169.254.169.254/metadata/identity/oauth2/token: invalid_client":                causes.SecretExpired,
		"POST https://login.microsoftonline.com/fabrikam.example/oauth2/v2.0/token: invalid_client": causes.SecretExpired,
		"see https://aka.ms/token-errors: invalid_client":                                           causes.SecretExpired,
		"calendar sync with Google: invalid_client":                                                 causes.ID("not-entra"),
		"Shopify: failed to obtain an access token":                                                 causes.ID("not-entra"),
		"POST https://accounts.fabrikam.example/oauth/token: invalid_client":                        causes.ID("not-entra"),
		`{"url":"https:\/\/accounts.fabrikam.example\/oauth\/token","error":"invalid_client"}`:      causes.ID("not-entra"),
		`{"error":"invalid_client","error_description":"The client is not known here"}`:             causes.ID("not-entra"),
		`oauth2: "invalid_client" "The client is not known here"`:                                   causes.ID("not-entra"),
		`oauth2: "invalid_client" "AADSTS7: no such secret"`:                                        causes.SecretExpired,
		`{"error":"invalid_client","error_description":"The provided value for this is wrong"}`:     causes.SecretExpired,
		`{"error":"invalid_client","error_description":"AADSTS"}`:                                   causes.SecretExpired,
		`{"error":"invalid_client","error_description":""}`:                                         causes.SecretExpired,
	} {
		matches, err := aadsts.FindString(text)
		if err != nil || len(matches) != 1 || matches[0].IDs()[0] != want {
			t.Errorf("%q: %v, %v; want %s", text, matches, err, want)
		}
	}
}
