package scan

import (
	"net/url"
	"slices"
	"strings"
)

// issuerOwner is who runs an issuer, according to its address.
type issuerOwner int

// The owners: a well-known platform, this tenant, another tenant, or somebody unknown.
const (
	issuerUnknown issuerOwner = iota
	issuerOfPlatform
	issuerOfTenant
	issuerOfOtherTenant
)

// issuerPlatforms issue tokens to workloads of many customers, each with its own subjects
// (documentation of each platform).
var issuerPlatforms = [...]string{
	"token.actions.githubusercontent.com", "vstoken.dev.azure.com", "gitlab.com", "app.terraform.io", "accounts.google.com",
}

// entraIssuers are hosts of Microsoft Entra. aksIssuers are the ends of those of Azure
// Kubernetes Service. The first segment of the path is the tenant.
var (
	entraIssuers = [...]string{"login.microsoftonline.com", "sts.windows.net", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}
	aksIssuers   = [...]string{".oic.prod-aks.azure.com", ".oic.prod-aks.azure.us", ".oic.prod-aks.azure.cn"}
)

// issuerOf returns the owner of an issuer, seen from a tenant with this GUID. An address is
// recognised only if it uses https and has no port or user.
func issuerOf(issuer, tenant string) issuerOwner {
	u, err := url.Parse(issuer)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" {
		return issuerUnknown
	}
	host := strings.ToLower(u.Hostname())
	if slices.Contains(issuerPlatforms[:], host) {
		return issuerOfPlatform
	}
	ofTenant := slices.Contains(entraIssuers[:], host) || slices.ContainsFunc(aksIssuers[:], func(end string) bool { return strings.HasSuffix(host, end) })
	first, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	switch {
	case !ofTenant:
		return issuerUnknown
	case strings.EqualFold(first, tenant):
		return issuerOfTenant
	}
	return issuerOfOtherTenant
}
