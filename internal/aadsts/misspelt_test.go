package aadsts_test

import (
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/aadsts"
)

// People and products misspell AADSTS. After such a word, only known codes of more than five digits count, and a
// code that is spelt right is found once.
func TestMisspeltCodes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"sync failed: AADST7000222":                  "7000222",
		"got a ADSTS7000222: expired":                "7000222",
		"error AADTS: 700016, Application not found": "700016",
		"AADSTS7000215":                              "7000215",
		"AADST1234567":                               "",
		"loadsts7000222":                             "",
		"ADSTS50059: No tenant":                      "",
		"error A\n  ADSTS7000222: expired":           "7000222",
	} {
		matches, err := aadsts.FindString(text)
		var codes []string
		for _, m := range matches {
			codes = append(codes, m.Codes...)
		}
		if got := strings.Join(codes, " "); err != nil || got != want {
			t.Errorf("%q: got %q, error %v, want %q", text, got, err, want)
		}
	}
}
