package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// binary is the program as users run it, built once for all tests.
var binary string

// noAzureCLI is a folder with an az that nobody is signed in with. It comes first
// in the PATH of tests, of this process too, so that they find the same on every
// machine: a real az takes a second of CPU, and one that is stopped continues writing
// to its folder for a while.
var noAzureCLI string

// machinePath is the PATH of the machine, for tests of the real az.
var machinePath = os.Getenv("PATH")

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	// There is memory enough, and too little of the processor.
	debug.SetGCPercent(400)
	dir, err := os.MkdirTemp("", "spcheck-test-*")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "spcheck"+exeSuffix())
	// Without what only debuggers read, as in a release: linking takes a third less.
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", binary, ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	noAzureCLI = filepath.Join(dir, "no-azure-cli")
	if err := errors.Join(writeNoAzureCLI(), os.Setenv("PATH", testPath())); err != nil {
		panic(err)
	}
	before := countLeavings()
	code := m.Run()
	if code != 0 {
		return code // a test that failed may leave what it began
	}
	if left := before.since(); left != "" {
		fmt.Fprintln(os.Stderr, left)
		return 1
	}
	return 0
}

func writeNoAzureCLI() error {
	if err := os.Mkdir(noAzureCLI, 0o700); err != nil {
		return err
	}
	const refused = "ERROR: Please run 'az login' to setup account."
	unix := "#!/bin/sh\necho \"" + refused + "\" >&2\nexit 1\n"
	windows := "@echo off\r\necho " + refused + " 1>&2\r\nexit /b 1\r\n"
	return errors.Join(
		os.WriteFile(filepath.Join(noAzureCLI, "az"), []byte(unix), 0o700),
		os.WriteFile(filepath.Join(noAzureCLI, "az.cmd"), []byte(windows), 0o700))
}

func exeSuffix() string {
	if os.PathSeparator == '\\' {
		return ".exe"
	}
	return ""
}

// result is what one run of the program did.
type ran struct {
	code           int
	stdout, stderr string
}

// serve starts the sandbox with a scenario for the time of the test, with faults as
// `sandbox --fault` has them.
func serve(t *testing.T, name string, faults ...string) *sandbox.Server {
	t.Helper()
	s, err := sandbox.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	o := sandbox.Options{Listen: sandbox.DefaultListen, Scenario: s}
	for _, spec := range faults {
		f, err := sandbox.ParseFault(spec)
		if err != nil {
			t.Fatal(err)
		}
		o.Faults = append(o.Faults, f)
	}
	server, err := sandbox.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

// environOf is the environment of a run against a server, or without one where it
// is nil.
func environOf(t *testing.T, server *sandbox.Server, extra []string) []string {
	env := plainEnv(t)
	if server != nil {
		env = append(sandbox.Merge(env, server.Env()), "SSL_CERT_DIR="+noCertificates())
	}
	return append(env, extra...)
}

// testPath is the PATH of tests.
func testPath() string { return noAzureCLI + string(os.PathListSeparator) + machinePath }

// plainEnv is an environment without anything that spcheck reads.
func plainEnv(t *testing.T) []string {
	home := t.TempDir()
	return []string{"PATH=" + testPath(), "HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, "config"),
		"XDG_STATE_HOME=" + filepath.Join(home, "state"), "LANG=C.UTF-8", "AZURE_CONFIG_DIR=" + home}
}

// noCertificates is a folder without certificates, for SSL_CERT_DIR: Go reads that as well
// as SSL_CERT_FILE. The certificates of the machine are not needed, and reading them is a
// fourth of the CPU time of a run.
func noCertificates() string { return noAzureCLI }

// spcheck runs the program against a server, or without one where it is nil.
func spcheck(t *testing.T, server *sandbox.Server, extraEnv []string, args ...string) ran {
	t.Helper()
	return spcheckIn(t, server, extraEnv, "", args...)
}

func spcheckIn(t *testing.T, server *sandbox.Server, extraEnv []string, stdin string, args ...string) ran {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = environOf(t, server, extraEnv)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("spcheck %v: %v", args, err)
	}
	return ran{cmd.ProcessState.ExitCode(), out.String(), errOut.String()}
}

// inside is spcheckIn inside of this process, where what a program reads once is
// read once for all runs: for tests of what is said, which are many. What is
// secret is not taken out of the output, as that is done where the program meets
// its streams.
func inside(t *testing.T, server *sandbox.Server, extraEnv []string, stdin string, args ...string) ran {
	t.Helper()
	return insideAt(t, time.Now, server, extraEnv, stdin, args...)
}

// insideAt is inside with a clock of its own.
func insideAt(t *testing.T, clock func() time.Time, server *sandbox.Server, extraEnv []string, stdin string, args ...string) ran {
	t.Helper()
	environ := environOf(t, server, extraEnv)
	values := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		values[name] = value // as for a process, the last one holds
	}
	var out, errOut bytes.Buffer
	a := &app{in: strings.NewReader(stdin), out: &out, err: &errOut, now: clock, version: readVersion(),
		env: func(name string) (string, bool) { v, ok := values[name]; return v, ok }, environ: environ}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	code := a.run(ctx, args)
	return ran{code, out.String(), errOut.String()}
}
