package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
)

// With -o github, annotations go to the log, and the report is appended to the
// summary of the job, which earlier steps may have begun.
func TestGitHubSummary(t *testing.T) {
	t.Parallel()
	server := serve(t, "mailstore")
	summary := filepath.Join(t.TempDir(), "summary.md")
	if err := os.WriteFile(summary, []byte("# earlier\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := spcheck(t, server, []string{"GITHUB_STEP_SUMMARY=" + summary}, "diagnose", "-o", "github")
	text, err := os.ReadFile(summary)
	if err != nil {
		t.Fatal(err)
	}
	if got.code != 2 || !strings.HasPrefix(got.stdout, "::error title=spcheck") || strings.Contains(got.stdout, "\n#") {
		t.Errorf("exit code %d, output %s", got.code, got.stdout)
	}
	if s := string(text); !strings.HasPrefix(s, "# earlier\n# ❌ ") || !strings.Contains(s, "## What to do") {
		t.Errorf("the summary is\n%s", s)
	}
	lost := spcheck(t, server, []string{"GITHUB_STEP_SUMMARY=" + filepath.Join(summary, "no", "folder")}, "diagnose", "-o", "github")
	if lost.code != 2 || lost.stdout != got.stdout && !strings.HasPrefix(lost.stdout, "::error") || !strings.Contains(lost.stderr, "warning: the job summary could not be written") {
		t.Errorf("exit code %d, stderr %s", lost.code, lost.stderr)
	}
}

func TestQuietIsOneLine(t *testing.T) {
	t.Parallel()
	server := serve(t, "expiring-soon")
	for _, args := range [][]string{{"diagnose", "-q"}, {"list-secrets", "--sp", "Archive Sync", "--quiet"}, {"scan", "-q"}} {
		got := spcheck(t, server, []string{"COLUMNS=40"}, args...)
		if strings.Count(got.stdout, "\n") != 1 || got.code != 1 || got.stderr != "" {
			t.Errorf("%v: exit code %d, output %q, stderr %q", args, got.code, got.stdout, got.stderr)
		}
	}
}

// A run that failed is told in every format that can tell it, and is never an
// empty table.
func TestFailedRunsInOtherFormats(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{
		"plugin": "SPCHECK UNKNOWN: no service principal was given\n", "junit": "<error", "sarif": `"executionSuccessful": false`, "html": "no service principal was given",
		"markdown": "no service principal was given", "github": "::warning", "prometheus": `spcheck_report_status{report="list-secrets"} 3`, "csv": "", "ics": "", "text": "",
	} {
		got := spcheck(t, nil, nil, "list-secrets", "-o", format)
		if got.code != 64 || !strings.Contains(got.stdout, want) || want == "" && got.stdout != "" || !strings.Contains(got.stderr, "spcheck: error: no service principal was given") {
			t.Errorf("%s: exit code %d, output %q, stderr %q", format, got.code, got.stdout, got.stderr)
		}
	}
}

// So does render, which does not know what kind of report it could not read.
func TestRenderReportsItsFailure(t *testing.T) {
	t.Parallel()
	got := spcheck(t, nil, nil, "render", "/nowhere/report.json", "-o", "json")
	var res result.Scan
	if err := json.Unmarshal([]byte(got.stdout), &res); err != nil || got.code != 64 || res.ExitCode != 64 || res.Status != result.Unknown || res.Error == nil {
		t.Errorf("exit code %d, %v\n%s%s", got.code, err, got.stdout, got.stderr)
	}
}

func TestFormatsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ command, format string }{{"explain", "ics"}, {"explain", "plugin"}, {"diagnose", "ndjson"}, {"list-secrets", "nonsense"}} {
		got := spcheck(t, nil, nil, c.command, "-o", c.format)
		if got.code != 64 || got.stdout != "" || !strings.Contains(got.stderr, "use one of: text, json") {
			t.Errorf("%s -o %s: exit code %d, output %q, stderr %q", c.command, c.format, got.code, got.stdout, got.stderr)
		}
	}
}

// What is rendered later is what the command would have written.
func TestRenderWritesWhatTheCommandWould(t *testing.T) {
	t.Parallel()
	server := serve(t, "mailstore")
	for _, args := range [][]string{{"diagnose"}, {"list-secrets", "--sp", "MailStoreSP"}, {"explain", "7000222"}, {"scan"}} {
		saved := spcheck(t, server, nil, append(args, "-o", "json")...)
		path := filepath.Join(t.TempDir(), "report.json")
		if err := os.WriteFile(path, []byte(saved.stdout), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, format := range report.Formats(schematest.Empty(result.Kind(args[0]))) {
			got := spcheck(t, nil, nil, "render", path, "-o", format, "--lang", "en")
			if got.code != saved.code || got.stdout == "" || got.stderr != "" {
				t.Errorf("%s as %s: exit code %d, want %d; stderr %s", args[0], format, got.code, saved.code, got.stderr)
			}
			if format == "json" && got.stdout != saved.stdout {
				t.Errorf("%s: rendered as JSON, it is another report", args[0])
			}
		}
	}
}

func TestGermanPage(t *testing.T) {
	t.Parallel()
	got := spcheck(t, serve(t, "mailstore"), nil, "diagnose", "-o", "html", "--lang", "de")
	if !strings.Contains(got.stdout, `<html lang="de">`) || !strings.Contains(got.stdout, "Was zu tun ist") {
		t.Errorf("no German page: %.400s", got.stdout)
	}
}

// The line of progress is for terminals, and leaves nothing behind.
func TestStatusLine(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	a := &app{err: &out, errTTY: true, env: func(name string) (string, bool) { return map[string]string{"COLUMNS": "20"}[name], false }}
	cmd := &cobra.Command{}
	cmd.Flags().Bool("quiet", false, "")
	line := a.statusLine(cmd)
	line.show(msg.Literal("signing in to a \x1b[31mtenant with a long name"))
	line.show(msg.Literal("reading"))
	line.show(msg.Text{})
	for part := range strings.SplitSeq(out.String(), "\r") {
		if strings.Contains(part, "\x1b") || len([]rune(part)) > 19 {
			t.Errorf("not a neutral line of 19 columns: %q", part)
		}
	}
	if s := out.String(); !strings.Contains(s, "reading …") || !strings.HasSuffix(s, strings.Repeat(" ", 19)+"\r") {
		t.Errorf("the line is not erased: %q", s)
	}
	_ = cmd.Flags().Set("quiet", "true")
	if a.statusLine(cmd) != nil {
		t.Error("--quiet has progress")
	}
	_ = cmd.Flags().Set("quiet", "false")
	a.errTTY = false
	silent := a.statusLine(cmd)
	if silent != nil {
		t.Error("a pipe has progress")
	}
	silent.show(msg.Literal("nothing happens"))
	silent.clear()
}
