package scan

import "testing"

// An issuer is recognised by its complete host, never by its start or end, and one of a
// tenant by the tenant in its path.
func TestIssuers(t *testing.T) {
	const tenant, other = "3c9e52d7-6b08-4f1a-a4d3-71e8b05c2f96", "11111111-2222-4333-8444-555555555555"
	for issuer, want := range map[string]issuerOwner{
		"https://token.actions.githubusercontent.com":                             issuerOfPlatform,
		"https://token.actions.githubusercontent.com/octo-enterprise":             issuerOfPlatform,
		"https://vstoken.dev.azure.com/" + other:                                  issuerOfPlatform,
		"https://westeurope.oic.prod-aks.azure.com/" + tenant + "/" + other + "/": issuerOfTenant,
		"https://westeurope.oic.prod-aks.azure.com/" + other + "/" + other + "/":  issuerOfOtherTenant,
		"https://login.microsoftonline.com/" + tenant + "/v2.0":                   issuerOfTenant,
		"https://login.microsoftonline.com/" + other + "/v2.0":                    issuerOfOtherTenant,
		"https://token.actions.githubusercontent.com.attacker.example":            issuerUnknown,
		"https://attacker.example/token.actions.githubusercontent.com":            issuerUnknown,
		"https://token.actions.githubusercontent.com@attacker.example":            issuerUnknown,
		"https://token.actions.githubusercontent.com:8443":                        issuerUnknown,
		"http://token.actions.githubusercontent.com":                              issuerUnknown,
		"https://attacker-oic.prod-aks.azure.com.example/" + tenant:               issuerUnknown,
		"https://gitlab.contoso.example":                                          issuerUnknown,
		"://":                                                                     issuerUnknown,
		"":                                                                        issuerUnknown,
	} {
		if got := issuerOf(issuer, tenant); got != want {
			t.Errorf("%s: %d, want %d", issuer, got, want)
		}
	}
}
