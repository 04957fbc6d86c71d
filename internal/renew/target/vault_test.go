package target

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/spcheck/spcheck/internal/secrets"
)

// loopbackVault speaks the part of Key Vault's REST API that the library uses:
// the challenge, versions, and the error envelope (API reference of Key Vault,
// "Get Secret" and "Set Secret").
type loopbackVault struct {
	*httptest.Server
	mu sync.Mutex
	// versions are the values of the secret "product", the newest last.
	versions []string
	set      map[string]any // the last body of Set Secret
	resource string         // of the challenge
	refuse   int            // answers every authorised request with this status
	readOnly bool
}

const vaultToken = "token-for-the-vault"

func newVaultServer(t *testing.T) *loopbackVault {
	t.Helper()
	v := &loopbackVault{resource: "https://vault.azure.net"}
	v.Server = httptest.NewTLSServer(v)
	t.Cleanup(v.Close)
	return v
}

func (v *loopbackVault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if r.Header.Get("Authorization") != "Bearer "+vaultToken {
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer authorization="https://login.microsoftonline.com/9b1d7c54-3e0f-4a86-8c2d-5f6e7a8b9c0d", resource="%s"`, v.resource))
		refuse(w, 401, "Unauthorized")
		return
	}
	if v.refuse != 0 {
		refuse(w, v.refuse, "Throttled "+marker)
		return
	}
	if !strings.HasPrefix(r.URL.Path, "/secrets/product") || r.URL.Query().Get("api-version") == "" {
		refuse(w, 400, "BadParameter")
		return
	}
	switch {
	case r.Method == http.MethodPut && v.readOnly:
		refuse(w, 403, "Forbidden")
		return
	case r.Method == http.MethodPut:
		v.set = map[string]any{}
		_ = json.NewDecoder(r.Body).Decode(&v.set)
		v.versions = append(v.versions, v.set["value"].(string))
	case len(v.versions) == 0:
		refuse(w, 404, "SecretNotFound")
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"value": v.versions[len(v.versions)-1], "id": v.URL + "/secrets/product/" + fmt.Sprintf("%032d", len(v.versions)),
		"attributes": map[string]any{"enabled": true, "created": 1900000000, "updated": 1900000000, "recoveryLevel": "Recoverable+Purgeable"},
	})
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": code, "message": "refused: " + marker}})
}

// held is an identity that has its token.
type held string

func (h held) Token(context.Context) (secrets.Value, error) { return secrets.NewValue(string(h)), nil }

func (v *loopbackVault) target(t *testing.T) Target {
	t.Helper()
	to := parse(t, "keyvault:"+v.URL+"/product", Deps{HTTPClient: v.Client()})
	to.(Actor).ActAs(func(resource string) TokenSource {
		if resource != "https://vault.azure.net" {
			t.Errorf("tokens for %s are asked for", resource)
		}
		return held(vaultToken)
	})
	return to
}

func TestVaultStoresAndReadsBack(t *testing.T) {
	v := newVaultServer(t)
	v.versions = []string{"former"}
	cycle(t, v.target(t), func() string { v.mu.Lock(); defer v.mu.Unlock(); return v.versions[len(v.versions)-1] })
}

func TestVaultKnowsWhatTheSecretBelongsTo(t *testing.T) {
	v := newVaultServer(t)
	to := v.target(t)
	if err := to.Check(context.Background()); err != nil {
		t.Fatalf("a secret that does not exist yet: %v", err)
	}
	if err := to.Store(context.Background(), secret()); err != nil {
		t.Fatal(err)
	}
	attributes, _ := v.set["attributes"].(map[string]any)
	tags, _ := v.set["tags"].(map[string]any)
	if attributes["exp"] != float64(secret().End.Unix()) || tags["clientId"] != secret().AppID || tags["keyId"] != secret().KeyID {
		t.Errorf("it was stored with %v and %v", attributes, tags)
	}
}

func TestVaultThatRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*loopbackVault)
		says   string
	}{
		"no right to write":       {func(v *loopbackVault) { v.readOnly = true }, "Key Vault Secrets Officer"},
		"a failing vault":         {func(v *loopbackVault) { v.refuse = 400 }, "Key Vault refused"},
		"another resource":        {func(v *loopbackVault) { v.resource = "https://graph.microsoft.com" }, "another cloud or service"},
		"a malformed challenge":   {func(v *loopbackVault) { v.resource = "" }, "cannot be reached"},
		"a challenge that panics": {func(v *loopbackVault) { v.resource = `https://vault.azure.net", authorization="x` }, "not Key Vault's"},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVaultServer(t)
			tc.change(v)
			err := v.target(t).Store(context.Background(), secret())
			if err == nil || !strings.Contains(err.Error(), tc.says) || strings.Contains(fmt.Sprintf("%v %+v", err, err), marker) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// A secret of today would be lost to whoever sits at a name that resolves here.
func TestVaultOfUnknownAuthority(t *testing.T) {
	v := newVaultServer(t)
	to := parse(t, "keyvault:"+v.URL+"/product", Deps{HTTPClient: &http.Client{}})
	to.(Actor).ActAs(func(string) TokenSource { return held(vaultToken) })
	if err := to.Store(context.Background(), secret()); err == nil || len(v.versions) != 0 {
		t.Errorf("the value went to a server that nobody vouches for: %v", err)
	}
}
