package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A secret that nobody called one is not repeated, wherever it was typed.
func TestATypedSecretIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"Zx38Q~Zt4mN_0vB.pR2kL-yW9sH3dF6gJ1cX5aTe", "P@ssw0rd!Kx92nQvLzzT",
		"eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2dyYXBoIn0.c2lnbmF0dXJlc2ln"} {
		dir := t.TempDir()
		asKey, asValue := filepath.Join(dir, "key.yaml"), filepath.Join(dir, "value.yaml")
		for path, text := range map[string]string{asKey: "profiles:\n  p:\n    \"" + secret + "\": x\n", asValue: "profiles:\n  p:\n    tenant: \"" + secret + "\"\n"} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, args := range [][]string{
			{secret}, {"diagnose", secret}, {"diagnose", "--" + secret}, {"render", secret}, {"explain", "--file", secret},
			{"renew-secret", "--sp", "x", "--to", secret}, {"renew-secret", "--sp", "x", "--to", "file:" + secret},
			{"config", "check", "--config", asKey}, {"config", "show", "--profile", "p", "--config", asValue},
			{"diagnose", "--client-id", secret}, {"diagnose", "--tenant", secret}, {"diagnose", "--profile", secret},
			{"diagnose", "--config", secret}, {"diagnose", "--ca-file", secret}, {"diagnose", "--certificate", secret},
			{"diagnose", "--client-secret-file", secret}, {"diagnose", "--reader", secret}, {"diagnose", "--within", secret},
			{"diagnose", "--output", secret}, {"diagnose", "--authority-host", secret}, {"diagnose", "--lang=" + secret},
		} {
			got := spcheck(t, nil, nil, args...)
			for i := 4; i+8 <= len(secret); i++ {
				if strings.Contains(got.stdout+got.stderr, secret[i:i+8]) {
					t.Errorf("spcheck %s repeats a secret that begins with %s", args[0], secret[:3])
					break
				}
			}
		}
	}
}

// Whatever text carries a secret that the run knows, it is not printed: here one
// that is in the field of the client ID, in the pasted error and in a name.
func TestAKnownSecretInTheWrongPlaceIsNotPrinted(t *testing.T) {
	t.Parallel()
	const secret = "q7x8Q~Zt4mN_0vB.pR2kL-yW9sH3dF6gJ1cX5aTe"
	server := serve(t, "expired-secret")
	env := []string{"AZURE_CLIENT_SECRET=" + secret}
	runs := [][]string{
		{"diagnose", "--client-id", secret},
		{"diagnose", "--tenant", secret},
		{"diagnose", "--sp", secret},
		{"diagnose", "--error-text", "login failed for " + secret + ": AADSTS7000215"},
		{"diagnose", "--debug"},
		{"list-secrets", "--sp", secret},
		{"config", "show", "--client-id", secret},
	}
	for _, args := range runs {
		for _, format := range []string{"text", "json", "markdown", "html", "csv", "junit", "sarif", "github", "plugin"} {
			got := spcheck(t, server, env, append(args, "-o", format)...)
			for i := 0; i+8 <= len(secret); i++ {
				if part := secret[i : i+8]; strings.Contains(strings.ToLower(got.stdout+got.stderr), strings.ToLower(part)) {
					t.Errorf("spcheck %s -o %s prints %d characters of the secret from position %d", strings.Join(args[:2], " "), format, len(part), i)
					break
				}
			}
		}
	}
}
