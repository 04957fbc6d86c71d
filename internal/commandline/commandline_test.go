package commandline

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// hostile are words that a tenant, a setting or a file name may hold.
var hostile = []string{"MailStoreSP", "Mail Store", "it's", "‘typographic’ ‚quotes‛", `"double"`, "$(touch x)", "`id`", "$env:X", "a;b", "a|b", "a&b", "a&&b", "%PATH%", "!x!",
	"^x", "x^", "<in>out", "~/x", "*", "?", "[a]", "{a,b}", "#x", "-x", "@file", "a=b", "", `C:\Program Files\x`, `C:\end\`, "x,y", "(x)", "ünïcode", "file:new secret.txt",
	"8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26", "\n", "a\tb", "\x1b[31m", "a\u202eb", "a\u200bb"}

// Whatever a shell is given, its program gets just the words that were meant.
func TestShellsReadTheWordsThatWereMeant(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	words := writable(t, sh)
	line, ok := Join(sh, append([]string{"printf", `%s\0`}, words...)...)
	if !ok {
		t.Fatal("no line")
	}
	out, err := exec.Command(bash, "-c", line).Output()
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); err != nil || !slices.Equal(got, words) {
		t.Errorf("bash read %q, %v", got, err)
	}
}

func TestPowerShellReadsTheWordsThatWereMeant(t *testing.T) {
	pwsh, err := exec.LookPath("pwsh")
	if err != nil {
		t.Skip("pwsh is not installed")
	}
	for _, word := range writable(t, PowerShell) {
		line, _ := Join(PowerShell, "Write-Output", "--", word)
		out, err := exec.Command(pwsh, "-NoProfile", "-Command", line).Output()
		if got := strings.TrimRight(string(out), "\r\n"); err != nil || got != word {
			t.Errorf("%s: %q, %v", line, got, err)
		}
	}
}

// Under Wine, cmd is Wine's own, which reads metacharacters as the real one does.
// What it echoes of each line is what it would have handed to a program.
func TestCmdReadsTheWordsThatWereMeant(t *testing.T) {
	wine, err := exec.LookPath("wine")
	if err != nil {
		t.Skip("wine is not installed")
	}
	if testing.Short() {
		t.Skip("Wine takes its time to start")
	}
	script, want := "@echo off\r\n", []string{}
	for _, word := range writable(t, cmd) {
		if strings.ContainsFunc(word, func(r rune) bool { return r > 126 }) {
			continue // what echo prints of it depends on the code page
		}
		line, _ := Join(cmd, "echo", word)
		script += line + "\r\n"
		want = append(want, strings.TrimPrefix(line, "echo "))
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "words.bat")
	if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), wine, "cmd", "/d", "/c", "Z:"+strings.ReplaceAll(path, "/", `\`))
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=")
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("wine does not run here: %v", err)
	}
	got := strings.Split(strings.TrimRight(strings.ReplaceAll(string(out), "\r", ""), "\n"), "\n")
	for i := range got {
		got[i] = strings.TrimRight(got[i], " ")
	}
	if !slices.Equal(got, want) {
		t.Errorf("cmd read\n%q, not\n%q", got, want)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("a word was obeyed: %v, %v", files, err)
	}
}

// writable are the hostile words that can be written in a shell.
func writable(t *testing.T, shell Shell) []string {
	t.Helper()
	var words []string
	for _, word := range hostile {
		if _, ok := Join(shell, word); ok && word != "" {
			words = append(words, word)
		}
	}
	if len(words) < 20 {
		t.Errorf("%s: only %d of the words can be written", shell, len(words))
	}
	return words
}

func TestWhatCannotBeWrittenIsNot(t *testing.T) {
	for _, c := range []struct {
		shell Shell
		words []string
	}{
		{sh, []string{"\n", "\x1b[31m", "a\u202eb", "a\u200bb"}},
		{PowerShell, []string{`a"b`, `C:\end here\`, "\n"}},
		{cmd, []string{"%PATH%", "!x!", `a"b`, `C:\end here\`, "\r"}},
	} {
		for _, word := range c.words {
			if line, ok := Join(c.shell, "echo", word); ok {
				t.Errorf("%s: %q is written as %s", c.shell, word, line)
			}
		}
	}
	for word, want := range map[string]string{"it’s": "'it’’s'", "@file": "'@file'", "x": "x"} {
		if got, _ := Join(PowerShell, word); got != want {
			t.Errorf("PowerShell: %s, not %s", got, want)
		}
	}
}
