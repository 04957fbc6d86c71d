package sts

import (
	"net/http"
	"strconv"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// tokenAnswer is the success of the v2.0 endpoint, in the order of a live
// capture; the fields after the access token are of users' sign-ins only.
type tokenAnswer struct {
	Type       string `json:"token_type"`
	Scope      string `json:"scope,omitempty"`
	Expires    int64  `json:"expires_in"`
	ExtExpires int64  `json:"ext_expires_in"`
	Access     string `json:"access_token"`
	Refresh    string `json:"refresh_token,omitempty"`
	ID         string `json:"id_token,omitempty"`
	ClientInfo string `json:"client_info,omitempty"`
}

// tokenAnswerV1 is the success of the older endpoint, whose numbers are strings.
type tokenAnswerV1 struct {
	Type       string `json:"token_type"`
	Scope      string `json:"scope,omitempty"`
	Expires    string `json:"expires_in"`
	ExtExpires string `json:"ext_expires_in"`
	ExpiresOn  string `json:"expires_on"`
	NotBefore  string `json:"not_before"`
	Resource   string `json:"resource"`
	Access     string `json:"access_token"`
	Refresh    string `json:"refresh_token,omitempty"`
	ID         string `json:"id_token,omitempty"`
}

// granted is a token that may be handed out.
type granted struct {
	claims  appClaims
	scope   string
	refresh string
	idToken string
	info    string
}

// token serves a token endpoint of the given version.
func (s *Service) token(version int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		x := newExchange(r)
		if r.Method != http.MethodPost {
			s.refuse(w, r, x, getInsteadOfPost())
			return
		}
		q, err := s.readTokenRequest(r, version)
		if err != nil {
			s.refuse(w, r, x, missingParameter("grant_type"))
			return
		}
		g, why := s.grant(q)
		if why != nil {
			s.refuse(w, r, x, why)
			return
		}
		s.hand(w, x, q, g)
	}
}

// grant runs the checks in the order of the service: tenant, request, client,
// credential, service principal, resource, policy. It holds the world's lock,
// since every sign-in is written to the tenant's log.
func (s *Service) grant(q *tokenRequest) (*granted, *refusal) {
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
		return nil, missingParameter("grant_type")
	case "client_credentials":
		return s.clientCredentials(q)
	case "device_code", "urn:ietf:params:oauth:grant-type:device_code":
		return s.redeemDevice(q)
	case "authorization_code":
		return s.redeemCode(q)
	case "refresh_token":
		return s.redeemRefresh(q)
	default:
		return nil, unsupportedGrant(grant)
	}
}

// clientCredentials is an application's own sign-in.
func (s *Service) clientCredentials(q *tokenRequest) (*granted, *refusal) {
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

func (q *tokenRequest) completeForApp() *refusal {
	switch {
	case q.tenant == nil && q.path == "consumers":
		return consumersOnly()
	case q.tenant == nil:
		return noTenant()
	case !cloudNamed(q.tenant.Cloud).sameAuthority(q.cloud):
		return crossCloud()
	case q.clientID == "":
		return missingParameter("client_id")
	case q.version == 2 && q.form.Get("scope") == "":
		return missingField("scope")
	case q.version == 1 && q.form.Get("resource") == "" && q.form.Get("scope") == "":
		return missingParameter("resource")
	case !q.credentialed():
		return noCredential()
	}
	return nil
}

// signInApp checks the credential, the account and the resource, and makes the
// claims. It notes in entry what the sign-in log shows.
func (s *Service) signInApp(q *tokenRequest, c *client, entry *directory.SignIn) (*granted, *refusal) {
	if c.app != nil && c.app.PublicClient {
		return nil, publicClient()
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
	claims := newClaims(q.tenant, c.appID, target.audience, s.now()).appOnly(c.sp, acr, target.roles(c.sp))
	entry.Token = claims.UTI
	return &granted{claims: claims}, nil
}

// authenticate checks the credential that was sent and returns appidacr.
func (s *Service) authenticate(q *tokenRequest, c *client, entry *directory.SignIn) (string, *refusal) {
	if q.assertion == "" {
		entry.CredentialType = "clientSecret"
		return "1", s.checkSecret(q, c, entry)
	}
	if q.form.Get("client_assertion_type") != assertionType {
		return "", missingParameter("client_assertion_type")
	}
	return "2", s.checkAssertion(q, c, entry)
}

// prescribed returns the answer that a scenario prescribes for an application.
func (s *Service) prescribed(appID string) *refusal {
	for _, r := range s.o.Refusals {
		if r.AppID == "" || r.AppID == appID {
			return r.refusal()
		}
	}
	return nil
}

// hand writes a token in the shape of the endpoint's version.
func (s *Service) hand(w http.ResponseWriter, x exchange, q *tokenRequest, g *granted) {
	access, err := s.sign(g.claims)
	if err != nil {
		http.Error(w, "the sandbox could not sign a token", http.StatusInternalServerError)
		return
	}
	setHeaders(w.Header(), x, 0)
	uncached(w.Header())
	// The service hands out one second less than the hour.
	seconds := int64(tokenLifetime/time.Second) - 1
	if q.version == 2 {
		writeJSON(w, http.StatusOK, tokenAnswer{
			Type: "Bearer", Scope: g.scope, Expires: seconds, ExtExpires: seconds,
			Access: access, Refresh: g.refresh, ID: g.idToken, ClientInfo: g.info,
		})
		return
	}
	lifetime := strconv.FormatInt(seconds, 10)
	writeJSON(w, http.StatusOK, tokenAnswerV1{
		Type: "Bearer", Scope: g.scope, Expires: lifetime, ExtExpires: lifetime,
		ExpiresOn: strconv.FormatInt(g.claims.Expiry, 10), NotBefore: strconv.FormatInt(g.claims.NotBefore, 10),
		Resource: g.claims.Audience, Access: access, Refresh: g.refresh, ID: g.idToken,
	})
}
