// Package vaulttest is a Key Vault on loopback for tests: the part of its REST
// API that Microsoft's library uses (API reference, "Get Secret" and "Set
// Secret", and the authentication challenge).
package vaulttest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Vault holds one secret. Its fields are set before the first request.
type Vault struct {
	*httptest.Server
	// Resource is what the challenge asks a token for.
	Resource string
	// Refuse answers every authorised request with this status; ReadOnly those
	// that write with 403.
	Refuse   int
	ReadOnly bool
	// Inner is the inner code of every refusal, such as ForbiddenByFirewall.
	Inner string
	// Lose answers a request that writes with this status after writing.
	Lose int
	// Echo is repeated in errors, as a careless service might.
	Echo string

	name   string
	accept func(token string) bool
	mu     sync.Mutex
	values []string // the newest last
	set    map[string]any
}

// New starts a vault over TLS with a certificate of its own, whose only secret
// has the given name. accept judges bearer tokens.
func New(name string, accept func(token string) bool) *Vault {
	v := &Vault{Resource: "https://vault.azure.net", name: name, accept: accept}
	v.Server = httptest.NewTLSServer(v)
	return v
}

// Put adds a version.
func (v *Vault) Put(value string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.values = append(v.values, value)
}

// Newest is the value of the newest version, empty where there is none.
func (v *Vault) Newest() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.values) == 0 {
		return ""
	}
	return v.values[len(v.values)-1]
}

// LastSet is the body of the last request that wrote.
func (v *Vault) LastSet() map[string]any {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.set
}

// ServeHTTP answers as Key Vault does.
func (v *Vault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case !bearer || !v.accept(token):
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer authorization="https://login.microsoftonline.com/9b1d7c54-3e0f-4a86-8c2d-5f6e7a8b9c0d", resource="%s"`, v.Resource))
		v.refuse(w, http.StatusUnauthorized, "Unauthorized")
	case v.Refuse != 0:
		v.refuse(w, v.Refuse, "Throttled "+v.Echo)
	case !strings.HasPrefix(r.URL.Path, "/secrets/"+v.name) || r.URL.Query().Get("api-version") == "":
		v.refuse(w, http.StatusBadRequest, "BadParameter")
	case r.Method == http.MethodPut && v.ReadOnly:
		v.refuse(w, http.StatusForbidden, "Forbidden")
	case r.Method == http.MethodPut:
		v.write(w, r)
	case len(v.values) == 0:
		v.refuse(w, http.StatusNotFound, "SecretNotFound")
	default:
		v.show(w)
	}
}

func (v *Vault) write(w http.ResponseWriter, r *http.Request) {
	body := map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&body)
	value, ok := body["value"].(string)
	if !ok {
		v.refuse(w, http.StatusBadRequest, "BadParameter")
		return
	}
	v.set, v.values = body, append(v.values, value)
	if v.Lose != 0 {
		v.refuse(w, v.Lose, "InternalError")
		return
	}
	v.show(w)
}

func (v *Vault) show(w http.ResponseWriter) {
	_ = json.NewEncoder(w).Encode(map[string]any{
		"value": v.values[len(v.values)-1], "id": fmt.Sprintf("%s/secrets/%s/%032d", v.URL, v.name, len(v.values)),
		"attributes": map[string]any{"enabled": true, "created": 1900000000, "updated": 1900000000, "recoveryLevel": "Recoverable+Purgeable"},
	})
}

func (v *Vault) refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": code, "message": "refused: " + v.Echo,
		"innererror": map[string]any{"code": v.Inner}}})
}
