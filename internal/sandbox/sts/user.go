package sts

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// delegatedScopes is what the sandbox's user has consented to. It is enough to read the
// directory and to renew secrets.
const delegatedScopes = "Application.ReadWrite.All AuditLog.Read.All Directory.AccessAsUser.All Directory.Read.All Group.Read.All Policy.Read.All User.Read User.Read.All"

// firstParty are Microsoft's public clients, which every tenant accepts. Source: the
// clients' published code.
var firstParty = map[string]string{
	"04b07795-8ddb-461a-bbee-02f9e1bf7b46": "Microsoft Azure CLI",
	"1950a258-227b-4e31-a9cf-717495945fc2": "Microsoft Azure PowerShell",
	"14d82eec-204b-4c2f-b7e8-296a70dab67e": "Microsoft Graph Command Line Tools",
	"31359c7f-bd7e-475c-86db-fdb8c937548e": "PnP Management Shell",
}

// pendingSignIn is a user's sign-in before its tokens are issued.
type pendingSignIn struct {
	tenantID, clientID, appName string
	scope, nonce                string
	redirect, challenge         string
	userCode                    string
	ends                        time.Time
	polls                       int
}

// keepPending stores a sign-in under a new random key. The caller holds s.mu.
func keepPending(m map[string]*pendingSignIn, p *pendingSignIn) string {
	key := opaque(96)
	keep(m, key, p)
	return key
}

// userTenant returns the tenant of a user's sign-in: the named one, or the first at a
// multi-tenant endpoint. The caller holds the lock.
func (s *Service) userTenant(name string) (*directory.Tenant, *Refusal) {
	if manyTenants(name) && len(s.o.World.Tenants) > 0 {
		return s.o.World.Tenants[0], nil
	}
	return s.findTenant(name)
}

// userClient returns the name of the application that a user signs in to.
func (s *Service) userClient(t *directory.Tenant, q *tokenRequest) (string, *Refusal) {
	id := strings.ToLower(q.clientID)
	if id == "" {
		return "", refuse(900144, "client_id")
	}
	if name, ok := firstParty[id]; ok {
		return name, nil
	}
	c, why := s.findClient(t, id)
	switch {
	case why != nil:
		return "", why
	case c.app != nil && c.app.PublicClient && q.credentialed():
		return "", refuse(700025)
	}
	return c.name(), nil
}

// proven checks the credential of a confidential client.
func (s *Service) proven(t *directory.Tenant, q *tokenRequest) *Refusal {
	if _, ok := firstParty[strings.ToLower(q.clientID)]; ok {
		return nil
	}
	c, why := s.findClient(t, q.clientID)
	switch {
	case why != nil:
		return why
	case c.app != nil && c.app.PublicClient:
		return nil
	case !q.credentialed():
		return refuse(7000218)
	}
	q.tenant = t
	_, why = s.authenticate(q, c, &directory.SignIn{})
	return why
}

// userTokens issues tokens for the sandbox's user, the first of the tenant.
func (s *Service) userTokens(q *tokenRequest, p *pendingSignIn) (*granted, *Refusal) {
	tenant, why := s.findTenant(p.tenantID)
	if why != nil {
		return nil, why
	}
	if len(tenant.Users) == 0 {
		return nil, refuse(50034, tenant.ID)
	}
	q.tenant = tenant
	audience, why := s.userAudience(q, p)
	if why != nil {
		return nil, why
	}
	user := &tenant.Users[0]
	scp := delegatedScopes
	if !isGraph(audience) {
		scp = "user_impersonation"
	}
	claims := newClaims(tenant, p.clientID, audience, s.now()).delegated(user, p.appName, scp)
	g := &granted{claims: claims, scope: grantedScope(audience, scp, p.scope)}
	s.mu.Lock()
	g.refresh = keepPending(s.refresh, p)
	s.mu.Unlock()
	if g.idToken, why = s.idToken(q, p, user, claims); why != nil {
		return nil, why
	}
	info, _ := json.Marshal(map[string]string{"uid": user.ID, "utid": tenant.ID}) // strings always marshal
	g.info = base64.RawURLEncoding.EncodeToString(info)
	return g, nil
}

// userAudience returns the resource of the first scope. Scopes without one belong to
// Microsoft Graph.
func (s *Service) userAudience(q *tokenRequest, p *pendingSignIn) (string, *Refusal) {
	graph := "https://" + cloudNamed(q.tenant.Cloud).graph
	name := q.form.Get("resource")
	for _, scope := range (&tokenRequest{form: map[string][]string{"scope": {p.scope}}}).scopes() {
		if i := strings.LastIndex(scope, "/"); name == "" && i > 0 {
			name = scope[:i]
		}
	}
	if name == "" {
		return graph, nil
	}
	t, why := s.findResource(q, name)
	return t.audience, why
}

// grantedScope returns the granted scopes with their resource and, like the service, the
// requested .default.
func grantedScope(audience, scp, asked string) string {
	var out []string
	for name := range strings.FieldsSeq(scp) {
		out = append(out, strings.TrimSuffix(audience, "/")+"/"+name)
	}
	for scope := range strings.FieldsSeq(asked) {
		if strings.HasSuffix(scope, "/.default") || !strings.Contains(scope, "/") && scope != "offline_access" {
			out = append(out, scope)
		}
	}
	return strings.Join(out, " ")
}

// idClaims are the claims of a user's ID token, always of version 2.0.
type idClaims struct {
	Audience  string `json:"aud"`
	Issuer    string `json:"iss"`
	IssuedAt  int64  `json:"iat"`
	NotBefore int64  `json:"nbf"`
	Expiry    int64  `json:"exp"`
	Name      string `json:"name"`
	Nonce     string `json:"nonce,omitempty"`
	ObjectID  string `json:"oid"`
	Username  string `json:"preferred_username"`
	Subject   string `json:"sub"`
	TenantID  string `json:"tid"`
	Version   string `json:"ver"`
}

func (s *Service) idToken(q *tokenRequest, p *pendingSignIn, u *directory.User, c appClaims) (string, *Refusal) {
	token, err := s.sign(idClaims{
		Audience: p.clientID, Issuer: "https://" + q.host + "/" + c.TenantID + "/v2.0",
		IssuedAt: c.IssuedAt, NotBefore: c.NotBefore, Expiry: c.Expiry,
		Name: u.DisplayName, Nonce: p.nonce, ObjectID: u.ID, Username: u.UserPrincipalName,
		Subject: c.Subject, TenantID: c.TenantID, Version: "2.0",
	})
	if err != nil {
		return "", refuse(50000)
	}
	return token, nil
}

// redeemRefresh exchanges a refresh token. The scope can select another resource.
func (s *Service) redeemRefresh(q *tokenRequest) (*granted, *Refusal) {
	s.mu.Lock()
	p, ok := s.refresh[q.form.Get("refresh_token")]
	s.mu.Unlock()
	if !ok || !strings.EqualFold(p.clientID, q.clientID) {
		return nil, refuse(70000, "refresh_token")
	}
	next := *p
	if scope := q.form.Get("scope"); scope != "" {
		next.scope = scope
	}
	return s.userTokens(q, &next)
}
