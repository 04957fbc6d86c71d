package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	aTenant = "5d1f5a2b-7e10-4a57-9c37-6d3f0d2f6e0b"
	aClient = "8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26"
)

func environment(values map[string]string) Env {
	return func(name string) (string, bool) { v, ok := values[name]; return v, ok }
}

// What copying leaves around an ID does no harm, and is said.
func TestPastedIDs(t *testing.T) {
	for _, c := range []struct{ before, after, says string }{
		{`"`, `"`, "quotation marks"}, {"„", "“", "quotation marks"}, {"«", "»", "quotation marks"}, {"「", "」", "quotation marks"}, {"<", ">", "quotation marks"},
		{" ", "\t", "spaces"}, {"\u00a0", "", "spaces"}, {"\ufeff", "\u200b", "invisible characters"}, {"", "\r\n", "invisible characters"}, {"", "…", "punctuation"}, {"", ".", "punctuation"}, {"'", "',", "quotation marks"},
	} {
		s, err := Resolve(Flags{"config": writeFile(t, "")}, environment(map[string]string{"AZURE_TENANT_ID": c.before + aTenant + c.after, "AZURE_CLIENT_ID": c.before + aClient + c.after}))
		if err != nil {
			t.Fatal(err)
		}
		if s.Value(Tenant) != aTenant || s.Value(ClientID) != aClient || len(s.Notices) != 2 || !strings.Contains(s.Notices[0].String(), c.says) {
			t.Errorf("%q: %q, %q, %v", c.before+"ID"+c.after, s.Value(Tenant), s.Value(ClientID), s.Notices)
		}
	}
	// What is not plain inside stays as it is, for the diagnosis to name.
	s, err := Resolve(Flags{"config": writeFile(t, ""), "tenant": `"contoso"`, "client-id": "<client-id>"}, environment(nil))
	if err != nil || s.Value(Tenant) != `"contoso"` || s.Value(ClientID) != "<client-id>" || len(s.Notices) != 0 {
		t.Errorf("%v, %q, %q, %v", err, s.Value(Tenant), s.Value(ClientID), s.Notices)
	}
}

func TestPastedPaths(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Resolve(Flags{"config": writeFile(t, ""), "client-secret-file": "“" + path + "”"}, environment(nil))
	if err != nil || s.Credential.Secret.File != path || len(s.Notices) != 1 {
		t.Errorf("%v, %+v, %v", err, s.Credential, s.Notices)
	}
}

// Variables of other tools are noticed where ours are not set.
func TestVariablesOfOtherTools(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"Terraform":      {map[string]string{"ARM_TENANT_ID": aTenant}, "ARM_TENANT_ID is set, which is for Terraform; spcheck reads AZURE_TENANT_ID"},
		"a plain name":   {map[string]string{"CLIENT_SECRET": "x"}, "CLIENT_SECRET is set, but spcheck reads AZURE_CLIENT_SECRET"},
		"a subscription": {map[string]string{"AZURE_TENANT_ID": aTenant, "AZURE_SUBSCRIPTION_ID": aTenant}, "not of a tenant"},
		"the same twice": {map[string]string{"AZURE_TENANT_ID": aTenant, "AZURE_CLIENT_ID": aTenant}, "one of them is wrong"},
		"ours is set":    {map[string]string{"ARM_TENANT_ID": aTenant, "AZURE_TENANT_ID": aTenant}, ""},
	} {
		s, err := Resolve(Flags{"config": writeFile(t, "")}, environment(c.env))
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, n := range s.Notices {
			said = append(said, n.String())
		}
		if got := strings.Join(said, "\n"); c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The path of a file is taken without what copying left around it, where that leads
// to a file and the path as it is does not.
func TestBareFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a file.log")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, pasted := range []string{`"` + path + `"`, "„" + path + "“", "»" + path + "«", " " + path + "\n", "`" + path + "`.", "\u200b" + path} {
		if bare, removed := BareFile(pasted); bare != path || len(removed) == 0 {
			t.Errorf("%q: %q, %v", pasted, bare, removed)
		}
	}
	for _, as := range []string{path, `"` + path + `x"`, "", "-"} {
		if bare, removed := BareFile(as); bare != as || len(removed) > 0 {
			t.Errorf("%q: %q, %v", as, bare, removed)
		}
	}
}
