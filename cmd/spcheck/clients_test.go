package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// These tests run other people's clients, unchanged, against the sandbox: it has
// to be what they expect of the service, and not what spcheck happens to ask.
// They need what `make clients` installs, and skip where it is absent.

// oldestNode is the first major version that the Node packages run on.
const oldestNode = 20

// clientsDir holds the Node packages, the scripts and the tenant of these tests.
func clientsDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "testdata", "clients"))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// clientsTenant is the scenario that the clients administer.
func clientsTenant(t *testing.T) string { return filepath.Join(clientsDir(t), "tenant.yaml") }

// needNode skips where Node, or one of its packages, is absent.
func needNode(t *testing.T, packages ...string) {
	t.Helper()
	skipShort(t)
	out, err := exec.Command("node", "--version").Output()
	if err != nil {
		t.Skip("node is not installed")
	}
	major, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(string(out)), "v"), ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldestNode {
		t.Skipf("node is %s, and the packages need version %d", strings.TrimSpace(string(out)), oldestNode)
	}
	for _, name := range packages {
		if _, err := os.Stat(filepath.Join(clientsDir(t), "node_modules", filepath.FromSlash(name), "package.json")); err != nil {
			t.Skipf("the Node package %s is not installed (make clients)", name)
		}
	}
}

// skipShort leaves these tests out of go test -short: interpreters start slowly.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("other people's clients take a minute")
	}
}

// needCommand skips where a program is not in PATH.
func needCommand(t *testing.T, name string) {
	t.Helper()
	skipShort(t)
	if ofMachine(name) == name {
		t.Skipf("%s is not installed", name)
	}
}

// TestClientNode runs each Node script inside of the real `spcheck sandbox`, whose
// environment is all that the clients are told. The scripts hold what they expect.
func TestClientNode(t *testing.T) {
	t.Parallel()
	needNode(t, "@azure/identity", "@azure/msal-node", "@microsoft/microsoft-graph-client")
	tenant := clientsTenant(t)
	for _, c := range []struct {
		script, scenario string
		proxy            bool
	}{
		{"identity-secret.mjs", tenant, true},
		{"identity-expired.mjs", "expired-secret", false},
		{"identity-certificate.mjs", "certificate-healthy", false},
		{"identity-certificate-forms.mjs", "certificate-healthy", false},
		{"identity-assertion.mjs", "federated-healthy", false},
		{"msal.mjs", tenant, false},
		{"graph-lists.mjs", tenant, false},
		{"graph-passwords.mjs", tenant, false},
		{"graph-forbidden.mjs", tenant, false},
	} {
		t.Run(c.script, func(t *testing.T) {
			t.Parallel()
			args := []string{"sandbox", "--scenario", c.scenario}
			if c.proxy {
				args = append(args, "--proxy")
			}
			args = append(args, "--", "node", filepath.Join(clientsDir(t), c.script))
			got := spcheck(t, nil, nil, args...)
			if got.code != 0 {
				t.Errorf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
			}
			// A file without tests passes too.
			if !strings.Contains(got.stdout, "pass ") || strings.Contains(got.stdout, "pass 0\n") {
				t.Errorf("no test ran\n%s", got.stdout)
			}
		})
	}
}

// clientHost runs commands of clients against one sandbox with its proxy, in a
// home of their own.
type clientHost struct {
	t   *testing.T
	env []string
	dir string // where commands run
}

// newClientHost starts a sandbox for the time of the test; the extra settings
// follow its own.
func newClientHost(t *testing.T, scenario string, extraEnv ...string) *clientHost {
	t.Helper()
	s, err := sandbox.Load(scenario)
	if err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.Start(context.Background(), sandbox.Options{Scenario: s, Proxy: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return &clientHost{t: t, env: append(append(sandbox.Merge(plainEnv(t), server.Env()), "PATH="+machinePath), extraEnv...), dir: t.TempDir()}
}

// value is a setting of the environment.
func (h *clientHost) value(name string) string {
	h.t.Helper()
	for _, entry := range h.env {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	h.t.Fatalf("the sandbox does not export %s", name)
	return ""
}

// clientPatience is how long one command of a client may take, and how long a
// change may need to take effect: a busy machine starts interpreters slowly.
const clientPatience = 3 * time.Minute

// find is a program as the PATH of these commands leads to it.
func (h *clientHost) find(name string) string {
	for _, entry := range slices.Backward(h.env) { // the last one holds
		path, ok := strings.CutPrefix(entry, "PATH=")
		if !ok || strings.ContainsRune(name, filepath.Separator) {
			continue
		}
		return findIn(path, name)
	}
	return name
}

// ofMachine is a program as the machine's PATH leads to it, or its name where it is
// not installed.
func ofMachine(name string) string { return findIn(machinePath, name) }

func findIn(path, name string) string {
	for _, dir := range filepath.SplitList(path) {
		if found, err := exec.LookPath(filepath.Join(dir, name)); err == nil && dir != "" {
			return found
		}
	}
	return name
}

// run starts a program and waits for it.
func (h *clientHost) run(name string, args ...string) ran {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), clientPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, h.find(name), args...)
	cmd.Env, cmd.Dir = h.env, h.dir
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		h.t.Fatalf("%s could not be run: %v", name, err)
	}
	return ran{cmd.ProcessState.ExitCode(), out.String(), errOut.String()}
}

// must runs a program that has to succeed and returns what it printed, without
// white space around it.
func (h *clientHost) must(name string, args ...string) string {
	h.t.Helper()
	got := h.run(name, args...)
	if got.code != 0 {
		h.t.Fatalf("%s %v: exit code %d\n%s", name, args[:min(4, len(args))], got.code, got.stderr)
	}
	return strings.TrimSpace(got.stdout)
}

// refused runs a program that has to fail with a text on standard error.
func (h *clientHost) refused(want, name string, args ...string) {
	h.t.Helper()
	got := h.run(name, args...)
	if got.code == 0 || !strings.Contains(got.stderr, want) {
		h.t.Errorf("%s %v: exit code %d, want a refusal with %q\n%s", name, args[:min(4, len(args))], got.code, want, got.stderr)
	}
}
