package main

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// A shown is a command that the documentation shows.
type shown struct{ page, line string }

// shownCommands reads every command of the blocks of code in the pages.
func shownCommands(t *testing.T) []shown {
	t.Helper()
	root := filepath.Join("..", "..")
	var pages []string
	for _, pattern := range []string{"README.md", "docs/*.md", "docs/commands/*.md", "contrib/*.md", "contrib/*/*.md", "packaging/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	var all []shown
	for _, path := range pages {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range codeLines(source) {
			if c, ok := commandIn(line); ok && !slices.ContainsFunc(all, func(s shown) bool { return s.line == c }) {
				all = append(all, shown{filepath.Base(path), c})
			}
		}
	}
	return all
}

// codeLines are the lines of all blocks of code, fenced or indented; one that
// ends in a backslash continues in the next. Of a session, which shows what
// commands print as well, they are the commands.
func codeLines(source []byte) []string {
	var lines []string
	fence, empty := "", true
	for line := range strings.Lines(strings.ReplaceAll(string(source), "\\\n", " ")) {
		line = strings.TrimRight(line, "\r\n")
		mark, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
		indented := strings.HasPrefix(line, "    ") && empty
		switch {
		case isFence && fence == "":
			fence = "```" + mark
		case isFence:
			fence = ""
		case fence == "```console" && !strings.HasPrefix(line, "$ "):
		case fence != "" || indented:
			lines = append(lines, line)
		}
		empty = line == "" || indented
	}
	return lines
}

// commandIn takes a command from a line; a usage, which has [flags], is none.
func commandIn(line string) (string, bool) {
	line = strings.TrimPrefix(strings.TrimSpace(line), "$ ")
	if !strings.Contains(" "+line, " spcheck ") || strings.Contains(line, "[flags]") || !startsCommand.MatchString(line) {
		return "", false
	}
	return line, true
}

// startsCommand are lines that run spcheck, alone or behind what feeds it.
var startsCommand = regexp.MustCompile(`^(spcheck|journalctl -u sync) [a-z|]`)

// Every command that the documentation shows does what it says: it is understood
// and finds out something, on the sandbox.
func TestShownCommandsRun(t *testing.T) {
	t.Parallel()
	skipShort(t)
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh here")
	}
	all := shownCommands(t)
	if len(all) < 30 {
		t.Fatalf("only %d commands were found", len(all))
	}
	want := expectations(t, all)
	for _, s := range all {
		t.Run(s.page+"/"+s.line, func(t *testing.T) {
			e, ok := want[s.line]
			if !ok || e.Because != "" {
				t.Skip(e.Because)
			}
			t.Parallel()
			runShown(t, sh, e)
		})
	}
}

// runShown runs a command in a folder that has the files it names.
func runShown(t *testing.T, sh string, e expected) {
	t.Helper()
	dir := t.TempDir()
	server := serve(t, cmp.Or(e.Scenario, filepath.Join("..", "..", "testdata", "shown", "tenant.yaml")))
	more := []string{"READER_PFX_PASSWORD=x"}
	if e.Scenario == "" {
		layOut(t, server, dir)
		more = append(more, "SPCHECK_CONFIG="+filepath.Join(dir, "profiles.yaml"))
		if !strings.HasPrefix(e.Run, "spcheck sandbox ") {
			more = append(more, "SPCHECK_READER=environment")
		}
	}
	if strings.Contains(e.Run, "plan --init") { // it writes the file
		if err := os.Remove(filepath.Join(dir, "renewals.yaml")); err != nil {
			t.Fatal(err)
		}
	}
	line := strings.ReplaceAll(e.Run, "/etc/", filepath.ToSlash(dir)+"/etc-") // no test writes to /etc
	line = strings.ReplaceAll(line, "etc-sync/secret", "secret")
	line = strings.ReplaceAll(line, "etc-mailstore/", "")

	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, sh, "-c", line)
	cmd.Dir = dir
	cmd.Env = environOf(t, server, nil)
	for i, v := range cmd.Env {
		if path, ok := strings.CutPrefix(v, "PATH="); ok {
			cmd.Env[i] = "PATH=" + dir + string(filepath.ListSeparator) + filepath.Dir(binary) + string(filepath.ListSeparator) + path
		}
	}
	cmd.Env = append(cmd.Env, more...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	e.check(t, dir, cmd.ProcessState.ExitCode(), string(out))
}

