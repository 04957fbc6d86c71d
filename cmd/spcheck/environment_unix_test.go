//go:build unix

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Azure CLI and the commands that give secrets have sign-ins of their own: the
// secrets that spcheck is given are none of their business.
func TestProgramsAreNotGivenSecretsOfSpcheck(t *testing.T) {
	t.Parallel()
	const secret, password, readers = "q7x8Q~Zt4mN_0vB.pR2kL-yW9sH3dF6gJ1cX5aTe", "certificate-password-1", "zz18Q~reader4mN_0vB.pR2kL-yW9sH3dF6gJ1cX"
	dir := t.TempDir()
	seen := filepath.Join(dir, "seen")
	program := "#!/bin/sh\nenv >>" + seen + "\necho '{\"accessToken\":\"x\",\"expiresOn\":\"2099-01-01 00:00:00.000000\"}'\n"
	if err := os.WriteFile(filepath.Join(dir, "az"), []byte(program), 0o700); err != nil {
		t.Fatal(err)
	}
	settings := filepath.Join(dir, "config.yaml")
	text := "profiles: {p: {tenant: contoso.onmicrosoft.com, clientId: 8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26, clientSecret: {command: [" + filepath.Join(dir, "az") + "]}}}\n"
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	server := serve(t, "expired-secret")
	common := []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "SPCHECK_READER_CLIENT_SECRET=" + readers, "KEPT=yes"}
	given := append(slices.Clone(common), "AZURE_CLIENT_SECRET="+secret, "AZURE_CLIENT_CERTIFICATE_PASSWORD="+password)
	for name, got := range map[string]func() ran{
		"a reader": func() ran {
			return spcheck(t, server, given, "list-secrets", "--sp", "MailStoreSP", "--reader", "azure-cli")
		},
		"a command of the configuration": func() ran {
			return spcheck(t, nil, common, "diagnose", "--config", settings, "--profile", "p", "--reader", "none", "--timeout", "5s", "--authority-host", "https://127.0.0.1:1")
		},
	} {
		if err := os.WriteFile(seen, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		run := got()
		what, err := os.ReadFile(seen)
		if err != nil || !strings.Contains(string(what), "KEPT=yes") {
			t.Fatalf("%s was not started\n%s%s", name, run.stdout, run.stderr)
		}
		for _, s := range []string{secret, password, readers} {
			if strings.Contains(string(what), s) {
				t.Errorf("%s is given a secret", name)
			}
		}
	}
}
