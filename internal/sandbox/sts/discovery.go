package sts

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// configuration is the OpenID discovery document, in the service's field order.
type configuration struct {
	TokenEndpoint         string   `json:"token_endpoint"`
	AuthMethods           []string `json:"token_endpoint_auth_methods_supported"`
	JWKS                  string   `json:"jwks_uri"`
	ResponseModes         []string `json:"response_modes_supported"`
	SubjectTypes          []string `json:"subject_types_supported"`
	SigningAlgorithms     []string `json:"id_token_signing_alg_values_supported"`
	ResponseTypes         []string `json:"response_types_supported"`
	Scopes                []string `json:"scopes_supported"`
	Issuer                string   `json:"issuer"`
	RequestURI            bool     `json:"request_uri_parameter_supported"`
	UserInfo              string   `json:"userinfo_endpoint"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	DeviceEndpoint        string   `json:"device_authorization_endpoint"`
	HTTPLogout            bool     `json:"http_logout_supported"`
	FrontchannelLogout    bool     `json:"frontchannel_logout_supported"`
	EndSession            string   `json:"end_session_endpoint"`
	Claims                []string `json:"claims_supported"`
	Kerberos              string   `json:"kerberos_endpoint"`
	RegionScope           *string  `json:"tenant_region_scope"`
	RegionSubScope        string   `json:"tenant_region_sub_scope,omitempty"`
	InstanceName          string   `json:"cloud_instance_name"`
	OldGraphHost          string   `json:"cloud_graph_host_name"`
	GraphHost             string   `json:"msgraph_host"`
	RBAC                  string   `json:"rbac_url"`
}

// openID serves the discovery document of a tenant or of the multi-tenant endpoints.
func (s *Service) openID(w http.ResponseWriter, r *http.Request, x exchange) *Refusal {
	tenant, why := s.pathTenant(r)
	if why == nil {
		document(w, x, s.configuration(r, x.version, tenant))
	}
	return why
}

// pathTenant returns the tenant in the path of a public document, nil for the
// multi-tenant endpoints. The OAuth error differs from the token endpoint's for the same
// code (recorded for 90002; assumed for the others).
func (s *Service) pathTenant(r *http.Request) (*directory.Tenant, *Refusal) {
	name := r.PathValue("tenant")
	if manyTenants(name) {
		return nil, nil
	}
	s.o.World.RLock()
	defer s.o.World.RUnlock()
	tenant, why := s.findTenant(name)
	if why != nil {
		why.Error = "invalid_tenant"
	}
	return tenant, why
}

func (s *Service) configuration(r *http.Request, version int, tenant *directory.Tenant) configuration {
	c := s.cloud(r)
	origin := "https://" + r.Host
	// The multi-tenant endpoints keep the name in the path; the issuer has the GUID.
	path, id := r.PathValue("tenant"), "{tenantid}"
	if tenant != nil {
		path, id = tenant.ID, tenant.ID
		c = cloudNamed(tenant.Cloud)
	}
	base := origin + "/" + path
	out := configuration{
		TokenEndpoint:         base + "/oauth2/v2.0/token",
		AuthMethods:           []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
		JWKS:                  base + "/discovery/v2.0/keys",
		ResponseModes:         []string{"query", "fragment", "form_post"},
		SubjectTypes:          []string{"pairwise"},
		SigningAlgorithms:     []string{"RS256"},
		ResponseTypes:         []string{"code", "id_token", "code id_token", "id_token token"},
		Scopes:                []string{"openid", "profile", "email", "offline_access"},
		Issuer:                origin + "/" + id + "/v2.0",
		UserInfo:              "https://" + c.graph + "/oidc/userinfo",
		AuthorizationEndpoint: base + "/oauth2/v2.0/authorize",
		DeviceEndpoint:        base + "/oauth2/v2.0/devicecode",
		HTTPLogout:            true, FrontchannelLogout: true,
		EndSession: base + "/oauth2/v2.0/logout",
		Claims: []string{"sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name",
			"msgraph_host", "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid",
			"ver", "at_hash", "c_hash", "email"},
		Kerberos:     base + "/kerberos",
		InstanceName: c.instance, OldGraphHost: "graph.windows.net", GraphHost: c.graph,
		RBAC: "https://pas.windows.net",
	}
	if tenant != nil {
		region := tenant.RegionScope
		if c.scope != "" {
			region, out.RegionSubScope = c.scope, c.subScope
		}
		out.RegionScope = &region
	}
	if version == 1 {
		out.TokenEndpoint, out.AuthorizationEndpoint = base+"/oauth2/token", base+"/oauth2/authorize"
		out.DeviceEndpoint, out.EndSession = base+"/oauth2/devicecode", base+"/oauth2/logout"
		out.JWKS = base + "/discovery/keys"
		out.Issuer = "https://sts.windows.net/" + id + "/"
	}
	return out
}

// instanceMetadata is the answer of instance discovery.
type instanceMetadata struct {
	Endpoint string          `json:"tenant_discovery_endpoint"`
	Version  string          `json:"api-version"`
	Metadata []instanceEntry `json:"metadata"`
}

type instanceEntry struct {
	Network string   `json:"preferred_network"`
	Cache   string   `json:"preferred_cache"`
	Aliases []string `json:"aliases"`
}

// instance answers which sign-in hosts belong together. It knows Microsoft's hosts and
// the sandbox's address, and refuses others.
func (s *Service) instance(w http.ResponseWriter, r *http.Request, x exchange) *Refusal {
	authority, err := url.Parse(r.URL.Query().Get("authorization_endpoint"))
	if err != nil || authority.Scheme != "https" || (cloudOfHost(authority.Host) == nil && !isLoopback(authority.Host) && authority.Host != r.Host) {
		return refuse(50049)
	}
	tenant, _, _ := strings.Cut(strings.TrimPrefix(authority.Path, "/"), "/")
	out := instanceMetadata{
		Endpoint: "https://" + authority.Host + "/" + tenant + "/v2.0/.well-known/openid-configuration",
		Version:  "1.1",
	}
	for _, c := range clouds {
		if c.cache != "" {
			out.Metadata = append(out.Metadata, instanceEntry{c.logins[0], c.cache, c.logins})
		}
	}
	if cloudOfHost(authority.Host) == nil {
		out.Metadata = append(out.Metadata, instanceEntry{authority.Host, authority.Host, []string{authority.Host}})
	}
	document(w, x, out)
	return nil
}

// isLoopback reports whether a host, with or without port, is this machine.
func isLoopback(host string) bool {
	switch hostname(host) {
	case "127.0.0.1", "localhost", "::1":
		return true
	}
	return false
}

// keys serves the JWKS.
func (s *Service) keys(w http.ResponseWriter, r *http.Request, x exchange) *Refusal {
	tenant, why := s.pathTenant(r)
	if why != nil {
		return why
	}
	issuer := ""
	if x.version == 2 {
		id := "{tenantid}"
		if tenant != nil {
			id = tenant.ID
		}
		issuer = "https://" + r.Host + "/" + id + "/v2.0"
	}
	key, err := s.key()
	if err != nil {
		return refuse(50000)
	}
	document(w, x, map[string][]publishedKey{"keys": {key.published(issuer)}})
	return nil
}
