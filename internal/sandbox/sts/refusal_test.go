package sts_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestRefusals checks status, OAuth error and code of each refusal. Each request has one
// more fault than those before, which also checks their order.
func TestRefusals(t *testing.T) {
	b := newBench(t, small)
	path := func(tenant string) string { return "/" + tenant + "/oauth2/v2.0/token" }
	v1 := "/" + tenantID + "/oauth2/token"
	cases := []struct {
		name, path string
		form       url.Values
		status     int
		oauth      string
		code       int
	}{
		{"zero tenant", path("00000000-0000-0000-0000-000000000000"), form(), 400, "invalid_request", 900021},
		{"short tenant", path(tenantID[:35]), form(), 400, "invalid_request", 900023},
		{"tenant with braces", path("%7B%7Btenantid%7D%7D"), form(), 400, "invalid_request", 900023},
		{"unknown domain", path("nowhere.example"), form(), 400, "invalid_request", 90002},
		{"unknown tenant beats all else", path(otherID), url.Values{}, 400, "invalid_request", 90002},
		{"common", path("common"), form(), 400, "invalid_request", 50059},
		{"consumers", path("consumers"), form(), 400, "invalid_request", 9001023},
		{"no grant type", tokenPath, url.Values{}, 400, "invalid_request", 900144},
		{"unknown grant type", tokenPath, form("grant_type", "no_such_grant"), 400, "unsupported_grant_type", 70003},
		{"password grant", tokenPath, form("grant_type", "password"), 400, "unsupported_grant_type", 70003},
		{"no client ID", tokenPath, form("client_id", ""), 400, "invalid_request", 900144},
		{"no scope", tokenPath, form("scope", ""), 400, "invalid_request", 90014},
		{"no resource in version 1", v1, form("scope", ""), 400, "invalid_request", 900144},
		{"no credential", tokenPath, form("client_secret", ""), 401, "invalid_client", 7000216},
		{"zero client ID", tokenPath, form("client_id", "00000000-0000-0000-0000-000000000000"), 400, "unauthorized_client", 700038},
		{"unknown client ID", tokenPath, form("client_id", tenantID), 400, "unauthorized_client", 700016},
		{"placeholder", tokenPath, form("client_id", "CHANGE_ME"), 400, "unauthorized_client", 700016},
		{"wrong secret", tokenPath, form("client_secret", "wrong", "scope", "nonsense"), 401, "invalid_client", 7000215},
		{"secret of another app", tokenPath, form("client_secret", "other-value"), 401, "invalid_client", 7000215},
		{"ended secret", tokenPath, form("client_secret", "ended-value"), 401, "invalid_client", 7000222},
		{"secret that starts tomorrow", tokenPath, form("client_secret", "later-value"), 401, "invalid_client", 7000222},
		{"disabled service principal", tokenPath, form("client_id", "0b9d61c7-e358-4f24-9ac6-d7124e8f3b50", "client_secret", "off-value", "scope", "nonsense"), 400, "unauthorized_client", 7000112},
		{"scope without default", tokenPath, form("scope", "https://graph.microsoft.com/User.Read.All"), 400, "invalid_scope", 1002012},
		{"default of nothing", tokenPath, form("scope", "/.default"), 400, "invalid_scope", 70011},
		{"two scopes", tokenPath, form("scope", "a/.default b/.default"), 400, "invalid_scope", 70011},
		{"unknown resource", tokenPath, form("scope", "api://not-there/.default"), 400, "invalid_resource", 500011},
		{"Graph of another cloud", tokenPath, form("scope", "https://graph.microsoft.us/.default"), 400, "invalid_resource", 500011},
		{"role not assigned", tokenPath, form("scope", "api://kestrel-api/.default"), 400, "invalid_grant", 501051},
		{"no JWT as assertion", tokenPath, form("client_secret", "", "client_assertion", "abc", "client_assertion_type", jwtBearer), 400, "invalid_request", 50027},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := b.post(c.path, c.form)
			got := decode[failure](t, w)
			if w.Code != c.status || got.Error != c.oauth || !slices.Equal(got.Codes, []int{c.code}) {
				t.Errorf("got %d %s %v, want %d %s %d", w.Code, got.Error, got.Codes, c.status, c.oauth, c.code)
			}
			if prefix := "AADSTS" + strconv.Itoa(c.code) + ": "; !strings.HasPrefix(got.Description, prefix) {
				t.Errorf("description %q lacks %q", got.Description, prefix)
			}
			if entry := w.Header().Get("x-ms-clitelem"); entry != "1,"+strconv.Itoa(c.code)+",0,," {
				t.Errorf("x-ms-clitelem %q", entry)
			}
		})
	}
}

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

