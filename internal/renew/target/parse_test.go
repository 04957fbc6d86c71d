package target

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// FuzzParse looks for targets that are taken for others, and for errors that repeat what
// may be a secret.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"stdout", "file:/run/secret", "env-file:/etc/env#NAME", "keyring:x", "keyvault:my-vault/name", "keyvault:https://v.example/secrets/n", "keyvault:https://a.b.vault.azure.net:8443/n", "keyvault:https://my-vault/n",
		"command:vault kv put 'a b' x=-", `command:["a","b"]`, "Ab18Q~xY.z_-0", "command:\"", "keyvault:a@b/c", "env-file:#X", "file:",
	} {
		f.Add(s)
	}
	d := Deps{VaultResource: "https://vault.azure.net", Now: func() time.Time { return time.Unix(1_800_000_000, 0) }}
	f.Fuzz(func(t *testing.T, s string) {
		to, err := Parse(s, d)
		if (to == nil) == (err == nil) {
			t.Fatalf("%q is %v, %v", s, to, err)
		}
		if err != nil {
			if said := fmt.Sprint(err); len(s) > 12 && strings.Contains(said, s) {
				t.Errorf("the refusal repeats the target: %s", said)
			}
			return
		}
		if v, ok := to.(*vaultSecret); ok && (!strings.HasPrefix(v.origin, "https://") || strings.ContainsAny(v.origin[8:], "/@?#\\ ")) {
			t.Errorf("%q leads to %q", s, v.origin)
		}
		if _, isCommand := to.(*command); isCommand {
			return // only its program is shown
		}
		if again, err := Parse(to.Spec(), d); err != nil || again.Spec() != to.Spec() {
			t.Errorf("%q is spelled %q, which is %q", s, to.Spec(), again.Spec())
		}
	})
}
