package near_test

import (
	"testing"

	"github.com/spcheck/spcheck/internal/near"
)

// Mistyped and pasted tenants lead to the tenant that was meant. What may be a custom domain
// gives no suggestion.
func TestTenant(t *testing.T) {
	const id = "5d0e8a41-7c26-4f93-b1d8-2e6a90c3f754"
	for typed, want := range map[string]string{
		"fjord.onmicrosft.com":        "fjord.onmicrosoft.com",
		"fjord.onmircosoft.com":       "fjord.onmicrosoft.com",
		"Fjord.OnMicrosoft.con":       "fjord.onmicrosoft.com",
		"fjord.onmicrosoft":           "fjord.onmicrosoft.com",
		"fjord.on.microsoft.com":      "fjord.onmicrosoft.com",
		"fjord.microsoft.com":         "fjord.onmicrosoft.com",
		"fjordonmicrosoft.com":        "fjord.onmicrosoft.com",
		"mail.fjord.onmicrosof.com":   "mail.fjord.onmicrosoft.com",
		"fjord.onmicrosft.us":         "fjord.onmicrosoft.us",
		"fjord.partner.onmschina.com": "fjord.partner.onmschina.cn",
		"fjord":                       "fjord.onmicrosoft.com",
		"ada@fjord.onmicrosoft.com":   "fjord.onmicrosoft.com",
		"ada@fjord.test":              "fjord.test",
		"https://login.microsoftonline.com/fjord.test/oauth2": "fjord.test",
		"https://login.microsoftonline.com/" + id + "/v2.0":   id,
		"https://sts.windows.net/" + id + "/":                 id,
		"5d0e8a417c264f93b1d82e6a90c3f754":                    id,
		"{" + id + "}":                                        id,
		id:                                                    "",
		"fjord.onmicrosoft.com":                               "",
		"fjord.com":                                           "",
		"fjord-packaging.example":                             "",
		"5d0e8a41-7c26-4f93-b1d8-2e6a90c3f75":                 "",
		"common tenant":                                       "",
		"fjord-365":                                           "fjord-365.onmicrosoft.com",
		"common":                                              "",
		"":                                                    "",
	} {
		if got := near.Tenant(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}
