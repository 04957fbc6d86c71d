// Package vaulttest is a Key Vault on loopback for tests. It has the part of the REST API
// that Microsoft's library uses ("Get Secret", "Set Secret", and the authentication
// challenge).
package vaulttest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
)

// Vault contains one secret. Set its fields before the first request.
type Vault struct {
	*httptest.Server
	// Resource is the resource that the challenge names.
	Resource string
	// Refuse is the status of the response to every authorised request, unless it is 0,
	// RefuseWrites to those that write. ReadOnly answers 403 to them.
	Refuse, RefuseWrites int
	ReadOnly             bool
	// Inner is the inner code of every error, such as ForbiddenByFirewall.
	Inner string
	// Lose is the status of the response to a write, which is carried out, unless it is 0.
	Lose int
	// Late is how many reads after a write show the version before it.
	Late int
	// Echo is part of the message of every error, as a careless service might repeat a
	// value.
	Echo string

	name   string
	accept func(token string) bool
	mu     sync.Mutex
	values []string // the newest is last
	set    map[string]any
	late   int // how many reads still do
}

// New starts a vault with TLS and a test certificate. name is the name of its secret.
// accept decides which bearer tokens are valid.
func New(name string, accept func(token string) bool) *Vault {
	v := &Vault{Resource: "https://vault.azure.net", name: name, accept: accept}
	v.Server = httptest.NewTLSServer(v)
	return v
}

// Put adds a version with a value.
func (v *Vault) Put(value string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.values = append(v.values, value)
}

// Newest returns the value of the newest version, or an empty string.
func (v *Vault) Newest() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.values) == 0 {
		return ""
	}
	return v.values[len(v.values)-1]
}

// Versions returns the values of all versions.
func (v *Vault) Versions() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.values)
}

// LastSet returns the body of the last request that wrote a secret.
func (v *Vault) LastSet() map[string]any {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.set
}

// ServeHTTP implements http.Handler.
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
	case r.Method == http.MethodPut && v.RefuseWrites != 0:
		v.refuse(w, v.RefuseWrites, "Conflict")
	case r.Method == http.MethodPut:
		v.write(w, r)
	case len(v.values) == 0:
		v.refuse(w, http.StatusNotFound, "SecretNotFound")
	case v.late > 0 && len(v.values) > 1:
		v.late--
		v.show(w, len(v.values)-1)
	default:
		v.show(w, len(v.values))
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
	v.set, v.values, v.late = body, append(v.values, value), v.Late
	if v.Lose != 0 {
		v.refuse(w, v.Lose, "InternalError")
		return
	}
	v.show(w, len(v.values))
}

// show answers with version n. The first one is 1.
func (v *Vault) show(w http.ResponseWriter, n int) {
	_ = json.NewEncoder(w).Encode(map[string]any{
		"value": v.values[n-1], "id": fmt.Sprintf("%s/secrets/%s/%032d", v.URL, v.name, n),
		"attributes": map[string]any{"enabled": true, "created": 1900000000, "updated": 1900000000, "recoveryLevel": "Recoverable+Purgeable"},
	})
}

func (v *Vault) refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": code, "message": "refused: " + v.Echo,
		"innererror": map[string]any{"code": v.Inner}}})
}
