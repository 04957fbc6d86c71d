package main

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The pages in docs/commands are those that the program writes: make generate.
func TestCommandPagesAreFresh(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the pages are written as on a Unix system")
	}
	dir := t.TempDir()
	if got := spcheck(t, nil, nil, "docs", "markdown", dir); got.code != 0 {
		t.Fatalf("exit code %d: %s", got.code, got.stderr)
	}
	committed := filepath.Join("..", "..", "docs", "commands")
	want, have := folder(t, dir), folder(t, committed)
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("docs/commands is not fresh (run: make generate)\n%s", diff)
	}
	for _, name := range []string{"spcheck_diagnose.md", "spcheck_renew-secret.md", "spcheck_completion_bash.md"} {
		if want[name] == "" {
			t.Errorf("there is no page %s", name)
		}
	}
}

func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
	return files
}

// Manual pages compare equal between two builds: no page tells the day.
func TestManualIsReproducible(t *testing.T) {
	one, other := t.TempDir(), t.TempDir()
	for _, dir := range []string{one, other} {
		if got := spcheck(t, nil, nil, "docs", "man", dir); got.code != 0 {
			t.Fatalf("exit code %d: %s", got.code, got.stderr)
		}
	}
	pages := folder(t, one)
	if diff := cmp.Diff(pages, folder(t, other)); diff != "" {
		t.Error(diff)
	}
	page := pages["spcheck-renew-secret.1"]
	if !strings.HasPrefix(strings.TrimLeft(page, ".nh\n"), "TH \"SPCHECK-RENEW-SECRET\" \"1\" \"1970-01-01\"") || !strings.Contains(page, "env-file:PATH#NAME") {
		t.Errorf("the page reads\n%.400s", page)
	}
}

// Another formatter than groff has nothing to say against the pages.
func TestManualPassesMandoc(t *testing.T) {
	dir := t.TempDir()
	if got := spcheck(t, nil, nil, "docs", "man", dir); got.code != 0 {
		t.Fatalf("exit code %d: %s", got.code, got.stderr)
	}
	pages := folder(t, dir)
	if page := pages["spcheck-diagnose.1"]; !strings.Contains(page, ".TP\n\\fB-o\\fP, \\fB--output\\fP=\\fIformat\\fP\noutput \\fIformat\\fP") {
		t.Errorf("the page reads\n%s", page)
	}
	for name := range pages {
		checked(t, "mandoc", "-Tlint", "-Wwarning", filepath.Join(dir, name))
	}
}

func TestDocsRefusals(t *testing.T) {
	for _, args := range [][]string{{"docs"}, {"docs", "man"}, {"docs", "html", t.TempDir()}} {
		if got := spcheck(t, nil, nil, args...); got.code != 64 || !strings.Contains(got.stderr, "spcheck: hint: ") {
			t.Errorf("%v: exit code %d: %s", args, got.code, got.stderr)
		}
	}
}

func TestSetOffLinesBecomeCode(t *testing.T) {
	got := strings.Split(asMarkdown("Words:\n  a  1\n  b  2\nmore\n\n  c\n\nend"), "\n")
	want := []string{"Words:", "", "    a  1", "    b  2", "", "more", "", "", "    c", "", "", "end"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
