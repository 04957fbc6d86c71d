package entra

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/secrets"
)

const (
	testTenant = "0b6ff1d5-3c43-4f0a-9f6b-5c3a0e7d1a11"
	testClient = "7d1c9a52-6b34-4d8e-8f0e-2a9b3c4d5e6f"
	testSecret = "not-a-real-secret-abc"
)

// fakeEntra serves the discovery document and, with token, the token endpoint.
type fakeEntra struct {
	*httptest.Server
	token    http.HandlerFunc
	discover http.HandlerFunc
	paths    []string
}

func newFakeEntra(t *testing.T, token http.HandlerFunc) *fakeEntra {
	t.Helper()
	f := &fakeEntra{token: token}
	f.Server = httptest.NewTLSServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

func (f *fakeEntra) serve(w http.ResponseWriter, r *http.Request) {
	f.paths = append(f.paths, r.Method+" "+r.URL.EscapedPath())
	switch {
	case strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration"):
		if f.discover != nil {
			f.discover(w, r)
			return
		}
		f.configuration(w, f.URL)
	case strings.HasSuffix(r.URL.Path, "/token"):
		f.token(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (f *fakeEntra) configuration(w http.ResponseWriter, tokenOrigin string) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q,"authorization_endpoint":%q,"tenant_region_scope":"EU"}`,
		f.URL+"/"+testTenant+"/v2.0", tokenOrigin+"/"+testTenant+"/oauth2/v2.0/token", f.URL+"/authorize")
}

func (f *fakeEntra) request() Request {
	return Request{
		Tenant: testTenant, ClientID: testClient, AuthorityHost: f.URL,
		Scope:      "https://graph.microsoft.com/.default",
		Credential: secrets.Credential{Secret: secrets.NewValue(testSecret)},
		HTTPClient: f.Client(),
		Sleep:      func(context.Context, time.Duration) error { return nil },
	}
}

// jwt returns an unsigned token with the given claims.
func jwt(claims map[string]any) string {
	body, _ := json.Marshal(claims)
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"none"}`)) + "." + enc(body) + "." + enc([]byte("signature"))
}

func answerJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func grant(w http.ResponseWriter, token string) {
	answerJSON(w, http.StatusOK, map[string]any{"token_type": "Bearer", "expires_in": 3599, "access_token": token})
}

func refuse(w http.ResponseWriter, status int, oauth string, code int) {
	answerJSON(w, status, map[string]any{
		"error": oauth, "error_description": fmt.Sprintf("AADSTS%d: refused. Trace ID: x", code),
		"error_codes": []int{code}, "timestamp": "2026-09-04 01:51:03Z",
		"trace_id": "11111111-2222-4333-8444-555555555555",
	})
}
