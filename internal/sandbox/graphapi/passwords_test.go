package graphapi

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/secrets"
)

const (
	addToApp = "/v1.0/applications/" + appObject + "/addPassword"
	addToSP  = "/v1.0/servicePrincipals/" + spObject + "/addPassword"
)

func (s *sandbox) post(token, path, body string) answer {
	s.t.Helper()
	return s.do(http.MethodPost, token, path, body)
}

// TestAddPassword adds passwords with every form of URL, and checks state, defaults and
// the secret's format.
func TestAddPassword(t *testing.T) {
	s := start(t, nil)
	for _, path := range []string{
		addToApp, addToSP,
		"/v1.0/applications(appId='" + appClient + "')/addPassword",
		"/v1.0/applications/" + appObject + "/microsoft.graph.addPassword",
		"/v1.0/servicePrincipals(appId='" + appClient + "')/microsoft.graph.addPassword",
	} {
		a := s.post("all", path, `{"passwordCredential":{"displayName":"night shift"}}`)
		a.want(t, 200, "")
		secret, _ := a.json["secretText"].(string)
		if !secrets.ValidChecksum(secret) || a.json["hint"] != secret[:3] {
			t.Fatalf("%s makes a secret of a wrong format or hint %v", path, a.json["hint"])
		}
		if a.json["startDateTime"] != "2026-03-04T05:06:07.1234567Z" || a.json["endDateTime"] != "2028-03-04T05:06:07.1234567Z" {
			t.Errorf("%s lasts from %v to %v, want two years from now", path, a.json["startDateTime"], a.json["endDateTime"])
		}
		object := s.get(path[:strings.LastIndex(path, "/")])
		first := object.json["passwordCredentials"].([]any)[0].(map[string]any)
		if first["keyId"] != a.json["keyId"] || first["secretText"] != nil || first["displayName"] != "night shift" {
			t.Errorf("%s: the object then lists %v first", path, first)
		}
		if strings.Contains(string(object.raw), secret) {
			t.Errorf("%s: a read shows the secret", path)
		}
	}
	if got := len(s.world.Tenants[0].Audits); got != 10 {
		t.Errorf("five additions leave %d audit entries, want 10", got)
	}
}

func TestAddPasswordPayloads(t *testing.T) {
	s := start(t, nil)
	for body, code := range map[string]string{
		`{}`: "", `{"passwordCredential":null}`: "", `{"passwordCredential":{}}`: "",
		`{"passwordCredential":{"displayName":null,"endDateTime":"2026-06-01T00:00:00+02:00"}}`:                       "",
		`{"passwordCredential":{"@odata.type":"#microsoft.graph.passwordCredential","secretText":"mine","hint":"x"}}`: "",
		``: "BadRequest", `{`: "BadRequest", `[]`: "BadRequest", `{} {}`: "BadRequest", `{"displayName":"x"}`: "BadRequest",
		`{"passwordCredential":{"lifetime":5}}`:                         "BadRequest",
		`{"passwordCredential":{"displayName":5}}`:                      "BadRequest",
		`{"passwordCredential":{"endDateTime":"tomorrow"}}`:             "BadRequest",
		`{"passwordCredential":{"endDateTime":"2020-01-01T00:00:00Z"}}`: "Request_BadRequest",
	} {
		a := s.post("all", addToApp, body)
		if a.code() != code {
			t.Errorf("%s answers %d %q, want %q", body, a.StatusCode, a.code(), code)
		}
		if a.json["secretText"] == "mine" {
			t.Error("a secret chosen by the client is honoured")
		}
	}
	s.do("POST", "all", addToApp, "{}", header("Content-Type", "text/plain")).want(t, 400, "BadRequest")
}

func TestRemovePassword(t *testing.T) {
	s := start(t, nil)
	path := strings.Replace(addToApp, "addPassword", "removePassword", 1)
	body := `{"keyId":"` + strings.ToUpper(oldKey) + `"}`
	a := s.post("all", path, body)
	if a.want(t, 204, ""); len(a.raw) != 0 || a.Header.Get("Content-Type") != "" {
		t.Errorf("204 has a body %q of type %q", a.raw, a.Header.Get("Content-Type"))
	}
	if left := s.get("/v1.0/applications/" + appObject).json["passwordCredentials"].([]any); len(left) != 0 {
		t.Errorf("the removed password is still listed: %v", left)
	}
	again := s.post("all", path, body)
	if again.want(t, 400, "Request_BadRequest"); again.message() != "No credentials found to be removed." {
		t.Errorf("removing twice says %q", again.message())
	}
	s.post("all", path, `{"keyId":"x"}`).want(t, 400, "BadRequest")
	s.post("all", path, `{}`).want(t, 400, "BadRequest")
	kept := s.world.Tenants[0].Applications[0].Passwords[0]
	if kept.Removed == nil || !kept.Removed.Equal(testNow) {
		t.Error("the token service cannot see when the password was removed")
	}
}

// TestWhoMayChange checks that OwnedBy needs ownership, and that ownership alone
// does not help.
func TestWhoMayChange(t *testing.T) {
	s := start(t, func(tenant *directory.Tenant) {
		tenant.Applications[0].Owners = []string{strings.ToUpper(ownerSP)}
	})
	s.post("owned", addToApp, "{}").want(t, 200, "")
	s.post("owned", addToSP, "{}").want(t, 403, "Authorization_RequestDenied")
	s.world.Tenants[0].ServicePrincipals[0].Owners = []string{userID}
	s.post("owned", addToSP, "{}").want(t, 403, "Authorization_RequestDenied")
	s.post("none", addToApp, "{}").want(t, 403, "Authorization_RequestDenied")
	s.post("reader", addToApp, "{}").want(t, 403, "Authorization_RequestDenied")
	s.post("all", addToSP, "{}").want(t, 200, "")
	s.tokens["admin"] = Caller{TenantID: tenantID, User: true, UserID: userID, Roles: []string{"Directory.AccessAsUser.All"}}
	s.post("admin", addToSP, "{}").want(t, 200, "")
}

