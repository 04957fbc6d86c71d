package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
)

// sandboxApp is an app with captured streams and this process's environment.
func sandboxApp() (a *app, out, err *bytes.Buffer) {
	out, err = &bytes.Buffer{}, &bytes.Buffer{}
	return &app{in: strings.NewReader(""), out: out, err: err, env: config.Env(os.LookupEnv), environ: os.Environ(), now: time.Now}, out, err
}

func TestSandboxExitsAsItsCommand(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the commands are those of a Unix shell")
	}
	for _, c := range []struct {
		command []string
		code    int
		out     string
	}{
		{[]string{"sh", "-c", "exit 7"}, 7, ""},
		{[]string{"sh", "-c", `printf %s "$AZURE_CLIENT_ID"`}, 0, "8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26"},
		{[]string{"sh", "-c", "kill -TERM $$"}, 143, ""},
		{[]string{"no-such-command"}, fail.CodeUsage, ""},
	} {
		a, out, errs := sandboxApp()
		if code := a.run(t.Context(), append([]string{"sandbox", "--"}, c.command...)); code != c.code || out.String() != c.out {
			t.Errorf("%v: %d %q %s", c.command, code, out, errs)
		}
	}
}

func TestSandboxRefusals(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("title: t\ntenant: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"diagnose"}, "two hyphens"},
		{[]string{"--scenario", "nowhere"}, "--list"},
		{[]string{"--scenario", bad}, ":2:1: unknown key"},
		{[]string{"--listen", "8443"}, "not an address"},
		{[]string{"--listen", "127.0.0.1:http-alt"}, "not an address"},
		{[]string{"--fault", "flood"}, "kinds are throttle, "},
		{[]string{"--shell", "fish"}, "shells are"},
	} {
		a, out, errs := sandboxApp()
		if code := a.run(t.Context(), append([]string{"sandbox"}, c.args...)); code != fail.CodeUsage || !strings.Contains(errs.String(), c.want) || out.Len() > 0 {
			t.Errorf("%v: %d %s %s", c.args, code, out, errs)
		}
	}
}

// TestShExportsSurviveTheShell lets a real shell read what is printed for it.
func TestShExportsSurviveTheShell(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh here")
	}
	for _, value := range []string{`a'b`, "$HOME `id` \\", "line\nfeed", `"$$"`, "-n", ""} {
		script := shells["sh"]("V", value) + "\n" + `printf %s "$V"`
		if got, err := exec.Command(shell, "-c", script).Output(); err != nil || string(got) != value {
			t.Errorf("%q came back as %q, %v", value, got, err)
		}
	}
	if got := shells["powershell"]("V", "it's $x"); got != "$env:V = 'it''s $x'" {
		t.Error(got)
	}
	if got := shells["cmd"]("V", "a b"); got != `set "V=a b"` {
		t.Error(got)
	}
}
