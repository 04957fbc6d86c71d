package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A madeUp is a change of one of the kinds that CONTRIBUTING.md lists.
type madeUp struct {
	kind string // as the page has it
	// edits gives the new text of each file that the change touches, from the old
	// one; a new file's is empty.
	edits map[string]func(old string) string
}

// before inserts a text ahead of another that a file holds.
func before(mark, text string) func(string) string {
	return func(old string) string { return strings.Replace(old, mark, text+mark, 1) }
}

func wholly(text string) func(string) string { return func(string) string { return text } }

func madeUpChanges() []madeUp {
	return []madeUp{
		{"an AADSTS code", map[string]func(string) string{
			"internal/aadsts/catalogue/codes-service.yaml": func(old string) string {
				return old + `
- code: "79999999"
  family: request
  evidence: documented
  meaning: {en: The made-up thing is missing., de: Das erfundene Ding fehlt.}
  remedy: {en: Make it up., de: Erfinden Sie es.}
  causes: [request-malformed: possible]
`
			},
		}},
		{"a root cause", map[string]func(string) string{
			"internal/causes/causes.go": before("		{Unknown, setup,", `		{"made-up", setup, msg.Both("It was made up.", "Es ist erfunden."), msg.Both("Wake up.", "Wachen Sie auf.")},`+"\n"),
		}},
		{"a check", map[string]func(string) string{
			"internal/diagnose/checks.go": func(old string) string {
				old = before(`	"github.com/spcheck/spcheck/internal/msg"`, `	"github.com/spcheck/spcheck/internal/causes"`+"\n")(old)
				return before(`		{"users", `, `		{"made-up", msg.Both("Made-up check", "Erfundene Prüfung"), nil, OfSignIn, func(*view) outcome {
			c, _ := causes.Lookup("made-up")
			return pass(c.Summary)
		}},
`)(old)
			},
		}},
		{"a language", map[string]func(string) string{
			"internal/msg/translations/eo/made-up.yaml": wholly("- en: The made-up thing is missing.\n  eo: La elpensitaĵo mankas.\n"),
		}},
		{"an output format", map[string]func(string) string{
			"internal/report/report.go": before(`		of("text", writeText, findings),`, `		of("made-up", writeMadeUp, findings),`+"\n"),
			"internal/report/madeup.go": wholly(`package report

import (
	"io"

	"github.com/spcheck/spcheck/internal/result"
)

func writeMadeUp(w io.Writer, r result.Report, _ Options) error {
	_, err := io.WriteString(w, "made up: "+string(r.Kind())+"\n")
	return err
}
`),
		}},
		{"a scan rule", map[string]func(string) string{
			"internal/scan/rules.go": before(`		{
			ID: "ended"`, `		{
			ID: "made-up", Severity: result.SevWarning, Finds: func(*ruleCase) bool { return true },
			Title:  msg.Both("Everything is made up", "Alles ist erfunden"),
			Remedy: msg.Both("Wake up.", "Wachen Sie auf."),
		},
`),
		}},
		{"a store target", map[string]func(string) string{
			"internal/renew/target/parse.go": before(`		{"stdout", newStdout},`, `		{"made-up:NAME", newMadeUp},`+"\n"),
			"internal/renew/target/madeup.go": wholly(`package target

import (
	"context"

	"github.com/spcheck/spcheck/internal/msg"
)

type madeUp struct{ place }

func newMadeUp(rest string, _ Deps) (Target, error) {
	m := &madeUp{newPlace("made-up:" + rest)}
	m.next = msg.Both("Dream on.", "Träumen Sie weiter.")
	return m, nil
}

func (m *madeUp) Check(context.Context) error         { return nil }
func (m *madeUp) Store(context.Context, Secret) error { return nil }
`),
		}},
	}
}

