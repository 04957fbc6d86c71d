package diagnose_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/objects"
)

// hostileWords are names and IDs that a tenant, a token or a setting may contain.
var hostileWords = []string{"; touch obeyed; #", "$(touch obeyed)", "`touch obeyed`", "' ; touch obeyed ; '", `" & echo x > obeyed & "`, "--help", "a\ntouch obeyed",
	"%COMSPEC% /c echo x>obeyed", "’; Set-Content obeyed x; ‘", keyA, otherID, "a|touch obeyed", "\x1b]0;x\x07", "../../x", "${IFS}touch${IFS}obeyed"}

// hostileFacts generates facts with hostile names and IDs.
func hostileFacts(d *dice) *diagnose.Facts {
	f := d.facts()
	word := func() string { return pick(d, hostileWords) }
	set := func(to *string) {
		if d.yes() {
			*to = word()
		}
	}
	set(&f.Setup.ClientID.Value)
	set(&f.Setup.Cloud.Value)
	set(&f.Setup.GraphResource)
	for i := range f.ServicePrincipals.Value {
		sp := &f.ServicePrincipals.Value[i]
		set(&sp.ID)
		set(&sp.AppID)
		set(&sp.DisplayName)
	}
	if app := f.Application.Value; app != nil {
		set(&app.ID)
		set(&app.AppID)
		for i := range app.Credentials {
			set(&app.Credentials[i].KeyID)
		}
	}
	if f.Token.Known() {
		set(&f.Token.Value.Issuer)
		set(&f.Token.Value.Subject)
	}
	if gone := f.Deleted.Value; gone != nil {
		set(&gone.ID)
	}
	if d.yes() {
		f.SignInLog = fact.Of([]objects.SignInEntry{{Time: now, ErrorCode: "53003", Blocking: []objects.AppliedPolicy{{ID: word(), Name: word()}}}})
	}
	return f
}

// hostileLines are the commands in the diagnoses of many such facts, by shell.
var hostileLines = sync.OnceValue(func() map[string][]string {
	lines := map[string][]string{}
	source := uint64(11)
	for range 400 {
		data := make([]byte, 128)
		for i := range data {
			source = source*6364136223846793005 + 1442695040888963407
			data[i] = byte(source >> 56)
		}
		d := diagnose.Judge(hostileFacts(&dice{data}))
		if d.RootCause == nil {
			continue
		}
		for _, r := range d.RootCause.Remedies {
			for _, c := range r.Commands {
				if !slices.Contains(lines[c.Shell], c.Command) {
					lines[c.Shell] = append(lines[c.Shell], c.Command)
				}
			}
		}
	}
	return lines
})

// linesFor returns the commands for a shell.
func linesFor(t *testing.T, shell string) []string {
	t.Helper()
	lines := hostileLines()[shell]
	if len(lines) < 20 {
		t.Errorf("only %d commands for %s", len(lines), shell)
	}
	return lines
}

// Whatever the names in a tenant are, bash must run exactly one program for each printed
// line.
func TestPrintedCommandsRunOneProgram(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	dir, lines := t.TempDir(), linesFor(t, "sh")
	script := "PATH=/nonexistent\ncommand_not_found_handle() { printf '%s\\0' \"$@\"; printf '\\1\\0'; }\n" + strings.Join(lines, "\n") + "\n"
	cmd := exec.Command(bash)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(script)
	out, err := cmd.Output()
	if err != nil {
		if _, exited := err.(*exec.ExitError); !exited { //nolint:errorlint // the error of the run itself
			t.Fatal(err)
		}
	}
	ran := strings.Split(strings.TrimSuffix(string(out), "\x01\x00"), "\x01\x00")
	if len(ran) != len(lines) {
		t.Errorf("%d lines ran %d programs", len(lines), len(ran))
	}
	for i, words := range ran {
		checkWords(t, lines[min(i, len(lines)-1)], strings.Split(strings.TrimSuffix(words, "\x00"), "\x00"))
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("a value was obeyed: %v %v", files, err)
	}
}

func checkWords(t *testing.T, line string, words []string) {
	t.Helper()
	if !slices.Contains([]string{"spcheck", "az", "openssl"}, words[0]) {
		t.Errorf("%s runs %q", line, words[0])
	}
	for i, word := range words[1:] {
		if flag := words[i]; flag == "--id" || flag == "--key-id" || flag == "--sp" || flag == "--client-id" {
			if uuid.Validate(word) != nil {
				t.Errorf("%s: %s is given %q", line, flag, word)
			}
		}
	}
}

// PowerShell values must be in single quotation marks.
func TestPrintedCommandsForPowerShell(t *testing.T) {
	for _, line := range linesFor(t, "powershell") {
		rest, quoted := "", false
		for _, r := range line {
			if strings.ContainsRune("'‘’‚‛", r) {
				quoted = !quoted
			} else if !quoted {
				rest += string(r)
			}
		}
		if quoted || strings.ContainsAny(strings.ReplaceAll(rest, "$graph", ""), ";&|`\n\x1b%") && !strings.Contains(rest, "@{") || strings.Contains(rest, "obeyed") || strings.Contains(rest, "--help ") {
			t.Errorf("PowerShell reads more than values: %s", line)
		}
	}
}

// Under Wine, cmd prints what it would pass to a program.
func TestPrintedCommandsForCmd(t *testing.T) {
	wine, err := exec.LookPath("wine")
	if err != nil {
		t.Skip("wine is not installed")
	}
	if testing.Short() {
		t.Skip("Wine takes its time to start")
	}
	dir, lines := t.TempDir(), linesFor(t, "cmd")
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.ContainsFunc(line, func(r rune) bool { return r > 126 }) })
	path := filepath.Join(t.TempDir(), "lines.bat")
	if err := os.WriteFile(path, []byte("@echo off\r\necho "+strings.Join(lines, "\r\necho ")+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), wine, "cmd", "/d", "/c", "Z:"+strings.ReplaceAll(path, "/", `\`))
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=")
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("wine does not run here: %v", err)
	}
	got := strings.Split(strings.TrimRight(strings.ReplaceAll(string(out), "\r", ""), "\n"), "\n")
	if !slices.Equal(got, lines) {
		t.Errorf("cmd read\n%q, not\n%q", got, lines)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("a value was obeyed: %v %v", files, err)
	}
}
