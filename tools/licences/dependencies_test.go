package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var tableRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([A-Za-z0-9.-]+) \\| (.+) \\|\r?$")

// Every module that the code imports is in docs/dependencies.md with its
// reason, and nothing else does: first those of the program and its tests, then
// those that only the tools import.
func TestDependenciesHaveReasons(t *testing.T) {
	root := filepath.Join("..", "..")
	page, err := os.ReadFile(filepath.Join(root, "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := os.ReadFile(filepath.Join(root, "docs", "licences.md"))
	if err != nil {
		t.Fatal(err)
	}
	program, tools, found := strings.Cut(string(page), "## The tools")
	if !found {
		t.Fatal("docs/dependencies.md has no part on the tools")
	}
	inProgram := imports(t, root, "cmd", "internal", "docs")
	onlyInTools := imports(t, root, "tools")
	maps.DeleteFunc(onlyInTools, func(module string, _ bool) bool { return inProgram[module] })
	for name, c := range map[string]struct {
		text     string
		imported map[string]bool
	}{"the program": {program, inProgram}, "the tools": {tools, onlyInTools}} {
		listed := map[string]bool{}
		for _, row := range tableRow.FindAllStringSubmatch(c.text, -1) {
			listed[row[1]] = true
			// The other page is made from the licence texts themselves.
			if other := regexp.MustCompile("\\| `" + regexp.QuoteMeta(row[1]) + "` \\| (.+) \\|").FindStringSubmatch(string(all)); other != nil && !strings.Contains(other[1], row[2]) {
				t.Errorf("%s has the licence %s, not %s", row[1], other[1], row[2])
			}
			if !c.imported[row[1]] {
				t.Errorf("docs/dependencies.md lists %s, which %s does not import", row[1], name)
			}
		}
		for module := range c.imported {
			if !listed[module] {
				t.Errorf("docs/dependencies.md does not say why %s needs %s", name, module)
			}
		}
	}
}

// imports are the required modules that a Go file below the folders imports, on
// whatever system.
func imports(t *testing.T, root string, folders ...string) map[string]bool {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Path}}", "all").Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := strings.Fields(string(out))
	// A longer path is the more specific module.
	slices.SortFunc(modules, func(a, b string) int { return len(b) - len(a) })
	quoted := regexp.MustCompile(`(?m)^\s*(?:import )?(?:[A-Za-z_.]\w* )?"([a-z0-9]+\.[^"\s]+/[^"\s]*)"$`)
	used := map[string]bool{}
	for _, dir := range folders {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d os.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" {
				return err
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range quoted.FindAllStringSubmatch(strings.ReplaceAll(string(source), "\r\n", "\n"), -1) {
				for _, module := range modules {
					if m[1] == module || strings.HasPrefix(m[1], module+"/") {
						used[module] = true
						break
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	delete(used, "github.com/spcheck/spcheck")
	delete(used, "github.com/spcheck/spcheck/tools")
	return used
}
