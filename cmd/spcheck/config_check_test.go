package main

import (
	"cmp"
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
		{[]string{"BIRCH=birch-Reader-78!"}, nil, 0, []string{"profile alder: ok (checked: syntax, credential)", "profile birch: ok (checked: syntax, credential)"}},
		{nil, nil, 64, []string{"profile alder: ok", "profile birch: the credential cannot be read: ", "BIRCH"}},
		{[]string{"BIRCH=birch-Reader-78!"}, []string{"--online"}, 0, []string{"alder: ok (checked: syntax, credential, sign-in)", "birch: ok (checked: syntax, credential, sign-in)"}},
		{[]string{"BIRCH=another-Value-11!"}, []string{"--online"}, 2, []string{"alder: ok (checked: syntax, credential, sign-in)", "birch: the sign-in fails (AADSTS7000215): ", "spcheck diagnose --profile birch"}},
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

// What is given instead of a tenant or a client ID is named: offline where its
// form tells, else by a sign-in and a request for it.
func TestConfigCheckNamesWhatWasMixedUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scenario, tenant, clientID string
		online                     bool
		code                       int
		wants                      []string
	}{
		{scenario: "swapped-settings", online: true, code: 2, wants: []string{"look swapped", "find out more with: spcheck diagnose --profile prod"}},
		{scenario: "tenant-is-subscription", online: true, code: 2, wants: []string{"ID of an Azure subscription"}},
		{scenario: "misspelt-domain", online: true, code: 2, wants: []string{"it is probably fjordline-demo.onmicrosoft.com"}},
		{scenario: "misspelt-domain", wants: []string{"profile prod: ok", "profile prod: warning: the tenant is", "did you mean fjordline-demo.onmicrosoft.com?"}},
		{scenario: "client-id-is-object-id", online: true, code: 2, wants: []string{"This is the object ID of the application"}},
		{scenario: "mailstore", tenant: "https://login.microsoftonline.com/5d0e8a41-7c26-4f93-b1d8-2e6a90c3f754/oauth2", code: 64,
			wants: []string{"neither a GUID nor a domain", "did you mean: 5d0e8a41-7c26-4f93-b1d8-2e6a90c3f754"}},
		{scenario: "mailstore", clientID: "fjord.onmicrosoft.com", code: 64, wants: []string{"is not a GUID", "is a domain name, which only a tenant has"}},
		{scenario: "mailstore", clientID: "{91C4F2D7-3A58-4E06-8B7D-C05E16F8A392}", wants: []string{"profile prod: ok", "has brackets around the value"}},
	} {
		server := serve(t, c.scenario)
		env := map[string]string{}
		for _, v := range server.Env() {
			env[v.Name] = v.Value
		}
		path := filepath.Join(t.TempDir(), "config.yaml")
		text := fmt.Sprintf("profiles:\n  prod: {tenant: %q, clientId: %q, clientSecret: {env: AZURE_CLIENT_SECRET}}\n",
			cmp.Or(c.tenant, env["AZURE_TENANT_ID"]), cmp.Or(c.clientID, env["AZURE_CLIENT_ID"]))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got := spcheck(t, server, nil, "config", "check", "--config", path, fmt.Sprintf("--online=%t", c.online))
		if got.code != c.code {
			t.Errorf("%s: exit code %d, want %d\n%s%s", c.scenario, got.code, c.code, got.stdout, got.stderr)
		}
		for _, want := range c.wants {
			if !strings.Contains(got.stdout+got.stderr, want) {
				t.Errorf("%s: %q is not in\n%s%s", c.scenario, want, got.stdout, got.stderr)
			}
		}
	}
}
