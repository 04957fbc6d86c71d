package graphapi

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

const (
	tenantID  = "0f3c2a51-7d64-4c8e-9b1a-5e2d8f7a6c01"
	appObject = "1a2b3c4d-0001-4000-8000-00000000a001"
	appClient = "2b3c4d5e-0002-4000-8000-00000000a001"
	spObject  = "3c4d5e6f-0003-4000-8000-00000000a001"
	ownerSP   = "3c4d5e6f-0003-4000-8000-00000000a002"
	oldKey    = "4d5e6f70-0004-4000-8000-00000000a001"
	userID    = "5e6f7081-0005-4000-8000-00000000a001"
	groupID   = "6f708192-0006-4000-8000-00000000a001"
	policyID  = "70819203-0007-4000-8000-00000000a001"
)

// testNow is the time of the world.
var testNow = time.Date(2026, 3, 4, 5, 6, 7, 123456700, time.UTC)

// tokens are the callers by token; others are malformed.
type tokens map[string]Caller

func (t tokens) Check(bearer string) (Caller, error) {
	switch bearer {
	case "expired":
		return Caller{}, ErrExpired
	case "audience":
		return Caller{}, ErrAudience
	}
	if c, ok := t[bearer]; ok {
		return c, nil
	}
	return Caller{}, ErrMalformed
}

func appCaller(roles ...string) Caller {
	return Caller{TenantID: tenantID, AppID: "9a9a9a9a-0009-4000-8000-00000000a009", ServicePrincipalID: ownerSP, Roles: roles}
}

type sandbox struct {
	t      *testing.T
	world  *directory.World
	server *httptest.Server
	tokens tokens
}

// start serves a tenant with one application, MailBridge, and a few others.
func start(t *testing.T, change func(*directory.Tenant)) *sandbox {
	t.Helper()
	tenant := testTenant()
	if change != nil {
		change(tenant)
	}
	world := &directory.World{Tenants: []*directory.Tenant{tenant}, Clock: func() time.Time { return testNow }}
	s := &sandbox{t: t, world: world, tokens: tokens{
		"all":     appCaller("Application.ReadWrite.All", "Directory.Read.All", "Policy.Read.All", "AuditLog.Read.All"),
		"none":    appCaller(),
		"owned":   appCaller("Application.ReadWrite.OwnedBy"),
		"reader":  appCaller("Application.Read.All"),
		"users":   appCaller("User.Read.All"),
		"person":  {TenantID: tenantID, User: true, UserID: userID, Roles: []string{"User.Read"}},
		"foreign": {TenantID: "ffffffff-0000-4000-8000-000000000000", Roles: []string{"Application.Read.All"}},
	}}
	s.server = httptest.NewServer(New(world, s.tokens))
	t.Cleanup(s.server.Close)
	return s
}

