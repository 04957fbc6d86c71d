package main

import (
	"strings"
	"testing"
)

// Whatever text carries a secret that the run knows, it is not printed: here one
// that stands in the field of the client ID, in the pasted error and in a name.
func TestAKnownSecretInTheWrongPlaceIsNotPrinted(t *testing.T) {
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
