package sts

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// tokenAnswer is a success, in the order of a live capture. Version 1 has numbers as
// strings. The fields after the access token are for users.
type tokenAnswer struct {
	Type       string `json:"token_type"`
	Scope      string `json:"scope,omitempty"`
	Expires    any    `json:"expires_in"`
	ExtExpires any    `json:"ext_expires_in"`
	ExpiresOn  string `json:"expires_on,omitempty"` // this and the next two: version 1
	NotBefore  string `json:"not_before,omitempty"`
	Resource   string `json:"resource,omitempty"`
	Access     string `json:"access_token"`
	Refresh    string `json:"refresh_token,omitempty"`
	ID         string `json:"id_token,omitempty"`
	ClientInfo string `json:"client_info,omitempty"` // version 2
}

// granted is a token to be issued.
type granted struct {
	claims  appClaims
	scope   string
	refresh string
	idToken string
	info    string
}

// token serves a token endpoint.
func (s *Service) token(w http.ResponseWriter, r *http.Request, x exchange) *Refusal {
	if r.Method != http.MethodPost {
		return refuse(900561)
	}
	q, err := s.readTokenRequest(r, x.version)
	if err != nil {
		return refuse(900144, "grant_type")
	}
	g, why := s.grant(q)
	if why != nil {
		return why
	}
	return s.hand(w, x, g)
}

// grant runs the checks in the order of the service: tenant, request, client, credential,
// service principal, resource, policy. It holds the world's lock, because it logs every
// sign-in.
func (s *Service) grant(q *tokenRequest) (*granted, *Refusal) {
	s.o.World.Lock()
	defer s.o.World.Unlock()
	if !manyTenants(q.path) {
		tenant, why := s.findTenant(q.path)
		if why != nil {
			return nil, why
		}
		q.tenant = tenant
	}
	switch grant := q.form.Get("grant_type"); grant {
	case "":
		return nil, refuse(900144, "grant_type")
	case "client_credentials":
		return s.clientCredentials(q)
	case "device_code", "urn:ietf:params:oauth:grant-type:device_code":
		return s.redeemDevice(q)
	case "authorization_code":
		return s.redeemCode(q)
	case "refresh_token":
		return s.redeemRefresh(q)
	default:
		return nil, refuse(70003, grant)
	}
}

// clientCredentials signs an application in.
func (s *Service) clientCredentials(q *tokenRequest) (*granted, *Refusal) {
	if why := q.completeForApp(); why != nil {
		return nil, why
	}
	c, why := s.findClient(q.tenant, q.clientID)
	if why != nil {
		return nil, why
	}
	entry := directory.SignIn{Time: s.now(), AppID: c.appID, IPAddress: q.remote}
	g, why := s.signInApp(q, c, &entry)
	s.record(q.tenant, c, entry, why)
	return g, why
}

func (q *tokenRequest) completeForApp() *Refusal {
	switch {
	case q.tenant == nil && q.path == "consumers":
		return refuse(9001023)
	case q.tenant == nil:
		return refuse(50059)
	case !cloudNamed(q.tenant.Cloud).sameAuthority(q.cloud):
		return refuse(900382)
	case q.clientID == "":
		return refuse(900144, "client_id")
	case q.version == 2 && q.form.Get("scope") == "":
		return refuse(90014, "scope")
	case q.version == 1 && q.form.Get("resource") == "" && q.form.Get("scope") == "":
		return refuse(900144, "resource")
	case !q.credentialed():
		return refuse(7000216)
	}
	return nil
}

// signInApp checks credential, service principal and resource, and makes the claims. It
// completes the entry of the sign-in log.
func (s *Service) signInApp(q *tokenRequest, c *client, entry *directory.SignIn) (*granted, *Refusal) {
	if c.app != nil && c.app.PublicClient {
		return nil, refuse(700025)
	}
	acr, why := s.authenticate(q, c, entry)
	if why != nil {
		return nil, why
	}
	if why := c.mayAct(q.tenant); why != nil {
		return nil, why
	}
	target, why := s.resource(q, c)
	if why != nil {
		return nil, why
	}
	if c.sp.BlockedByPolicy {
		return nil, blockedByPolicy(q.tenant.AccessPolicy)
	}
	if why := s.prescribed(c.appID); why != nil {
		return nil, why
	}
	var roles []string
	if target.graph { // the world has no permissions on other APIs
		roles = slices.Clone(c.sp.Roles)
	}
	claims := newClaims(q.tenant, c.appID, target.audience, s.now()).appOnly(c.sp, acr, roles)
	entry.Token = claims.UTI
	return &granted{claims: claims}, nil
}

// authenticate checks the credential and returns appidacr.
func (s *Service) authenticate(q *tokenRequest, c *client, entry *directory.SignIn) (string, *Refusal) {
	if q.assertion == "" {
		entry.CredentialType = "clientSecret"
		return "1", s.checkSecret(q, c, entry)
	}
	if q.form.Get("client_assertion_type") != assertionType {
		return "", refuse(900144, "client_assertion_type")
	}
	return "2", s.checkAssertion(q, c, entry)
}

// prescribed returns the scenario's answer for an application.
func (s *Service) prescribed(appID string) *Refusal {
	for i, r := range s.o.Refusals {
		if r.AppID == "" || r.AppID == appID {
			return &s.o.Refusals[i]
		}
	}
	return nil
}

// hand sends a token.
func (s *Service) hand(w http.ResponseWriter, x exchange, g *granted) *Refusal {
	access, err := s.sign(g.claims)
	if err != nil {
		return refuse(50000)
	}
	// The service says one second less than an hour.
	seconds := int64(tokenLifetime/time.Second) - 1
	out := tokenAnswer{
		Type: "Bearer", Scope: g.scope, Expires: seconds, ExtExpires: seconds,
		Access: access, Refresh: g.refresh, ID: g.idToken, ClientInfo: g.info,
	}
	if x.version == 1 {
		lifetime := strconv.FormatInt(seconds, 10)
		out.Expires, out.ExtExpires, out.ClientInfo = lifetime, lifetime, ""
		out.ExpiresOn, out.NotBefore = strconv.FormatInt(g.claims.Expiry, 10), strconv.FormatInt(g.claims.NotBefore, 10)
		out.Resource = g.claims.Audience
	}
	setHeaders(w.Header(), x, 0)
	uncached(w.Header())
	writeJSON(w, http.StatusOK, out)
	return nil
}
