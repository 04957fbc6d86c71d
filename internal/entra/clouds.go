// Package entra requests tokens from Microsoft Entra ID. It signs in as the configured
// application as a product would (MSAL, client credentials), records the answers, and
// provides the identities that may read Microsoft Graph. A refusal is returned as data.
// The package returns no error texts of libraries.
package entra

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/msg"
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
	// VaultResource is the resource of tokens for Azure Key Vault. Vaults are its subdomains
	// (Azure SDK, "cloud" configurations and Key Vault's DNS suffixes).
	VaultResource string
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
			VaultResource: "https://vault.azure.net",
		},
		{
			Name: "usgov", LoginHost: "https://login.microsoftonline.us",
			LoginAliases:  []string{"login.usgovcloudapi.net"},
			GraphEndpoint: "https://graph.microsoft.us", ManagementEndpoint: "https://management.usgovcloudapi.net", Portal: "https://portal.azure.us",
			VaultResource: "https://vault.usgovcloudapi.net",
		},
		{
			Name: "usgov-dod", LoginHost: "https://login.microsoftonline.us",
			LoginAliases:  []string{"login.usgovcloudapi.net"},
			GraphEndpoint: "https://dod-graph.microsoft.us", ManagementEndpoint: "https://management.usgovcloudapi.net", Portal: "https://portal.azure.us",
			VaultResource: "https://vault.usgovcloudapi.net",
		},
		{
			Name: "china", LoginHost: "https://login.partner.microsoftonline.cn",
			LoginAliases:  []string{"login.chinacloudapi.cn"},
			GraphEndpoint: "https://microsoftgraph.chinacloudapi.cn", ManagementEndpoint: "https://management.chinacloudapi.cn", Portal: "https://portal.azure.cn",
			VaultResource: "https://vault.azure.cn",
		},
	}
}

// CloudByName finds a cloud by its name in --cloud.
func CloudByName(name string) (Cloud, bool) {
	if i := slices.IndexFunc(clouds(), func(c Cloud) bool { return c.Name == name }); i >= 0 {
		return clouds()[i], true
	}
	return Cloud{}, false
}

// inputError is a setting with which no request can be made.
type inputError struct {
	Field string // "tenant", "authorityHost", "credential"
	// Missing means that the setting is empty rather than malformed.
	Missing bool
	Text    msg.Text
}

func (e *inputError) Error() string { return e.Text.String() }

// origin checks the sign-in host and returns it as https://HOST[:PORT] in lower case.
func origin(authorityHost string) (string, *inputError) {
	u, err := url.Parse(strings.TrimSpace(authorityHost))
	bad := err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != ""
	if bad {
		return "", &inputError{Field: "authorityHost", Text: msg.New("the sign-in host must be a URL of the form https://HOST")}
	}
	return "https://" + strings.ToLower(u.Host), nil
}

func authority(host, tenant string) (base, authority string, bad *inputError) {
	if base, bad = origin(host); bad != nil {
		return "", "", bad
	}
	segment, bad := tenantSegment(tenant)
	return base, base + "/" + segment, bad
}

// maxTenant is more than the length of any domain name. Longer values are mistakes.
const maxTenant = 300

// tenantSegment returns the tenant as one path segment of a URL. It rejects values that
// no service could answer for: they would change the path, or make MSAL use AD FS or
// dSTS instead of Entra.
func tenantSegment(tenant string) (string, *inputError) {
	if strings.TrimSpace(tenant) == "" {
		return "", &inputError{Field: "tenant", Missing: true, Text: msg.New("no tenant is given")}
	}
	control := func(r rune) bool { return r < 0x20 || r == 0x7f }
	if slices.Contains([]string{".", "..", "adfs", "dstsv2"}, strings.ToLower(tenant)) ||
		len(tenant) > maxTenant || !utf8.ValidString(tenant) || strings.ContainsFunc(tenant, control) {
		return "", malformedTenant()
	}
	return url.PathEscape(tenant), nil
}

func malformedTenant() *inputError {
	return &inputError{Field: "tenant", Text: msg.New("the tenant is neither a GUID nor a domain name")}
}

// mayReceive reports whether a credential may be sent to a host: the configured host, a
// sign-in host of Microsoft or, if both are loopback, another loopback name.
func mayReceive(u *url.URL, origin string) bool {
	own, err := url.Parse(origin)
	if err != nil || u.Scheme != "https" {
		return false
	}
	host := strings.ToLower(u.Host)
	microsoft := slices.ContainsFunc(clouds(), func(c Cloud) bool {
		return "https://"+host == c.LoginHost || slices.Contains(c.LoginAliases, host)
	})
	return microsoft || strings.EqualFold(u.Host, own.Host) ||
		u.Port() == own.Port() && loopback(u.Hostname()) && loopback(own.Hostname())
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
}
