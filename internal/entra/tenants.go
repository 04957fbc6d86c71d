package entra

import (
	"context"
	"io"
	"net/http"

	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/transport"
)

// noSuchTenant are Entra's codes for an unknown tenant, and for a value that cannot be
// a tenant.
var noSuchTenant = []string{"90002", "900023"}

// TenantID asks a sign-in host, without a credential, for the tenant of a GUID or a
// domain. It returns the tenant's GUID in lower case, or an empty string if Entra knows
// none. The error says why there was no answer.
func TenantID(ctx context.Context, client *http.Client, authorityHost, tenant string) (string, error) {
	found, refusal := discover(ctx, client, authorityHost, tenant)
	switch {
	case found.Known():
		return found.Value.TenantID, nil
	case refusal != nil && slices.ContainsFunc(refusal.Codes, func(c string) bool { return slices.Contains(noSuchTenant, c) }):
		return "", nil
	}
	return "", found.Err()
}

// challenged matches the tenant in the challenge of Azure Resource Manager.
var challenged = lazyregexp.New(`(?i)authorization_uri="https://[a-z0-9.-]+/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})[/"]`)

// SubscriptionTenant asks Azure Resource Manager, without a credential, which tenant an
// Azure subscription trusts. The challenge to a request without a token names the
// tenant. It returns the tenant's GUID in lower case, or an empty string if there is no
// such subscription. The error says why there was no answer. Source: Shawn Tabrizi,
// "Secret APIs in Azure Active Directory and Azure Resource Manager"; Azure/acs-engine,
// GetTenantID.
func SubscriptionTenant(ctx context.Context, client *http.Client, managementHost, id string) (string, error) {
	at, bad := origin(managementHost)
	if bad != nil {
		return "", bad
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at+"/subscriptions/"+id+"?api-version=2016-06-01", nil)
	if err != nil {
		return "", malformedTenant()
	}
	limited := transport.Wrap(client, func(base http.RoundTripper) http.RoundTripper { return transport.Limit(base, transport.SignInBody) })
	resp, err := limited.Do(req)
	if err != nil {
		return "", transport.Classify(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", transport.Classify(err)
	}
	for _, challenge := range resp.Header.Values("WWW-Authenticate") {
		if m := challenged().FindStringSubmatch(challenge); m != nil && resp.StatusCode == http.StatusUnauthorized {
			return strings.ToLower(m[1]), nil
		}
	}
	if resp.StatusCode == http.StatusNotFound && strings.Contains(string(body), "SubscriptionNotFound") {
		return "", nil
	}
	return "", msg.Error(msg.New("Azure Resource Manager did not say"))
}
