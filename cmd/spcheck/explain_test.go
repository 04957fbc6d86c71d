package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// runExplain runs the command inside the process, as if from a terminal or pipe.
func runExplain(t *testing.T, terminal bool, stdin string, args ...string) ran {
	t.Helper()
	var out, errs bytes.Buffer
	a := &app{
		in: strings.NewReader(stdin), out: &out, err: &errs, inTTY: terminal,
		env: func(string) (string, bool) { return "", false },
		now: func() time.Time { return time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC) },
	}
	code := a.run(context.Background(), append([]string{"explain"}, args...))
	return ran{code, out.String(), errs.String()}
}

// Nothing to explain is not the same as nothing found in a text.
func TestExplainSaysThatATextIsEmpty(t *testing.T) {
	t.Parallel()
	if got := runExplain(t, false, " \n"); got.code != 3 || !strings.Contains(got.stdout, "The text is empty.") {
		t.Errorf("exit code %d\n%s", got.code, got.stdout)
	}
	if got := runExplain(t, false, "all is well\n"); got.code != 3 || strings.Contains(got.stdout, "empty") {
		t.Errorf("exit code %d\n%s", got.code, got.stdout)
	}
}

func TestExplainSources(t *testing.T) {
	t.Parallel()
	const text = "x\nAADSTS7000222: The provided client secret keys are expired.\n"
	file := filepath.Join(t.TempDir(), "sync log.txt")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		terminal bool
		stdin    string
		args     []string
	}{
		"code":            {true, "", []string{"7000222"}},
		"unquoted words":  {true, "", []string{"AADSTS7000222:", "The", "provided", "keys"}},
		"dash":            {true, text, []string{"-"}},
		"pipe":            {false, text, nil},
		"file":            {true, "", []string{"--file", file}},
		"file from stdin": {true, text, []string{"--file", "-"}},
	} {
		got := runExplain(t, c.terminal, c.stdin, append(c.args, "-o", "json")...)
		var report struct {
			Matches []struct{ Decisive string }
		}
		if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
			t.Fatalf("%s: %v: %s%s", name, err, got.stdout, got.stderr)
		}
		if got.code != 0 || got.stderr != "" || len(report.Matches) != 1 || report.Matches[0].Decisive != "7000222" {
			t.Errorf("%s: code %d, matches %v, %s", name, got.code, report.Matches, got.stderr)
		}
	}
}

func TestExplainExitCodes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code     int
		hint     string
		terminal bool
		args     []string
	}{
		"nothing found":     {3, "", true, []string{"all is well"}},
		"empty pipe":        {3, "", false, nil},
		"no text":           {64, "spcheck: hint: give a code", true, nil},
		"text and file":     {64, "not both", true, []string{"7000222", "--file", "x"}},
		"missing file":      {64, "spcheck: error: cannot read", true, []string{"--file", filepath.Join("no", "such", "file")}},
		"a folder":          {64, "spcheck: error: cannot read", true, []string{"--file", "."}},
		"format of nothing": {64, "text, json", true, []string{"7000222", "-o", "ics"}},
	} {
		got := runExplain(t, c.terminal, "", c.args...)
		if got.code != c.code || !strings.Contains(got.stderr, c.hint) {
			t.Errorf("%s: code %d, want %d; stderr %q", name, got.code, c.code, got.stderr)
		}
	}
}

// More errors than are shown is said, and the first ones are shown.
func TestExplainSaysWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&log, "AADSTS%d: something\n", 8_000_000+i)
	}
	got := runExplain(t, false, log.String(), "-o", "json")
	if got.code != 0 || !json.Valid([]byte(got.stdout)) || !strings.Contains(got.stderr, "more different errors than are shown") {
		t.Errorf("code %d: %s", got.code, got.stderr)
	}
}

// People give the path of a log where the text of an error belongs.
func TestErrorTextThatIsAPath(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "sync.log")
	if err := os.WriteFile(log, []byte("AADSTS7000222: expired"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text string
		code int
	}{
		"a file":                {log, 64},
		"a file that is gone":   {log + ".1", 64},
		"an error with a slash": {"/oauth2/v2.0/token: AADSTS7000222", 2},
	} {
		var out, errs bytes.Buffer
		a := &app{in: strings.NewReader(""), out: &out, err: &errs, env: func(string) (string, bool) { return "", false }, now: time.Now}
		code := a.run(context.Background(), []string{"diagnose", "--reader", "none", "--error-text", c.text})
		if code != c.code || (code == 64) != strings.Contains(errs.String(), "spcheck explain --file PATH") {
			t.Errorf("%s: code %d, want %d; stderr %q", name, code, c.code, errs.String())
		}
	}
}

// A path in place of the text leads to --file. Only the path of an existing file is
// repeated.
func TestExplainNamesTheFlagForAFile(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "app.log")
	if err := os.WriteFile(log, []byte("AADSTS7000222"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{log: log, "explain.go": "explain.go", filepath.Join(filepath.Dir(log), "none.log"): "PATH"} {
		if got := spcheck(t, nil, nil, "explain", path); got.code != 64 || !strings.Contains(got.stderr, "did you mean: spcheck explain --file "+want+"\n") {
			t.Errorf("%s: exit code %d\n%s%s", path, got.code, got.stdout, got.stderr)
		}
	}
}

// A file that cannot be opened is a wrong command line, as for every other command.
func TestFilesThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"explain --file ", "render "} {
		for path, want := range map[string]string{t.TempDir(): "a folder, not a file\n", filepath.Join(t.TempDir(), "none"): "no such file or folder\n"} {
			if got := spcheck(t, nil, nil, strings.Fields(command+path)...); got.code != 64 || !strings.Contains(got.stderr, want) || strings.Count(got.stderr, path) != 1 {
				t.Errorf("%s%s: exit code %d\n%s", command, path, got.code, got.stderr)
			}
		}
	}
}
