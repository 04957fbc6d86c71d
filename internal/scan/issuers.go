package scan

import (
	"net/url"
	"slices"
	"strings"
)

// issuerOwner is what an issuer's address tells of who runs it.
type issuerOwner int

// Whose issuers there are: of a platform whose tokens everybody knows, of this very
// tenant, of another tenant, or of somebody whom its address does not tell.
const (
	issuerUnknown issuerOwner = iota
	issuerOfPlatform
	issuerOfTenant
	issuerOfOtherTenant
)

// issuerPlatforms issue tokens to workloads of many customers, each with subjects of its own.
// Source: the documentation of each.
var issuerPlatforms = [...]string{
	"token.actions.githubusercontent.com", "vstoken.dev.azure.com", "gitlab.com", "app.terraform.io", "accounts.google.com",
}

// entraIssuers are hosts of Microsoft Entra, and aksIssuers the ends of those of Azure Kubernetes
// Service: the first part of the path is the tenant that a token or a cluster is of.
var (
	entraIssuers = [...]string{"login.microsoftonline.com", "sts.windows.net", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}
	aksIssuers   = [...]string{".oic.prod-aks.azure.com", ".oic.prod-aks.azure.us", ".oic.prod-aks.azure.cn"}
)

// issuerOf says whose an issuer is, as seen from a tenant by its GUID. Only an address
// that is one by https, without a port or a user, is taken for what it looks like.
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