func TestRefusalBody(t *testing.T) {
	b := newBench(t, small)
	const id = "6f0a4c2e-19d7-4b83-8e5f-c3d10b7a9264"
	w := b.post(tokenPath, form("client_secret", "wrong"), "client-request-id", id, "return-client-request-id", "false")
	got := decode[failure](t, w)
	want := failure{
		Error: "invalid_client",
		Description: "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '" + appID + "'." +
			" Trace ID: " + got.TraceID + " Correlation ID: " + id + " Timestamp: 2026-09-04 10:30:15Z",
		Codes: []int{7000215}, Timestamp: "2026-09-04 10:30:15Z", TraceID: got.TraceID, CorrelationID: id,
		URI: "https://login.microsoftonline.com/error?code=7000215",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	h := w.Header()
	if h.Get("client-request-id") != id || h.Get("x-ms-request-id") != got.TraceID {
		t.Errorf("the IDs of body and headers differ: %v", h)
	}
	if h.Get("Cache-Control") != "no-store, no-cache" || len(h.Values("Set-Cookie")) != 3 || h.Get("x-ms-ests-server") == "" {
		t.Errorf("headers %v", h)
	}
}

func TestCorrelationIDMustBeGUID(t *testing.T) {
	b := newBench(t, small)
	got := decode[failure](t, b.post(tokenPath, form("client_secret", "wrong"), "client-request-id", "mine <script>"))
	if len(got.CorrelationID) != 36 {
		t.Errorf("correlation ID %q", got.CorrelationID)
	}
}

func TestLegacyWording(t *testing.T) {
	b := newBench(t, "legacyErrors: true\n"+small)
	for _, value := range []string{"wrong", "ended-value"} {
		w := b.post(tokenPath, form("client_secret", value))
		got := decode[failure](t, w)
		if !slices.Equal(got.Codes, []int{70002, 50012}) || got.URI != "" {
			t.Errorf("got %+v", got)
		}
		if want := "AADSTS70002: Error validating credentials. AADSTS50012: Invalid client secret is provided.\r\nTrace ID: "; !strings.HasPrefix(got.Description, want) {
			t.Errorf("description %q", got.Description)
		}
	}
}

// keysOf lists the names of a JSON object's members in their order.
func keysOf(text string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`[{,]\s*"([a-z_]+)":`).FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}

// TestBodiesHaveTheKeysOfTheSamples compares field order with captured bodies.
func TestBodiesHaveTheKeysOfTheSamples(t *testing.T) {
	samples := os.Getenv("SPCHECK_SHARED")
	if samples == "" {
		samples = filepath.Join("..", "..", "..", "..", "shared")
	}
	b := newBench(t, small)
	for file, answer := range map[string]string{
		"token-401-7000215.json":    b.post(tokenPath, form("client_secret", "wrong")).Body.String(),
		"openid-configuration.json": b.get("https://" + host + "/" + tenantID + "/v2.0/.well-known/openid-configuration").Body.String(),
	} {
		sample, err := os.ReadFile(filepath.Join(samples, "graph", "samples", file))
		if err != nil {
			t.Skipf("no captured samples here: %v", err)
		}
		if diff := cmp.Diff(keysOf(string(sample)), keysOf(answer)); diff != "" {
			t.Errorf("%s (-sample +sandbox):\n%s", file, diff)
		}
	}
}

func TestPropagation(t *testing.T) {
	b := newBench(t, small)
	tenant := b.world.Tenants[0]
	tenant.PropagationDelay, tenant.Flap = 20*time.Second, 3
	added := tenant.Applications[1].AddPassword(b.now, passwordRequest)
	try := func() int {
		return b.post(tokenPath, form("client_id", otherID, "client_secret", added.Secret)).Code
	}
	if code := try(); code != http.StatusUnauthorized {
		t.Errorf("at once: %d", code)
	}
	b.now = b.now.Add(25 * time.Second)
	var flapping []int
	for range 6 {
		flapping = append(flapping, try())
	}
	if diff := cmp.Diff([]int{401, 200, 200, 401, 200, 200}, flapping); diff != "" {
		t.Errorf("after the delay (-want +got):\n%s", diff)
	}
	b.now = b.now.Add(time.Minute)
	if code := try(); code != http.StatusOK {
		t.Errorf("in the end: %d", code)
	}
	if err := tenant.Applications[1].RemovePassword(b.now, added.KeyID); err != nil {
		t.Fatal(err)
	}
	if code := try(); code != http.StatusUnauthorized {
		t.Errorf("once removed: %d", code)
	}
}

// TestFreshSecretBesideEndedOnes follows the one report of a new secret that was refused
// as expired.
func TestFreshSecretBesideEndedOnes(t *testing.T) {
	b := newBench(t, small)
	tenant := b.world.Tenants[0]
	tenant.PropagationDelay = time.Minute
	app := tenant.Applications[1]
	end := b.now.Add(-time.Hour)
	app.Passwords[0].End = &end
	added := app.AddPassword(b.now, passwordRequest)
	got := decode[failure](t, b.post(tokenPath, form("client_id", otherID, "client_secret", added.Secret)))
	if !slices.Equal(got.Codes, []int{7000222}) {
		t.Errorf("got %v", got.Codes)
	}
}

func TestSignInsAreLogged(t *testing.T) {
	b := newBench(t, small)
	before := len(b.world.Tenants[0].SignIns)
	b.post(tokenPath, form())
	b.post(tokenPath, form("client_secret", "ended-value"))
	log := b.world.Tenants[0].SignIns[before:]
	if len(log) != 2 || log[0].ErrorCode != 0 || log[1].ErrorCode != 7000222 {
		t.Fatalf("log %+v", log)
	}
	app := b.world.Tenants[0].Applications[0]
	if log[0].KeyID != app.Passwords[0].KeyID || log[0].Origin != "application" || log[0].CredentialType != "clientSecret" {
		t.Errorf("entry %+v", log[0])
	}
}
