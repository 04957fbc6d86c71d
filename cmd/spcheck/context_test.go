package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/result"
)

// A command that a report tells people to type is about the same tenant and
// application as the run, and bash reads it as it is meant.
func TestPrintedCommandsStayWithTheRun(t *testing.T) {
	t.Parallel()
	server := serve(t, "expired-secret")
	settings := filepath.Join(t.TempDir(), "my settings.yaml")
	if err := os.WriteFile(settings, []byte("profiles: {prod: {clientSecret: {env: AZURE_CLIENT_SECRET}}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := spcheck(t, server, nil, "diagnose", "--profile", "prod", "--config", settings, "--reader", "environment", "-o", "json")
	var d result.Diagnosis
	if err := json.Unmarshal([]byte(got.stdout), &d); err != nil || d.RootCause == nil {
		t.Fatalf("%v\n%s%s", err, got.stdout, got.stderr)
	}
	own := 0
	for _, r := range d.RootCause.Remedies {
		for _, c := range r.Commands {
			if !strings.HasPrefix(c.Command, "spcheck ") || c.Shell != "sh" {
				continue
			}
			own++
			words := bashWords(t, c.Command)
			for _, want := range [][]string{{"--profile", "prod"}, {"--config", settings}} {
				if i := slices.Index(words, want[0]); i < 0 || i+1 >= len(words) || words[i+1] != want[1] {
					t.Errorf("%s lacks %q", c.Command, want)
				}
			}
			if strings.Count(c.Command, "--reader") != 1 {
				t.Errorf("%s names another reader, or none", c.Command)
			}
		}
	}
	if own == 0 {
		t.Error("no command of spcheck's is shown")
	}
}

// A flag without a value is not suggested again.
func TestEmptyFlagsAreNotSuggestedAgain(t *testing.T) {
	t.Parallel()
	if got := spcheck(t, nil, nil, "diagnose", "--tenant", "", "--cloud", "usgov"); got.code != 64 || !strings.Contains(got.stderr, ": spcheck config show --cloud usgov\n") {
		t.Errorf("exit code %d\n%s", got.code, got.stderr)
	}
}

// bashWords are the words that bash makes of a line.
func bashWords(t *testing.T, line string) []string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	out, err := exec.Command(bash, "-c", `spcheck() { printf '%s\0' "$@"; }; `+line).Output()
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}