// CONTRIBUTING.md tells the files that each kind of change touches, and no more are
// needed: with those, and what make generate compiles of them, the program builds, and
// does the new thing.
func TestChangesTouchTheFilesThatThePageSays(t *testing.T) {
	t.Parallel()
	skipShort(t)
	changes := madeUpChanges()
	page := readText(t, "CONTRIBUTING.md")
	overlay := map[string]string{}
	dir := t.TempDir()
	for _, c := range changes {
		patterns := patternsOf(page, c.kind)
		if len(patterns) != len(c.edits) {
			t.Errorf("%s touches %d files, CONTRIBUTING.md names %q", c.kind, len(c.edits), patterns)
		}
		for name, edit := range c.edits {
			if !matchesOne(patterns, name) {
				t.Errorf("%s touches %s, CONTRIBUTING.md names %q", c.kind, name, patterns)
			}
			real := filepath.Join(repository(t), filepath.FromSlash(name))
			old, err := os.ReadFile(real)
			text := edit(strings.ReplaceAll(string(old), "\r\n", "\n"))
			if err == nil && text == string(old) {
				t.Fatalf("%s: %s has changed, and so must this test", c.kind, name)
			}
			overlay[real] = filepath.Join(dir, strings.ReplaceAll(name, "/", "+"))
			writeFile(t, overlay[real], text)
		}
	}
	for _, held := range []string{"internal/aadsts/catalogue_held.go", "internal/msg/translations/held.go"} {
		real := filepath.Join(repository(t), filepath.FromSlash(held))
		overlay[real] = generate(t, real, overlay)
	}
	program := buildWith(t, overlay)
	tenant := filepath.Join(repository(t), "testdata", "shown", "tenant.yaml")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"explain", "AADSTS79999999"}, "The made-up thing is missing."},
		{[]string{"explain", "AADSTS79999999", "--lang", "de"}, "Erfinden Sie es."},
		{[]string{"explain", "AADSTS79999999", "--lang", "eo"}, "La elpensitaĵo mankas."},
		{[]string{"sandbox", "--", program, "diagnose", "-v", "--lang", "de"}, "Erfundene Prüfung: Es ist erfunden."},
		{[]string{"sandbox", "--", program, "diagnose", "-o", "made-up"}, "made up: diagnose"},
		{[]string{"sandbox", "--", program, "scan", "--rules", "made-up", "--lang", "de"}, "Alles ist erfunden"},
		{[]string{"sandbox", "--scenario", tenant, "--", program, "renew-secret", "--sp", "MailStoreSP", "--to", "made-up:x", "--dry-run"}, "made-up:x"},
	} {
		cmd := exec.Command(program, c.args...)
		cmd.Env = append(plainEnv(t), "SPCHECK_READER=environment")
		if out, err := cmd.CombinedOutput(); !strings.Contains(string(out), c.want) {
			t.Errorf("%q says nothing of %q: %v\n%s", c.args, c.want, err, out)
		}
	}
}

// generate returns the generated file that make generate writes after the changes.
func generate(t *testing.T, real string, overlay map[string]string) string {
	t.Helper()
	folder := filepath.Dir(real)
	place, err := filepath.Rel(repository(t), folder)
	if err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(t.TempDir(), place)
	if err := os.CopyFS(changed, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	for original, edited := range overlay {
		if name, err := filepath.Rel(folder, original); err == nil && filepath.IsLocal(name) {
			target := filepath.Join(changed, name)
			if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(edited)
			if err != nil {
				t.Fatal(err)
			}
			writeFile(t, target, string(text))
		}
	}
	made := filepath.Join(changed, filepath.Base(real))
	cmd := exec.Command("go", "run", "-C", filepath.Join(repository(t), "tools"), "./held", made)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return made
}

// patternsOf are the files that the page names for a kind of change: those in
// backquotes of the second column of its row.
func patternsOf(page, kind string) []string {
	row := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(kind) + ` \| ([^|]+) \|`).FindStringSubmatch(page)
	if row == nil {
		return nil
	}
	var patterns []string
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
		patterns = append(patterns, m[1])
	}
	return patterns
}

func matchesOne(patterns []string, name string) bool {
	for _, p := range patterns {
		if ok, err := path.Match(p, name); ok && err == nil {
			return true
		}
	}
	return false
}

// buildWith builds the program with some files' texts taken from elsewhere.
func buildWith(t *testing.T, overlay map[string]string) string {
	t.Helper()
	data, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "overlay.json")
	writeFile(t, list, string(data))
	program := filepath.Join(t.TempDir(), "spcheck"+exeSuffix())
	build := exec.Command("go", "build", "-overlay", list, "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// The page on the architecture shows every room of the program, and none that is
// gone.
func TestArchitectureShowsEveryRoom(t *testing.T) {
	page := readText(t, filepath.Join("docs", "architecture.md"))
	shown := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\|").FindAllStringSubmatch(page, -1) {
		shown[m[1]] = true
	}
	rooms := map[string]bool{}
	for _, pattern := range []string{"cmd/*/*.go", "internal/*/*.go", "internal/*/*/*.go"} {
		files, err := filepath.Glob(filepath.Join(repository(t), filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			room, err := filepath.Rel(repository(t), filepath.Dir(file))
			if err != nil {
				t.Fatal(err)
			}
			rooms[filepath.ToSlash(room)] = true
		}
	}
	for room := range rooms {
		inSandbox := strings.HasPrefix(room, "internal/sandbox/") && strings.Contains(page, "`"+path.Base(room)+"`")
		forTests := strings.HasSuffix(room, "test")
		if !shown[room] && !inSandbox && !forTests {
			t.Errorf("docs/architecture.md does not show %s", room)
		}
	}
	for room := range shown {
		if !rooms[room] {
			t.Errorf("docs/architecture.md shows %s, which is gone", room)
		}
	}
}
