package secrets

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// vector is the one string with a checksum that Microsoft has published, in the
// tests of security-utilities. It is nobody's secret.
const vector = "zzz8Q~" + "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz" + "blP"

func TestChecksumOfThePublishedVector(t *testing.T) {
	if got := checksum(vector[:37]); got != "blP" {
		t.Errorf("Checksum = %q, want blP", got)
	}
	if !ValidChecksum(vector) {
		t.Error("the published vector is not valid")
	}
}

func TestValidChecksumRefuses(t *testing.T) {
	tests := map[string]string{
		"empty":                       "",
		"one character short":         vector[:39],
		"one character more":          vector + "P",
		"last character changed":      vector[:39] + "Q",
		"first character changed":     "y" + vector[1:],
		"the previous format":         "zzz7Q~" + strings.Repeat("z", 31),
		"a marker at another place":   "zz8Q~z" + vector[6:],
		"a character that none has":   vector[:20] + "!" + vector[21:],
		"a character of two bytes":    vector[:20] + "é" + vector[22:],
		"the vector in other letters": strings.ToUpper(vector),
	}
	for name, s := range tests {
		if ValidChecksum(s) {
			t.Errorf("%s: reported valid", name)
		}
	}
}

// The sandbox makes secrets by code of its own: each holds the other's to the
// published format.
func TestTheSandboxMakesValidSecrets(t *testing.T) {
	seen := map[string]bool{}
	for range 500 {
		s := directory.NewSecret(rand.Reader)
		if len(s) != 40 || s[3:6] != "8Q~" || !ValidChecksum(s) {
			t.Fatalf("%q is no secret of the current format", s)
		}
		if seen[s] {
			t.Fatalf("%q was made twice", s)
		}
		seen[s] = true
	}
}
