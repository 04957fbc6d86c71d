package main

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// repository is the root of the project.
func repository(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func readText(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{repository(t)}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// checked runs another program's check of files, and skips where it is absent.
func checked(t *testing.T, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = repository(t)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestContribYAML(t *testing.T) {
	for _, path := range append(workflows(t), "action.yml", ".goreleaser.yaml", "packaging/nfpm.yaml",
		"contrib/gitlab/spcheck.gitlab-ci.yml", "contrib/azure-pipelines/spcheck.yml") {
		var v map[string]any
		if err := yaml.Unmarshal([]byte(readText(t, filepath.FromSlash(path))), &v); err != nil || len(v) == 0 {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Everything that is fetched is pinned: a release by its number, an action of
// somebody else by its commit.
func TestContribIsPinned(t *testing.T) {
	uses := regexp.MustCompile(`(?m)uses: *(\S+)`)
	commit := regexp.MustCompile(`@[0-9a-f]{40}$`)
	for _, path := range append(workflows(t), "action.yml") {
		for _, m := range uses.FindAllStringSubmatch(readText(t, filepath.FromSlash(path)), -1) {
			if !commit.MatchString(m[1]) && !strings.HasPrefix(m[1], "spcheck/spcheck@v") {
				t.Errorf("%s uses %s", path, m[1])
			}
		}
	}
}

// An image of somebody else's is pinned by its digest; ours, whose digest is only
// known once it is released, by its version.
func TestImagesArePinned(t *testing.T) {
	image := regexp.MustCompile(`(?m)(?:image|base_image): *([\w.-]+(?:/[\w.-]+)*[:@]\S+)`)
	ours := regexp.MustCompile(`^ghcr\.io/spcheck/spcheck:\d+\.\d+\.\d+$`)
	digest := regexp.MustCompile(`@sha256:[0-9a-f]{64}$`)
	found := 0
	for _, path := range []string{".goreleaser.yaml", "contrib/gitlab/spcheck.gitlab-ci.yml", "deploy/kubernetes/exporter.yaml", "deploy/kubernetes/scan-job.yaml"} {
		for _, m := range image.FindAllStringSubmatch(readText(t, filepath.FromSlash(path)), -1) {
			found++
			if !digest.MatchString(m[1]) && !ours.MatchString(m[1]) {
				t.Errorf("%s takes %s", path, m[1])
			}
		}
	}
	if found != 4 {
		t.Errorf("%d images were found", found)
	}
}

func TestWorkflows(t *testing.T) {
	t.Parallel()
	checked(t, "actionlint", workflows(t)...)
}

// workflows are those of this repository and the one that users copy.
func workflows(t *testing.T) []string {
	t.Helper()
	own, err := filepath.Glob(filepath.Join(repository(t), ".github", "workflows", "*.yml"))
	if err != nil || len(own) == 0 {
		t.Fatalf("no workflows: %v", err)
	}
	paths := []string{"contrib/github/example.yml"}
	for _, path := range own {
		paths = append(paths, ".github/workflows/"+filepath.Base(path))
	}
	return paths
}

func TestScriptsPassShellcheck(t *testing.T) {
	t.Parallel()
	checked(t, "shellcheck", "packaging/extras.sh", "packaging/test-packages.sh", "packaging/test-windows.sh", "contrib/github/install.sh", "contrib/github/check.sh")
}

// systemd itself reads the units; what they run is replaced by a program that
// exists here.
func TestSystemdUnits(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	service := strings.ReplaceAll(readText(t, "contrib", "systemd", "spcheck.service"), "/usr/bin/spcheck", binary)
	service = strings.ReplaceAll(service, "Documentation=man:spcheck-diagnose(1)\n", "") // not installed here
	writeFile(t, filepath.Join(dir, "spcheck.service"), service)
	writeFile(t, filepath.Join(dir, "spcheck.timer"), readText(t, "contrib", "systemd", "spcheck.timer"))
	checked(t, "systemd-analyze", "verify", "--man=no", filepath.Join(dir, "spcheck.service"), filepath.Join(dir, "spcheck.timer"))
}

// pluginLine is what monitoring takes: a state, a sentence, performance data.
var pluginLine = regexp.MustCompile(`^SPCHECK (OK|WARNING|CRITICAL|UNKNOWN)[:\s].*\|`)

// The command lines for monitoring are run as they stand, with the profile that
// they name.
func TestMonitoringCommands(t *testing.T) {
	t.Parallel()
	server := serve(t, "mailstore")
	dir := t.TempDir()
	config := filepath.Join(dir, "config.yaml")
	writeFile(t, config, "profiles:\n  archive:\n    clientSecret: {env: AZURE_CLIENT_SECRET}\n    reader: environment\n")
	nagios := regexp.MustCompile(`(?m)command_line\s+(.*)$`).FindStringSubmatch(readText(t, "contrib", "nagios", "spcheck.cfg"))
	checkmk := regexp.MustCompile(`(?m)^Entra_archive \(.*?\) (.*)$`).FindStringSubmatch(readText(t, "contrib", "checkmk", "mrpe.cfg"))
	if nagios == nil || checkmk == nil {
		t.Fatal("a command line is missing")
	}
	for name, line := range map[string]string{"nagios": nagios[1], "checkmk": checkmk[1]} {
		line = strings.NewReplacer("'", "", "/usr/bin/spcheck ", "", "/etc/spcheck/config.yaml", config, "$ARG1$", "archive", "$ARG2$", "30d").Replace(line)
		got := spcheck(t, server, nil, strings.Fields(line)...)
		if got.code != 2 || !pluginLine.MatchString(got.stdout) || strings.Count(got.stdout, "|") != 1 {
			t.Errorf("%s: exit code %d\n%s%s", name, got.code, got.stdout, got.stderr)
		}
	}
}

// Icinga builds its command line from names; each has to be a flag of spcheck.
func TestIcingaFlagsExist(t *testing.T) {
	t.Parallel()
	help := spcheck(t, nil, nil, "diagnose", "--help").stdout
	flags := regexp.MustCompile(`"(--[a-z-]+)"`).FindAllStringSubmatch(readText(t, "contrib", "icinga2", "spcheck.conf"), -1)
	if len(flags) < 5 {
		t.Fatalf("found %v", flags)
	}
	for _, f := range flags {
		if !strings.Contains(help, f[1]+" ") {
			t.Errorf("diagnose has no flag %s", f[1])
		}
	}
}

// Icinga itself reads the definition, and makes a service of each profile.
func TestIcingaTakesTheDefinition(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "spcheck.conf"), readText(t, "contrib", "icinga2", "spcheck.conf"))
	writeFile(t, filepath.Join(dir, "icinga2.conf"), `const NodeName = "localhost"
object CheckCommand "nothing" { command = [ "/bin/true" ] }
object Host "archive" {
  check_command = "nothing"
  vars.spcheck["archive"] = { spcheck_within = "14d" }
}
include "spcheck.conf"
`)
	args := []string{"daemon", "--validate", "--config", filepath.Join(dir, "icinga2.conf")}
	for _, name := range []string{"ConfigDir", "DataDir", "LogDir", "CacheDir", "SpoolDir", "InitRunDir"} {
		args = append(args, "-D"+name+"="+dir)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if out := checked(t, "icinga2", append(args, "-DRunAsUser="+me.Username, "-DRunAsGroup="+me.Username)...); !strings.Contains(out, "Instantiated 1 Service.") {
		t.Errorf("no service was made\n%s", out)
	}
}

// The action's script runs as on a runner: one run, a log, annotations, a
// summary, outputs, and an exit code that follows fail-on.
func TestActionScript(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("no bash here")
	}
	for _, c := range []struct {
		scenario, failOn string
		code             int
		output           string
	}{
		{"mailstore", "critical", 2, "exit-code=2"},
		{"mailstore", "never", 0, "exit-code=2"},
		{filepath.Join(repository(t), "testdata", "shown", "tenant.yaml"), "critical", 0, "exit-code=1"},
		{filepath.Join(repository(t), "testdata", "shown", "tenant.yaml"), "warning", 1, "exit-code=1"},
	} {
		dir := t.TempDir()
		server := serve(t, c.scenario)
		cmd := exec.Command(bash, filepath.Join(repository(t), "contrib", "github", "check.sh"))
		cmd.Env = environOf(t, server, nil)
		for i, v := range cmd.Env {
			if secret, ok := strings.CutPrefix(v, "AZURE_CLIENT_SECRET="); ok {
				cmd.Env[i] = "INPUT_CLIENT_SECRET=" + secret
			}
			if path, ok := strings.CutPrefix(v, "PATH="); ok {
				cmd.Env[i] = "PATH=" + filepath.Dir(binary) + ":" + path
			}
		}
		cmd.Env = append(cmd.Env, "GITHUB_ACTIONS=true", "RUNNER_TEMP="+dir, "GITHUB_OUTPUT="+filepath.Join(dir, "output"), "GITHUB_STEP_SUMMARY="+filepath.Join(dir, "summary.md"),
			"SPCHECK_ARGUMENTS=diagnose --within 30d --reader environment", "SPCHECK_FAIL_ON="+c.failOn)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		output, _ := os.ReadFile(filepath.Join(dir, "output"))
		summary, _ := os.ReadFile(filepath.Join(dir, "summary.md"))
		if cmd.ProcessState.ExitCode() != c.code || !strings.Contains(string(output), c.output) {
			t.Errorf("%s, fail-on %s: exit code %d, outputs %s\n%s", c.scenario, c.failOn, cmd.ProcessState.ExitCode(), output, out)
		}
		if !strings.Contains(string(out), "::") || len(summary) == 0 {
			t.Errorf("no annotation or summary\n%s\n%s", out, summary)
		}
	}
}
