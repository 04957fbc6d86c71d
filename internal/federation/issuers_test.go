package federation

import "testing"

// An issuer is known by its whole host, never by what it begins or ends with, and one
// of a tenant by the tenant in it.
func TestIssuers(t *testing.T) {
	const tenant, other = "3c9e52d7-6b08-4f1a-a4d3-71e8b05c2f96", "11111111-2222-4333-8444-555555555555"
	for issuer, want := range map[string]Issuer{
		"https://token.actions.githubusercontent.com":                             IssuerOfPlatform,
		"https://token.actions.githubusercontent.com/octo-enterprise":             IssuerOfPlatform,
		"https://vstoken.dev.azure.com/" + other:                                  IssuerOfPlatform,
		"https://westeurope.oic.prod-aks.azure.com/" + tenant + "/" + other + "/": IssuerOfTenant,
		"https://westeurope.oic.prod-aks.azure.com/" + other + "/" + other + "/":  IssuerOfOtherTenant,
		"https://login.microsoftonline.com/" + tenant + "/v2.0":                   IssuerOfTenant,
		"https://login.microsoftonline.com/" + other + "/v2.0":                    IssuerOfOtherTenant,
		"https://token.actions.githubusercontent.com.attacker.example":            IssuerUnknown,
		"https://attacker.example/token.actions.githubusercontent.com":            IssuerUnknown,
		"https://token.actions.githubusercontent.com@attacker.example":            IssuerUnknown,
		"https://token.actions.githubusercontent.com:8443":                        IssuerUnknown,
		"http://token.actions.githubusercontent.com":                              IssuerUnknown,
		"https://attacker-oic.prod-aks.azure.com.example/" + tenant:               IssuerUnknown,
		"https://gitlab.contoso.example":                                          IssuerUnknown,
		"://":                                                                     IssuerUnknown,
		"":                                                                        IssuerUnknown,
	} {
		if got := IssuerOf(issuer, tenant); got != want {
			t.Errorf("%s: %d, want %d", issuer, got, want)
		}
	}
}
