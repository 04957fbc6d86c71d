package causes_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/causes"
)

func TestEveryCauseIsWhole(t *testing.T) {
	seen := map[causes.ID]bool{}
	for _, c := range causes.All() {
		if seen[c.ID] {
			t.Errorf("%s is listed twice", c.ID)
		}
		seen[c.ID] = true
		for _, text := range []string{c.Summary.String(), c.Remedy.String()} {
			if !strings.HasSuffix(text, ".") || text[:1] != strings.ToUpper(text[:1]) {
				t.Errorf("%s: %q is not a sentence", c.ID, text)
			}
		}
		if got, ok := causes.Lookup(c.ID); !ok || got.ID != c.ID {
			t.Errorf("Lookup(%s) = %v, %v", c.ID, got.ID, ok)
		}
	}
	if _, ok := causes.Lookup("secret-stolen"); ok {
		t.Error("Lookup found a cause that is not in the list")
	}
}

// The contract and the table must have the same IDs.
func TestContractNamesTheSameCauses(t *testing.T) {
	shared := os.Getenv("SPCHECK_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	text, err := os.ReadFile(filepath.Join(shared, "contract", "causes.md"))
	if err != nil {
		t.Skip("the contract is not at hand: ", err)
	}
	var want, got []string
	for line := range strings.SplitSeq(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		for _, m := range regexp.MustCompile("`([a-z-]+)`").FindAllStringSubmatch(cells[1], -1) {
			want = append(want, m[1])
		}
	}
	for _, c := range causes.All() {
		got = append(got, string(c.ID))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("the table differs from the contract\n got %v\nwant %v", got, want)
	}
}
