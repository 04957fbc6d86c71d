package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The page lists what is in the binaries, and nothing there forbids MIT: make
// licences.
func TestPageIsFresh(t *testing.T) {
	all, err := modules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want, err := page(all)
	if err != nil {
		t.Error(err)
	}
	have, err := os.ReadFile(filepath.Join("..", "..", "docs", "licences.md"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, strings.ReplaceAll(string(have), "\r\n", "\n")); diff != "" {
		t.Errorf("docs/licences.md is not fresh (run: make licences)\n%s", diff)
	}
}

func TestObjection(t *testing.T) {
	for name, c := range map[string]struct {
		ids  []string
		want string
	}{
		"usual":    {[]string{"Apache-2.0", "MIT"}, ""},
		"unknown":  {nil, "no licence"},
		"copyleft": {[]string{"MIT", "GPL-3.0"}, "GPL-3.0"},
	} {
		if got := objection(c.ids); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
