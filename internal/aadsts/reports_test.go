package aadsts_test

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
)

// Public reports of failed sign-ins, with the actual cause.
func TestReports(t *testing.T) {
	file, err := os.Open(shared(t, "corpus/reports.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	right, all := 0, 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var r struct{ ID, Text, Cause string }
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		all++
		matches, err := aadsts.FindString(r.Text)
		if err != nil {
			t.Fatal(err)
		}
		if named(matches, r.Cause) {
			right++
			continue
		}
		var got [][]causes.ID
		for _, m := range matches {
			got = append(got, m.IDs())
		}
		t.Errorf("%s: want %s, got %v", r.ID, r.Cause, got)
	}
	t.Logf("%d of %d", right, all)
}

// named reports whether one of the causes is first or second in a match.
func named(matches []aadsts.Match, want string) bool {
	for _, m := range matches {
		ids := m.IDs()
		for _, id := range ids[:min(2, len(ids))] {
			if want == "several" || slices.Contains(strings.Split(want, "|"), string(id)) {
				return true
			}
		}
	}
	return false
}
