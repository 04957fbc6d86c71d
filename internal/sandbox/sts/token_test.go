package sts_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/graphapi"
)

var passwordRequest directory.PasswordRequest

type success struct {
	Type       string `json:"token_type"`
	Expires    any    `json:"expires_in"`
	ExtExpires any    `json:"ext_expires_in"`
	Access     string `json:"access_token"`
	Resource   string `json:"resource"`
}

// claims verifies a token with the published keys and returns its claims and
// their order.
func (b *bench) claims(t *testing.T, token string) (map[string]any, []string) {
	t.Helper()
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(b.get("https://"+host+"/"+tenantID+"/discovery/v2.0/keys").Body.Bytes(), &set); err != nil {
		t.Fatal(err)
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	keys := set.Key(parsed.Headers[0].KeyID)
	if len(keys) != 1 {
		t.Fatalf("the key %q is not published", parsed.Headers[0].KeyID)
	}
	out := map[string]any{}
	if err := parsed.Claims(keys[0].Key, &out); err != nil {
		t.Fatal(err)
	}
	payload, _ := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	return out, keysOf(string(payload))
}

func TestTokenClaims(t *testing.T) {
	b := newBench(t, small)
	got := decode[success](t, b.post(tokenPath, form()))
	if got.Type != "Bearer" || got.Expires != 3599.0 || got.ExtExpires != 3599.0 {
		t.Errorf("answer %+v", got)
	}
	claims, order := b.claims(t, got.Access)
	sp := b.world.Tenants[0].ServicePrincipals[0]
	issued := float64(instant.Add(-5 * time.Minute).Unix())
	for name, want := range map[string]any{
		"aud": "https://graph.microsoft.com", "iss": "https://sts.windows.net/" + tenantID + "/", "ver": "1.0",
		"appid": appID, "appidacr": "1", "idtyp": "app", "oid": sp.ID, "sub": sp.ID, "tid": tenantID,
		"iat": issued, "nbf": issued, "exp": issued + 3900, "app_displayname": "Sync",
	} {
		if diff := cmp.Diff(want, claims[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if diff := cmp.Diff([]any{"User.Read.All"}, claims["roles"]); diff != "" {
		t.Error(diff)
	}
	compareWithSample(t, order)
}

// compareWithSample compares the claims' names with those of a decoded token.
func compareWithSample(t *testing.T, order []string) {
	t.Helper()
	folder := os.Getenv("SPCHECK_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared")
	}
	sample, err := os.ReadFile(filepath.Join(folder, "graph", "samples", "app-only-token-claims.json"))
	if err != nil {
		t.Logf("the claims are not compared with a sample: %v", err)
		return
	}
	if diff := cmp.Diff(keysOf(string(sample)), order); diff != "" {
		t.Errorf("claims (-sample +sandbox):\n%s", diff)
	}
}

func TestTokenWithoutRolesHasNoClaim(t *testing.T) {
	b := newBench(t, small)
	got := decode[success](t, b.post(tokenPath, form("client_id", otherID, "client_secret", "other-value")))
	claims, _ := b.claims(t, got.Access)
	if roles, ok := claims["roles"]; ok {
		t.Errorf("roles %v", roles)
	}
}

func TestOtherWaysToAsk(t *testing.T) {
	b := newBench(t, small)
	basic := func(id, secret string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
	}
	cases := []struct {
		name, path string
		form       url.Values
		headers    []string
	}{
		{"scopes of MSAL Go", tokenPath, form("scope", "https://graph.microsoft.com/.default openid offline_access profile"), nil},
		{"tenant by domain", "/kestrel.example/oauth2/v2.0/token", form(), nil},
		{"client ID in upper case", tokenPath, form("client_id", strings.ToUpper(appID)), nil},
		{"Graph by its ID", tokenPath, form("scope", "00000003-0000-0000-c000-000000000000/.default"), nil},
		{"secret in HTTP Basic", tokenPath, form("client_id", "", "client_secret", ""), []string{"Authorization", basic(appID, goodValue)}},
		{"version 1", "/" + tenantID + "/oauth2/token", form("scope", "", "resource", "https://graph.microsoft.com/"), nil},
		{"Azure Resource Manager", tokenPath, form("scope", "https://management.core.windows.net//.default"), nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := b.post(c.path, c.form, c.headers...)
			if w.Code != http.StatusOK {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			got := decode[success](t, w)
			b.claims(t, got.Access)
			if c.name == "version 1" && (got.Expires != "3599" || got.Resource != "https://graph.microsoft.com/") {
				t.Errorf("answer %+v", got)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	b := newBench(t, small)
	token := decode[success](t, b.post(tokenPath, form())).Access
	caller, err := b.Check(token)
	if err != nil {
		t.Fatal(err)
	}
	want := graphapi.Caller{TenantID: tenantID, AppID: appID, ServicePrincipalID: b.world.Tenants[0].ServicePrincipals[0].ID, Roles: []string{"User.Read.All"}}
	if diff := cmp.Diff(want, caller); diff != "" {
		t.Error(diff)
	}
	management := decode[success](t, b.post(tokenPath, form("scope", "https://management.azure.com/.default"))).Access
	// A payload with the signature of another one.
	stranger := token[:strings.LastIndexByte(token, '.')] + management[strings.LastIndexByte(management, '.'):]
	for name, c := range map[string]struct {
		token string
		want  error
	}{
		"no JWT":            {"abc", graphapi.ErrMalformed},
		"another audience":  {management, graphapi.ErrAudience},
		"another signature": {stranger, graphapi.ErrSignature},
	} {
		if _, err := b.Check(c.token); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	b.now = b.now.Add(61 * time.Minute)
	if _, err := b.Check(token); !errors.Is(err, graphapi.ErrExpired) {
		t.Errorf("ended: %v", err)
	}
}

func TestDiscovery(t *testing.T) {
	b := newBench(t, small)
	for _, c := range []struct{ target, issuer string }{
		{"https://" + host + "/" + tenantID + "/v2.0/.well-known/openid-configuration", "https://" + host + "/" + tenantID + "/v2.0"},
		{"https://" + host + "/kestrel.example/v2.0/.well-known/openid-configuration", "https://" + host + "/" + tenantID + "/v2.0"},
		{"https://login.microsoftonline.com/" + tenantID + "/v2.0/.well-known/openid-configuration", "https://login.microsoftonline.com/" + tenantID + "/v2.0"},
		{"https://" + host + "/" + tenantID + "/.well-known/openid-configuration", "https://sts.windows.net/" + tenantID + "/"},
		{"https://" + host + "/common/v2.0/.well-known/openid-configuration", "https://" + host + "/{tenantid}/v2.0"},
	} {
		if got := decode[struct{ Issuer string }](t, b.get(c.target)); got.Issuer != c.issuer {
			t.Errorf("%s: issuer %q", c.target, got.Issuer)
		}
	}
	w := b.get("https://" + host + "/" + otherID + "/v2.0/.well-known/openid-configuration")
	if got := decode[failure](t, w); w.Code != http.StatusBadRequest || got.Error != "invalid_tenant" || got.Codes[0] != 90002 {
		t.Errorf("unknown tenant: %d %+v", w.Code, got)
	}
}

func TestInstanceDiscovery(t *testing.T) {
	b := newBench(t, small)
	ask := func(authority string) (int, failure) {
		w := b.get("https://login.microsoftonline.com/common/discovery/instance?api-version=1.1&authorization_endpoint=" + url.QueryEscape(authority))
		return w.Code, decode[failure](t, w)
	}
	if code, _ := ask("https://login.microsoftonline.us/" + tenantID + "/oauth2/v2.0/authorize"); code != http.StatusOK {
		t.Errorf("a known host: %d", code)
	}
	if code, got := ask("https://login.elsewhere.example/" + tenantID + "/oauth2/v2.0/authorize"); code != http.StatusBadRequest || got.Error != "invalid_instance" || got.Codes[0] != 50049 {
		t.Errorf("an unknown host: %d %+v", code, got)
	}
}

func TestOtherCloud(t *testing.T) {
	b := newBench(t, strings.Replace(small, "name: Kestrel Works", "cloud: usgov", 1))
	if got := decode[failure](t, b.post(tokenPath, form())); got.Codes[0] != 900382 {
		t.Errorf("got %v", got.Codes)
	}
	type document struct {
		Instance string `json:"cloud_instance_name"`
		Graph    string `json:"msgraph_host"`
	}
	got := decode[document](t, b.get("https://"+host+"/"+tenantID+"/v2.0/.well-known/openid-configuration"))
	if want := (document{"microsoftonline.us", "graph.microsoft.us"}); got != want {
		t.Errorf("the tenant's cloud shows as %+v", got)
	}
}

// TestDeviceCodePolling checks the answers to early polls, other clients and repeated
// use.
func TestDeviceCodePolling(t *testing.T) {
	const client = "04b07795-8ddb-461a-bbee-02f9e1bf7b46" // Azure CLI's
	b := newBench(t, small)
	type begun struct {
		Device   string `json:"device_code"`
		UserCode string `json:"user_code"`
		Expires  int    `json:"expires_in"`
		Interval int    `json:"interval"`
	}
	start := decode[begun](t, b.post("/organizations/oauth2/v2.0/devicecode", url.Values{"client_id": {client}, "scope": {"https://graph.microsoft.com/.default"}}))
	if start.Expires != 900 || start.Interval != 5 || len(start.UserCode) != 9 {
		t.Errorf("began with %+v", start)
	}
	poll := func(id string) (int, string) {
		w := b.post("/organizations/oauth2/v2.0/token", url.Values{"grant_type": {"device_code"}, "client_id": {id}, "device_code": {start.Device}})
		return w.Code, decode[failure](t, w).Error
	}
	for _, c := range []struct {
		client string
		status int
		oauth  string
	}{
		{client, 400, "authorization_pending"}, {appID, 400, "invalid_grant"}, {client, 200, ""}, {client, 400, "invalid_grant"},
	} {
		if status, oauth := poll(c.client); status != c.status || oauth != c.oauth {
			t.Errorf("got %d %q, want %d %q", status, oauth, c.status, c.oauth)
		}
	}
}
