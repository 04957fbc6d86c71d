package config

import (
	"errors"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/fail/failtest"
)

const entraLike = "Qr48Q~zz_made-up.for~this-test_0123456789"

func TestSecretsAreNotTakenForIdentifiers(t *testing.T) {
	const byHand = "set by hand, years ago"
	for name, env := range map[string]map[string]string{
		"secret as client ID":              {"AZURE_CLIENT_ID": entraLike},
		"secret as tenant":                 {"AZURE_TENANT_ID": entraLike},
		"with a blank":                     {"AZURE_CLIENT_ID": entraLike + " "},
		"the same as the secret":           {"AZURE_CLIENT_ID": byHand, "AZURE_CLIENT_SECRET": byHand},
		"secret in a setting of words":     {"SPCHECK_CLOUD": entraLike},
		"password in the sign-in host":     {"AZURE_AUTHORITY_HOST": "https://me:" + byHand + "@login.example"},
		"signature in the Graph endpoint":  {"SPCHECK_GRAPH_ENDPOINT": "https://graph.example/?sig=" + byHand},
		"secret in the place of a reader":  {"SPCHECK_READER": entraLike},
		"secret in the place of a profile": {"SPCHECK_GRAPH_ENDPOINT": entraLike},
	} {
		_, err := Resolve(Flags{}, func(n string) (string, bool) { v, ok := env[n]; return v, ok })
		var e *fail.Error
		if !errors.As(err, &e) || e.Code != fail.CodeUsage {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if said := failtest.Text(e); strings.Contains(said, entraLike[6:20]) || strings.Contains(said, byHand) {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// No flag takes a secret, whichever it is; the text of an error may hold one.
func TestSecretsOnTheCommandLineAreRefused(t *testing.T) {
	none := func(string) (string, bool) { return "", false }
	for _, name := range []string{"sp", "key-id", "to", "ca-file", "baseline", "tenant", "client-id"} {
		_, err := Resolve(Flags{name: "[x " + entraLike + "]"}, none)
		var e *fail.Error
		if !errors.As(err, &e) || e.Code != fail.CodeUsage || strings.Contains(failtest.Text(e), entraLike[6:20]) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Resolve(Flags{"error-text": "client_secret=" + entraLike}, none); err != nil {
		t.Error(err)
	}
}

// What is wrong without being secret is named: placeholders and mixed-up IDs are
// what diagnose looks into.
func TestOtherMistakesAreLeftToTheDiagnosis(t *testing.T) {
	const id = "3b0c8a57-6f21-4d9e-a4b8-52c6e0f1d793"
	for _, value := range []string{id, "<your-client-id>", "${CLIENT_ID}", "larkfield.example", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"} {
		env := map[string]string{"AZURE_CLIENT_ID": value, "AZURE_TENANT_ID": value, "AZURE_CLIENT_SECRET": id}
		if _, err := Resolve(Flags{}, func(n string) (string, bool) { v, ok := env[n]; return v, ok }); err != nil {
			t.Errorf("%s: %v", value, err)
		}
	}
}
