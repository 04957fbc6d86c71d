package federation

import (
	"net/url"
	"strings"
)

// Issuer is what an issuer's address tells of who runs it.
type Issuer int

// Whose issuers there are: of a platform whose tokens everybody knows, of this very
// tenant, of another tenant, or of somebody whom its address does not tell.
const (
	IssuerUnknown Issuer = iota
	IssuerOfPlatform
	IssuerOfTenant
	IssuerOfOtherTenant
)

// platforms issue tokens to workloads of many customers, each with subjects of its own.
// Source: the documentation of each.
var platforms = [...]string{
	"token.actions.githubusercontent.com", "vstoken.dev.azure.com", "gitlab.com", "app.terraform.io", "accounts.google.com",
}

// entra are hosts of Microsoft Entra, and aks the ends of those of Azure Kubernetes
// Service: the first part of the path is the tenant that a token or a cluster is of.
var (
	entra = [...]string{"login.microsoftonline.com", "sts.windows.net", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}
	aks   = [...]string{".oic.prod-aks.azure.com", ".oic.prod-aks.azure.us", ".oic.prod-aks.azure.cn"}
)

// IssuerOf says whose an issuer is, as seen from a tenant by its GUID. Only an address
// that is one by https, without a port or a user, is taken for what it looks like.
func IssuerOf(issuer, tenant string) Issuer {
	u, err := url.Parse(issuer)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" {
		return IssuerUnknown
	}
	host := strings.ToLower(u.Hostname())
	for _, p := range platforms {
		if host == p {
			return IssuerOfPlatform
		}
	}
	ofTenant := false
	for _, h := range entra {
		ofTenant = ofTenant || host == h
	}
	for _, end := range aks {
		ofTenant = ofTenant || strings.HasSuffix(host, end)
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	switch {
	case !ofTenant:
		return IssuerUnknown
	case strings.EqualFold(first, tenant):
		return IssuerOfTenant
	}
	return IssuerOfOtherTenant
}
