package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pages writes the pages of a kind, and reads them again.
func pages(t *testing.T, kind string) (dir string, texts map[string]string) {
	t.Helper()
	dir = t.TempDir()
	t.Chdir("..")
	if err := run(t.Context(), []string{kind, dir}); err != nil {
		t.Fatal(err)
	}
	return dir, folder(t, dir)
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

// The pages in docs/commands are those that the program's commands make: make
// generate.
func TestCommandPagesAreFresh(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the pages are written as on a Unix system")
	}
	_, want := pages(t, "markdown")
	if diff := cmp.Diff(want, folder(t, filepath.Join("..", "docs", "commands"))); diff != "" {
		t.Errorf("docs/commands is not fresh (run: make generate)\n%s", diff)
	}
	for _, name := range []string{"spcheck_diagnose.md", "spcheck_renew-secret.md", "spcheck_completion_bash.md"} {
		if want[name] == "" {
			t.Errorf("there is no page %s", name)
		}
	}
}

// Manual pages compare equal between two builds: no page tells the day. Another
// formatter than groff has nothing to say against them.
func TestManual(t *testing.T) {
	dir, texts := pages(t, "man")
	page := texts["spcheck-renew-secret.1"]
	if !strings.HasPrefix(strings.TrimLeft(page, ".nh\n"), "TH \"SPCHECK-RENEW-SECRET\" \"1\" \"1970-01-01\"") || !strings.Contains(page, "env-file:PATH#NAME") {
		t.Errorf("the page reads\n%.400s", page)
	}
	if page := texts["spcheck-diagnose.1"]; !strings.Contains(page, ".TP\n\\fB-o\\fP, \\fB--output\\fP=\\fIformat\\fP\noutput \\fIformat\\fP") {
		t.Errorf("the page reads\n%s", page)
	}
	mandoc, err := exec.LookPath("mandoc")
	if err != nil {
		t.Skip("mandoc is not installed")
	}
	for name := range texts {
		if out, err := exec.Command(mandoc, "-Tlint", "-Wwarning", filepath.Join(dir, name)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
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
