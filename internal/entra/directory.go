package entra

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/transport"
)

// directory is what a tenant's OpenID configuration tells anyone.
type directory struct {
	TenantID    string // GUID in lower case; empty if the document has none
	Issuer      string
	TokenHost   string // host of the token endpoint
	RegionScope string // tenant_region_scope, such as "EU", "USGov"
	Instance    string // cloud_instance_name
}

// guid finds the tenant in an issuer, which is of the form https://HOST/GUID/v2.0.
var guid = lazyregexp.New(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

var errNoDirectory = errors.New("the tenant's OpenID configuration could not be read")

func directoryFrom(a Attempt) fact.Fact[directory] {
	ex, ok := a.last(discovery)
	if !ok || ex.Err != nil || ex.Status != http.StatusOK {
		return fact.Missing[directory](errNoDirectory)
	}
	var m map[string]json.RawMessage
	if json.Unmarshal([]byte(ex.Body.Reveal()), &m) != nil || text(m["issuer"]) == "" {
		return fact.Missing[directory](errNoDirectory)
	}
	d := directory{Issuer: text(m["issuer"]), RegionScope: text(m["tenant_region_scope"])}
	d.TenantID, d.Instance = strings.ToLower(guid().FindString(d.Issuer)), text(m["cloud_instance_name"])
	if u, err := url.Parse(text(m["token_endpoint"])); err == nil {
		d.TokenHost = u.Host
	}
	return fact.Of(d)
}

// discover reads a tenant's OpenID configuration from a sign-in host, without a
// credential. It returns a refusal if the service knows no such tenant.
func discover(ctx context.Context, client *http.Client, authorityHost, tenant string) (fact.Fact[directory], *Refusal) {
	s, bad := newSession(Request{AuthorityHost: authorityHost, Tenant: tenant, HTTPClient: client})
	if bad != nil {
		return fact.Missing[directory](bad), nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.authority+"/v2.0/.well-known/openid-configuration", nil)
	if err != nil {
		return fact.Missing[directory](malformedTenant()), nil
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return fact.Missing[directory](transport.Classify(err)), nil
	}
	resp.Body.Close()
	a := Attempt{Exchanges: s.rec.seen}
	a.Directory = directoryFrom(a)
	if !a.Directory.Known() {
		judge(ctx, &a, s.origin, errNoDirectory)
		if a.Err != nil {
			a.Directory = fact.Missing[directory](a.Err)
		}
	}
	return a.Directory, a.Refusal
}

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