func TestRulesForPasswords(t *testing.T) {
	year := testNow.AddDate(1, 0, 0).Format(time.RFC3339)
	month := `{"passwordCredential":{"endDateTime":"` + testNow.AddDate(0, 1, 0).Format(time.RFC3339) + `"}}`
	policy := func(kind, lifetime string) func(*directory.Tenant) {
		return func(tenant *directory.Tenant) {
			r := []directory.Restriction{{Type: kind, MaxLifetime: lifetime, State: "enabled"}}
			tenant.DefaultPolicy = &directory.AppManagementPolicy{Enabled: true, Restrictions: r, OnServicePrincipals: r}
		}
	}
	for name, c := range map[string]struct {
		change     func(*directory.Tenant)
		path, body string
		code       string
	}{
		"personal audience, third secret": {func(tenant *directory.Tenant) {
			a := tenant.Applications[0]
			a.SignInAudience = "AzureADandPersonalMicrosoftAccount"
			a.AddPassword(testNow, directory.PasswordRequest{})
		}, addToApp, "{}", "Request_BadRequest"},
		"locked service principal": {func(tenant *directory.Tenant) {
			tenant.Applications[0].Lock = &directory.Lock{Enabled: true, CredentialsWithUsageVerify: true}
		}, addToSP, "{}", "CannotUpdateLockedServicePrincipalProperty"},
		"the lock leaves the application free": {func(tenant *directory.Tenant) {
			tenant.Applications[0].Lock = &directory.Lock{Enabled: true, AllProperties: true}
		}, addToApp, "{}", ""},
		"lifetime, default end":  {policy("passwordLifetime", "P90D"), addToApp, "{}", "CredentialInvalidLifetimeAsPerAppPolicy"},
		"lifetime, a year":       {policy("passwordLifetime", "P90D"), addToSP, `{"passwordCredential":{"endDateTime":"` + year + `"}}`, "CredentialInvalidLifetimeAsPerAppPolicy"},
		"lifetime, short enough": {policy("passwordLifetime", "P90D"), addToApp, month, ""},
		"addition blocked":       {policy("passwordAddition", ""), addToApp, month, "CredentialTypeNotAllowedAsPerAppPolicy"},
		"custom passwords only":  {policy("customPasswordAddition", ""), addToApp, month, ""},
		"custom policy takes its place": {func(tenant *directory.Tenant) {
			policy("passwordAddition", "")(tenant)
			tenant.Policies = []*directory.AppManagementPolicy{{ID: policyID, Enabled: true}}
			tenant.Applications[0].PolicyID = policyID
		}, addToApp, "{}", ""},
		"created before the policy": {func(tenant *directory.Tenant) {
			policy("passwordAddition", "")(tenant)
			later := testNow
			tenant.DefaultPolicy.Restrictions[0].CreatedAfter = &later
		}, addToApp, "{}", ""},
		"entry present and disabled": {func(tenant *directory.Tenant) {
			policy("passwordAddition", "")(tenant)
			tenant.DefaultPolicy.Restrictions[0].State = "disabled"
		}, addToApp, "{}", ""},
	} {
		s := start(t, c.change)
		if a := s.post("all", c.path, c.body); a.code() != c.code {
			t.Errorf("%s: %d %q, want %q", name, a.StatusCode, a.code(), c.code)
		}
	}
	s := start(t, policy("passwordLifetime", "P90D"))
	a := s.post("all", addToApp, "{}")
	details, _ := a.json["error"].(map[string]any)["details"].([]any)
	if len(details) != 1 || details[0].(map[string]any)["target"] != "EndDate" || !strings.Contains(a.message(), directory.DefaultPolicyID) {
		t.Errorf("the lifetime refusal is %s", a.raw)
	}
}

func TestPatch(t *testing.T) {
	s := start(t, nil)
	sp, app := "/v1.0/servicePrincipals/"+spObject, "/v1.0/applications/"+appObject
	patch := func(path, body string) answer { return s.do(http.MethodPatch, "all", path, body) }
	patch(sp, `{"accountEnabled":false}`).want(t, 204, "")
	if s.get(sp).json["accountEnabled"] != false {
		t.Error("accountEnabled did not change")
	}
	bad := patch(app, `{"passwordCredentials":[{"displayName":"x"}]}`)
	if bad.want(t, 400, "Request_BadRequest"); bad.message() != "New password credentials must be generated with service actions." {
		t.Errorf("new passwords by PATCH are refused with %q", bad.message())
	}
	patch(app, `{"displayName":"Renamed","appId":"x"}`).want(t, 400, "Request_BadRequest")
	if got := s.get(app).json["displayName"]; got != "MailBridge" {
		t.Errorf("a refused PATCH changed the name to %v", got)
	}
	patch(app, `{"passwordCredentials":[{"keyId":"`+oldKey+`"}]}`).want(t, 400, "Request_BadRequest")
	patch(app, `{"nosuch":1}`).want(t, 400, "BadRequest")
	patch(sp, `{"accountEnabled":"no"}`).want(t, 400, "BadRequest")
}
