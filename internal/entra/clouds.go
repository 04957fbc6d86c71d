// Package entra requests tokens from Microsoft Entra ID. It signs in as the configured
// application as a product would (MSAL, client credentials), records the answers, and
// provides the identities that may read Microsoft Graph. A refusal is returned as data.
// The package returns no error texts of libraries.
package entra

import (
	"slices"
	"strings"
)

// Cloud is one of Microsoft's national clouds.
type Cloud struct {
	Name          string // as in --cloud
	LoginHost     string // origin, such as https://login.microsoftonline.com
	LoginAliases  []string
	GraphEndpoint string // origin, and the resource of tokens
	// ManagementEndpoint is the origin of Azure Resource Manager.
	ManagementEndpoint string
	Portal             string
	// TokenExchangeAudience is the required audience of a federated token.
	TokenExchangeAudience string
}

// Scope is the scope of tokens for this cloud's Graph. It stays the same if
// --graph-endpoint sends the requests elsewhere.
func (c Cloud) Scope() string { return c.GraphEndpoint + "/.default" }

// clouds returns all values of --cloud, public first. Hosts: Microsoft Graph "National
// cloud deployments", Azure "Developer guide" of each cloud, MSAL Go's list of trusted
// hosts.
func clouds() []Cloud {
	return []Cloud{
		{
			Name: "public", LoginHost: "https://login.microsoftonline.com",
			LoginAliases:  []string{"login.windows.net", "login.microsoft.com", "sts.windows.net"},
			GraphEndpoint: "https://graph.microsoft.com", ManagementEndpoint: "https://management.azure.com", Portal: "https://portal.azure.com",
			TokenExchangeAudience: "api://AzureADTokenExchange",
		},
		{
			Name: "usgov", LoginHost: "https://login.microsoftonline.us",
			LoginAliases:  []string{"login.usgovcloudapi.net"},
			GraphEndpoint: "https://graph.microsoft.us", ManagementEndpoint: "https://management.usgovcloudapi.net", Portal: "https://portal.azure.us",
			TokenExchangeAudience: "api://AzureADTokenExchangeUSGov",
		},
		{
			Name: "usgov-dod", LoginHost: "https://login.microsoftonline.us",
			LoginAliases:  []string{"login.usgovcloudapi.net"},
			GraphEndpoint: "https://dod-graph.microsoft.us", ManagementEndpoint: "https://management.usgovcloudapi.net", Portal: "https://portal.azure.us",
			TokenExchangeAudience: "api://AzureADTokenExchangeUSGov",
		},
		{
			Name: "china", LoginHost: "https://login.partner.microsoftonline.cn",
			LoginAliases:  []string{"login.chinacloudapi.cn"},
			GraphEndpoint: "https://microsoftgraph.chinacloudapi.cn", ManagementEndpoint: "https://management.chinacloudapi.cn", Portal: "https://portal.azure.cn",
			TokenExchangeAudience: "api://AzureADTokenExchangeChina",
		},
	}
}

// CloudByName finds a cloud by its name in --cloud.
func CloudByName(name string) (Cloud, bool) {
	for _, c := range clouds() {
		if c.Name == name {
			return c, true
		}
	}
	return Cloud{}, false
}

// cloudOfLoginHost returns the first cloud of a sign-in host (without scheme). The two
// US Government clouds share a host.
func cloudOfLoginHost(host string) (Cloud, bool) {
	host = strings.ToLower(host)
	for _, c := range clouds() {
		if "https://"+host == c.LoginHost {
			return c, true
		}
		if slices.Contains(c.LoginAliases, host) {
			return c, true
		}
	}
	return Cloud{}, false
}
