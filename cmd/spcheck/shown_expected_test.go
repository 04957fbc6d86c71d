package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// expected is what a command of the documentation has to print, or why no test can
// run it. Testdata/shown/commands.yaml has one for each.
type expected struct {
	// Run is the command, as the page has it.
	Run string `yaml:"run"`
	// Because says why it is not run.
	Because string `yaml:"because"`
	// Scenario is what the sandbox serves in place of testdata/shown/tenant.yaml.
	Scenario string `yaml:"scenario"`
	Exit     int    `yaml:"exit"`
	// Prints are texts that are in its output, the point that the page makes.
	Prints []string `yaml:"prints"`
	// Writes are files that it leaves, each with a text in it.
	Writes map[string]string `yaml:"writes"`
}

// expectations checks that every shown command has one that checks something, and
// that each one is shown.
func expectations(t *testing.T, all []shown) map[string]expected {
	t.Helper()
	var list []expected
	path := filepath.Join("..", "..", "testdata", "shown", "commands.yaml")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalWithOptions(data, &list, yaml.Strict()); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	out := map[string]expected{}
	for _, e := range list {
		if !slices.ContainsFunc(all, func(s shown) bool { return s.line == e.Run }) {
			t.Errorf("%s has a command that no page shows: %s", path, e.Run)
		}
		if e.Because == "" && len(e.Prints) == 0 && len(e.Writes) == 0 {
			t.Errorf("%s says nothing of what comes of: %s", path, e.Run)
		}
		out[e.Run] = e
	}
	for _, s := range all {
		if _, ok := out[s.line]; !ok {
			t.Errorf("%s shows a command of which %s does not say what it prints: %s", s.page, path, s.line)
		}
	}
	return out
}

// check compares what came of the command with what the page promises.
func (e expected) check(t *testing.T, dir string, code int, output string) {
	t.Helper()
	if code != e.Exit {
		t.Errorf("exit code %d, want %d", code, e.Exit)
	}
	for _, text := range e.Prints {
		if !strings.Contains(output, text) {
			t.Errorf("it does not print %q", text)
		}
	}
	for name, text := range e.Writes {
		written, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.Contains(string(written), text) {
			t.Errorf("%s lacks %q: %v\n%.2000s", name, text, err, written)
		}
	}
	if t.Failed() {
		t.Logf("it prints:\n%.4000s", output)
	}
}