func testTenant() *directory.Tenant {
	start, end := testNow.AddDate(-2, 0, 0).Truncate(time.Second), testNow.AddDate(0, 0, -1).Truncate(time.Second)
	t := &directory.Tenant{
		ID: tenantID, Domains: []string{"harbour.example", "harbour.test"}, DisplayName: "Harbour", Created: time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC),
		Users:   []directory.User{{ID: userID, DisplayName: "Ada Quill", UserPrincipalName: "ada@harbour.test", Mail: "ada@harbour.test"}, {ID: "5e6f7081-0005-4000-8000-00000000a002", DisplayName: "Bo Reed", UserPrincipalName: "bo@harbour.test"}},
		Groups:  []directory.Group{{ID: groupID, DisplayName: "Crew", Members: []string{userID}}},
		Premium: true,
	}
	t.Applications = []*directory.Application{{
		Object: directory.Object{
			ID: appObject, AppID: appClient, DisplayName: "MailBridge", SignInAudience: "AzureADMyOrg",
			Created: time.Date(2023, 5, 6, 7, 8, 9, 0, time.UTC), Tags: []string{"mail"}, Owners: []string{userID},
			Credentials: directory.Credentials{
				Passwords: []directory.Password{{KeyID: oldKey, DisplayName: "old one", Hint: "abc", Start: &start, End: &end, Secret: "not shown to anybody"}},
				Keys:      []directory.Key{{KeyID: "92031425-0009-4000-8000-00000000a001", Type: "AsymmetricX509Cert", Usage: "Verify", Start: &start, End: &end, Certificate: []byte{1, 2, 3}, CustomKeyIdentifier: []byte{4, 5}}},
			},
		},
		IdentifierURIs: []string{"api://mailbridge"},
		Federated:      []directory.Federated{{ID: "81920314-0008-4000-8000-00000000a001", Name: "ci", Issuer: "https://issuer.example", Subject: "repo:x", Audiences: []string{"api://AzureADTokenExchange"}}},
	}, {Object: directory.Object{
		ID: "1a2b3c4d-0001-4000-8000-00000000a002", AppID: "2b3c4d5e-0002-4000-8000-00000000a002", DisplayName: "O'Hara & Söhne + 50%",
		SignInAudience: "AzureADMyOrg", Created: time.Date(2024, 1, 1, 0, 0, 0, 500000000, time.UTC),
	}}}
	t.ServicePrincipals = []*directory.ServicePrincipal{{
		Object: directory.Object{ID: spObject, AppID: appClient, DisplayName: "MailBridge", Created: time.Date(2023, 5, 6, 7, 8, 9, 0, time.UTC)},
		Type:   "Application", Enabled: true, OwnerTenant: tenantID, Names: []string{appClient, "api://mailbridge"}, Roles: []string{"User.Read.All", "Odd.Role"},
	}, {
		Object: directory.Object{ID: ownerSP, AppID: "9a9a9a9a-0009-4000-8000-00000000a009", DisplayName: "Deputy"},
		Type:   "Application", OwnerTenant: tenantID,
	}}
	return t
}

// answer is a response whose body was read.
type answer struct {
	*http.Response
	raw  []byte
	json map[string]any
}

type option func(*http.Request)

func header(name, value string) option { return func(r *http.Request) { r.Header.Set(name, value) } }

var eventual = header("ConsistencyLevel", "eventual")

// do sends a request with a token; path is raw, and absolute links are followed
// to the test server.
func (s *sandbox) do(method, token, path, body string, options ...option) answer {
	s.t.Helper()
	path = strings.Replace(path, "https://"+strings.TrimPrefix(s.server.URL, "http://"), "", 1)
	req, err := http.NewRequest(method, s.server.URL, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.URL.Opaque = path
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, o := range options {
		o(req)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	out := answer{Response: res, raw: raw}
	if bytes.HasPrefix(raw, []byte("{")) {
		if err := json.Unmarshal(raw, &out.json); err != nil {
			s.t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
	return out
}

func (s *sandbox) get(path string, options ...option) answer {
	s.t.Helper()
	return s.do(http.MethodGet, "all", path, "", options...)
}

// code is the error code of an answer, or empty.
func (a answer) code() string {
	e, _ := a.json["error"].(map[string]any)
	code, _ := e["code"].(string)
	return code
}

func (a answer) message() string {
	e, _ := a.json["error"].(map[string]any)
	message, _ := e["message"].(string)
	return message
}

func (a answer) values() []map[string]any {
	var out []map[string]any
	list, _ := a.json["value"].([]any)
	for _, v := range list {
		out = append(out, v.(map[string]any))
	}
	return out
}

func (a answer) names() string {
	var names []string
	for _, v := range a.values() {
		name, _ := v["displayName"].(string)
		names = append(names, name)
	}
	return strings.Join(names, ",")
}

func (a answer) want(t *testing.T, status int, code string) {
	t.Helper()
	if a.StatusCode != status || a.code() != code {
		t.Errorf("%s answers %d %q, want %d %q: %.300s", a.Request.URL.Opaque, a.StatusCode, a.code(), status, code, a.raw)
	}
}
