package aadsts_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
)

// shared returns the path of a reference file, and skips the test where the
// reference is not at hand.
func shared(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("SPCHECK_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	path := filepath.Join(root, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skip("the reference is not at hand: ", err)
	}
	return path
}

type sample struct {
	ID       int      `json:"id"`
	Text     string   `json:"text"`
	Codes    []string `json:"codes"`
	Decisive string   `json:"decisive"`
	Cause    string   `json:"cause"`
}

func samples(t *testing.T) []sample {
	file, err := os.Open(shared(t, "corpus/aadsts-messages.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []sample
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var s sample
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// Real messages, with the codes and the cause that an expert gave them.
func TestCorpus(t *testing.T) {
	for _, s := range samples(t) {
		matches, err := aadsts.FindString(s.Text)
		if err != nil {
			t.Fatalf("%d: %v", s.ID, err)
		}
		var codes []string
		decisive, caused := false, false
		for _, m := range matches {
			if m.FoundBy == aadsts.ByCode {
				codes = append(codes, m.Codes...)
			}
			decisive = decisive || m.Decisive == s.Decisive
			ids := m.IDs()
			caused = caused || slices.Contains(ids[:min(2, len(ids))], causes.ID(s.Cause))
		}
		want := slices.Sorted(slices.Values(s.Codes))
		slices.Sort(codes)
		if !slices.Equal(codes, want) {
			t.Errorf("%d: codes %v, want %v", s.ID, codes, want)
		}
		switch {
		case s.Cause == "none":
		case !caused:
			t.Errorf("%d: cause %s is not among the first two of %v", s.ID, s.Cause, matches[0].IDs())
		case s.Decisive == "" && len(matches) < 2:
			t.Errorf("%d: several errors became one", s.ID)
		case s.Decisive != "" && !decisive:
			t.Errorf("%d: decisive %s, want %s", s.ID, matches[0].Decisive, s.Decisive)
		}
	}
}
