package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/renew/target/vaulttest"
	"github.com/spcheck/spcheck/internal/secrets"
)

const vaultToken = "token-for-the-vault"

func serveVault(t *testing.T) *vaulttest.Vault {
	t.Helper()
	v := vaulttest.New("product", func(token string) bool { return token == vaultToken })
	v.Echo = marker
	t.Cleanup(v.Close)
	return v
}

// held is an identity that always has a token.
type held string

func (h held) Token(context.Context) (secrets.Value, error) { return secrets.NewValue(string(h)), nil }

func vaultTarget(t *testing.T, v *vaulttest.Vault) Target {
	t.Helper()
	to := parse(t, "keyvault:"+v.URL+"/product", Deps{HTTPClient: v.Client()})
	to.(Actor).ActAs(func(resource string) secrets.TokenSource {
		if resource != "https://vault.azure.net" {
			t.Errorf("tokens for %s are asked for", resource)
		}
		return held(vaultToken)
	})
	return to
}

func TestVaultStoresAndReadsBack(t *testing.T) {
	v := serveVault(t)
	v.Put("former")
	cycle(t, vaultTarget(t, v), v.Newest)
}

func TestVaultKnowsWhatTheSecretBelongsTo(t *testing.T) {
	v := serveVault(t)
	to := vaultTarget(t, v)
	if err := to.Check(context.Background()); err != nil {
		t.Fatalf("a secret that does not exist yet: %v", err)
	}
	if err := to.Store(context.Background(), secret()); err != nil {
		t.Fatal(err)
	}
	attributes, _ := v.LastSet()["attributes"].(map[string]any)
	tags, _ := v.LastSet()["tags"].(map[string]any)
	if attributes["exp"] != float64(secret().End.Unix()) || tags["clientId"] != secret().AppID || tags["keyId"] != secret().KeyID {
		t.Errorf("it was stored with %v and %v", attributes, tags)
	}
}

func TestVaultThatRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*vaulttest.Vault)
		says   string
	}{
		"no right to write":       {func(v *vaulttest.Vault) { v.ReadOnly = true }, "Key Vault Secrets Officer"},
		"a failing vault":         {func(v *vaulttest.Vault) { v.Refuse = 400 }, "Key Vault refused"},
		"another resource":        {func(v *vaulttest.Vault) { v.Resource = "https://graph.microsoft.com" }, "another cloud or service"},
		"a malformed challenge":   {func(v *vaulttest.Vault) { v.Resource = "" }, "cannot be reached"},
		"a challenge that panics": {func(v *vaulttest.Vault) { v.Resource = `https://vault.azure.net", authorization="x` }, "did not come from Key Vault"},
	} {
		t.Run(name, func(t *testing.T) {
			v := serveVault(t)
			tc.change(v)
			err := vaultTarget(t, v).Store(context.Background(), secret())
			if err == nil || !strings.Contains(err.Error(), tc.says) || strings.Contains(fmt.Sprintf("%v %+v", err, err), marker) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// The preflight fails if the vault's firewall blocks this machine. Otherwise a secret would
// be added for nothing.
func TestVaultBehindAFirewall(t *testing.T) {
	v := serveVault(t)
	v.Refuse, v.Inner = http.StatusForbidden, "ForbiddenByFirewall"
	if err := vaultTarget(t, v).Check(context.Background()); err == nil || !strings.Contains(err.Error(), "firewall") {
		t.Errorf("error %v", err)
	}
	v.Inner = "ForbiddenByRbac" // it may still write
	if err := vaultTarget(t, v).Check(context.Background()); !errors.Is(err, ErrUnsure) {
		t.Errorf("error %v", err)
	}
}

// If a version was added although the answer was an error, Store succeeds. If the vault does
// not show it, it may still appear, unless the vault has refused.
func TestVaultWhoseAnswerIsLost(t *testing.T) {
	ctx := context.Background()
	const lost = 501 // a status after which the library does not try again
	for name, tc := range map[string]struct {
		change   func(*vaulttest.Vault)
		stored   bool
		versions []string // after Undo
	}{
		"shown":      {func(v *vaulttest.Vault) { v.Lose = lost }, true, []string{"former", marker, "former"}},
		"shown late": {func(v *vaulttest.Vault) { v.Lose, v.Late = lost, 1 }, false, []string{"former", marker, "former"}},
		"may not":    {func(v *vaulttest.Vault) { v.ReadOnly = true }, false, []string{"former"}},
		"refused":    {func(v *vaulttest.Vault) { v.RefuseWrites = 409 }, false, []string{"former"}},
	} {
		t.Run(name, func(t *testing.T) {
			v := serveVault(t)
			v.Put("former")
			tc.change(v)
			to := vaultTarget(t, v)
			if err := to.Store(ctx, secret()); (err == nil) != tc.stored {
				t.Errorf("error %v", err)
			}
			v.Lose = 0
			if err := to.Undo(ctx); err != nil || !slices.Equal(v.Versions(), tc.versions) {
				t.Errorf("undone: %v; versions %q", err, v.Versions())
			}
		})
	}
}

// A server without a trusted certificate does not get the secret.
func TestVaultOfUnknownAuthority(t *testing.T) {
	v := serveVault(t)
	to := parse(t, "keyvault:"+v.URL+"/product", Deps{HTTPClient: &http.Client{}})
	to.(Actor).ActAs(func(string) secrets.TokenSource { return held(vaultToken) })
	if err := to.Store(context.Background(), secret()); err == nil || v.Newest() != "" {
		t.Errorf("the value went to a server that nobody vouches for: %v", err)
	}
}
