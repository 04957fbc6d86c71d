package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// config check says what it checked: the form, where the credential is kept, and
// with --online a sign-in.
func TestConfigCheckSaysWhatItChecked(t *testing.T) {
	t.Parallel()
	server := serve(t, "several-tenants")
	dir := t.TempDir()
	path := filepath.Join(dir, "config.yaml")
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("secret.txt", "alder-Reader-77!")
	write("config.yaml", fmt.Sprintf(`
profiles:
  alder: {tenant: %s, clientId: 5a1d7c93-0e2b-4f86-b7c4-91d3e6f8a025, clientSecret: {file: secret.txt}}
  birch: {tenant: %s, clientId: 6c2e8d04-1f3c-4a97-88d5-02e4f7a9b136, clientSecret: {env: BIRCH}}
`, alder, birch))
	for _, c := range []struct {
		env   []string
		args  []string
		code  int
		wants []string
	}{
		{[]string{"BIRCH=birch-Reader-78!"}, nil, 0, []string{"profile alder: ok (checked: form, credential)", "profile birch: ok (checked: form, credential)"}},
		{nil, nil, 64, []string{"profile alder: ok", "profile birch: the credential cannot be read: ", "BIRCH"}},
		{[]string{"BIRCH=birch-Reader-78!"}, []string{"--online"}, 0, []string{"alder: ok (checked: form, credential, sign-in)", "birch: ok (checked: form, credential, sign-in)"}},
		{[]string{"BIRCH=another-Value-11!"}, []string{"--online"}, 3, []string{"alder: ok (checked: form, credential, sign-in)", "birch: the sign-in fails: Entra refused the sign-in: AADSTS7000215", "spcheck diagnose --profile birch"}},
	} {
		got := spcheck(t, server, c.env, append([]string{"config", "check", "--config", path}, c.args...)...)
		if got.code != c.code {
			t.Errorf("%v %v: exit code %d\n%s%s", c.env, c.args, got.code, got.stdout, got.stderr)
		}
		for _, want := range c.wants {
			if !strings.Contains(got.stdout+got.stderr, want) {
				t.Errorf("%v %v: %q is not in\n%s%s", c.env, c.args, want, got.stdout, got.stderr)
			}
		}
	}
}