// layOut puts the files and programs that shown commands name into a folder.
func layOut(t *testing.T, server *sandbox.Server, dir string) {
	t.Helper()
	for name, content := range shownFiles(t, server) {
		writeFile(t, filepath.Join(dir, name), content)
	}
	writeFile(t, filepath.Join(dir, "secret"), setting(server, "AZURE_CLIENT_SECRET"))
	if err := os.Mkdir(filepath.Join(dir, "etc-bash_completion.d"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"journalctl", "kubectl"} {
		if err := os.Chmod(filepath.Join(dir, program), 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// shownFiles are the files and programs that shown commands name.
func shownFiles(t *testing.T, server *sandbox.Server) map[string]string {
	t.Helper()
	files := map[string]string{
		"sync.log":   "2026-11-22 AADSTS7000222: The provided client secret keys for app are expired.\n",
		"journalctl": "#!/bin/sh\necho 'AADSTS7000215: Invalid client secret provided.'\n",
		"kubectl":    "#!/bin/sh\necho '{\"issuer\": \"https://oidc.contoso.example/cluster/\"}'\n",
		"token.jwt":  unsigned(`{"iss": "https://issuer.contoso.example", "sub": "mailstore", "aud": "api://AzureADTokenExchange"}`),
	}
	files["etc-sync"] = "AZURE_CLIENT_ID=" + setting(server, "AZURE_CLIENT_ID") + "\nAZURE_CLIENT_SECRET='" + setting(server, "AZURE_CLIENT_SECRET") + "'\n"
	// Two profiles of one tenant: the first that may read it does.
	profile := ": {tenant: " + setting(server, "AZURE_TENANT_ID") + ", clientId: " + setting(server, "AZURE_CLIENT_ID") + ", clientSecret: {env: AZURE_CLIENT_SECRET}}\n"
	files["profiles.yaml"] = "profiles:\n  alder" + profile + "  birch" + profile
	report := spcheck(t, server, []string{"SPCHECK_READER=environment"}, "list-secrets", "--sp", "MailStoreSP", "-o", "json")
	for _, name := range []string{"report.json", "spcheck.json"} {
		files[name] = report.stdout
	}
	part := spcheck(t, server, []string{"SPCHECK_READER=environment"}, "scan", "-o", "json")
	for _, name := range []string{"part-1.json", "today.json"} {
		files[name] = part.stdout
	}
	renewals := "tenant: " + setting(server, "AZURE_TENANT_ID") + "\nexpiringWithin: 30d\napplications:\n  - app: MailStoreSP\n    to: [file:client-secret]\n"
	files["renewals.yaml"], files["production.yaml"] = renewals, renewals
	path := filepath.Join(t.TempDir(), "renewals.yaml")
	writeFile(t, path, renewals)
	files["plan.json"] = spcheck(t, server, []string{"SPCHECK_READER=environment"}, "plan", "-f", path, "-o", "json").stdout
	return files
}

// unsigned is a token that says these claims, and proves nothing.
func unsigned(claims string) string {
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"RS256"}`)) + "." + part([]byte(claims)) + "." + part([]byte("no signature"))
}

// setting is one of what the sandbox exports.
func setting(server *sandbox.Server, name string) string {
	for _, v := range server.Env() {
		if v.Name == name {
			return v.Value
		}
	}
	return ""
}

// passing are times, which differ between two runs.
var passing = regexp.MustCompile(`\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}Z| UTC))?`)

// The README shows what the program prints, except for the times. A line with … says
// that there is more.
func TestReadmeShowsRealOutput(t *testing.T) {
	t.Parallel()
	readme := readText(t, "README.md")
	_, session, found := strings.Cut(readme, "```console\n")
	session, _, closed := strings.Cut(session, "```\n")
	if !found || !closed {
		t.Fatal("the README shows no output")
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(session, "$ spcheck "), "\n$ spcheck ") {
		line, want, _ := strings.Cut(part, "\n")
		want, isBeginning := strings.CutSuffix(strings.TrimSuffix(want, "\n"), "\n…")
		args := strings.Fields(line)
		for i, a := range args {
			if a == "spcheck" {
				args[i] = binary
			}
		}
		got := spcheck(t, nil, []string{"COLUMNS=80", "LANG=C.UTF-8"}, args...).stdout
		want, got = passing.ReplaceAllString(want, "DATE"), passing.ReplaceAllString(strings.TrimSuffix(got, "\n"), "DATE")
		if isBeginning {
			got = got[:min(len(want), len(got))]
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s prints other than the README shows\n%s", line, diff)
		}
	}
}
