//go:build unix

package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/sandbox"
)

// speechless listens and answers nobody.
func speechless(t *testing.T) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		var held []net.Conn // so that they stay open
		for {
			c, err := l.Accept()
			if err != nil {
				for _, c := range held {
					_ = c.Close()
				}
				return
			}
			held = append(held, c)
		}
	}()
	return l.Addr().String()
}

// stuck puts programs of these names into a folder, each of which starts a program
// and waits for ever.
func stuck(t *testing.T, names ...string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\nsleep 300 & sleep 300\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// waits are runs that nothing would end but their deadlines: for standard input, a
// pipe, a program, a mail server, a webhook, a tenant.
func waits(t *testing.T, server *sandbox.Server) map[string][]string {
	dir := t.TempDir()
	pipe, password, earlier := filepath.Join(dir, "pipe"), filepath.Join(dir, "new.pfx"), filepath.Join(dir, "earlier.json")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	tenant := setting(server, "AZURE_TENANT_ID")
	empty := `{"schemaVersion":"1","generatedAt":"2026-01-01T00:00:00Z","tenants":[{"tenant":"` + tenant + `","status":"ok"}],"inventory":[],"findings":[]}`
	if err := os.WriteFile(earlier, []byte(empty), 0o600); err != nil {
		t.Fatal(err)
	}
	renewals := filepath.Join(dir, "renewals.yaml")
	if err := os.WriteFile(renewals, []byte("applications: [{app: MailStoreSP, to: ['file:"+filepath.Join(dir, "new")+"']}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string][]string{
		"a text on standard input":    {"explain", "-"},
		"an error on standard input":  {"diagnose", "--error-text", "-"},
		"a report on standard input":  {"render", "-"},
		"an assistant":                {"mcp"},
		"answers for a config file":   {"config", "init", "--config", filepath.Join(dir, "config.yaml")},
		"a password":                  {"renew-certificate", "--sp", "MailStoreSP", "--to", "pfx:" + password, "--password-file", "-"},
		"a pipe that where is given":  {"where", "--sp", "MailStoreSP", pipe},
		"kubectl":                     {"where", "--sp", "MailStoreSP", "--in", "kubernetes:production"},
		"az for where":                {"where", "--sp", "MailStoreSP", "--in", "keyvault:contoso"},
		"gh for where":                {"where", "--sp", "MailStoreSP", "--in", "github:contoso/sync"},
		"gh for federate":             {"federate", "--sp", "MailStoreSP", "--github", "contoso/sync:pull_request"},
		"kubectl for federate":        {"federate", "--sp", "MailStoreSP", "--kubernetes", "production/mailstore"},
		"az for federate":             {"federate", "--sp", "MailStoreSP", "--azure-pipelines", "contoso/sync/production"},
		"az for a reader":             {"scan", "--reader", "azure-cli"},
		"a mail server":               {"scan", "--baseline", earlier, "--notify", "env:MAIL"},
		"a webhook":                   {"scan", "--baseline", earlier, "--notify", "env:HOOK"},
		"a tenant, for an incident":   {"scan", "--incident", "MailStoreSP"},
		"a tenant, for a state":       {"scan", "--state", filepath.Join(dir, "states")},
		"a tenant, for a plan":        {"plan", "-f", renewals},
		"a tenant, for a certificate": {"renew-certificate", "--sp", "MailStoreSP", "--dry-run", "--to", "pem:" + filepath.Join(dir, "new.pem")},
		"a tenant, for a credential":  {"federate", "--sp", "MailStoreSP", "--issuer", "https://issuer.example", "--subject", "s", "--dry-run"},
		"a tenant, for places":        {"where", "--sp", "MailStoreSP", dir},
		"somebody with a code":        {"list-secrets", "--sp", "MailStoreSP", "--reader", "device-code"},
		"somebody in a browser":       {"list-secrets", "--sp", "MailStoreSP", "--reader", "browser"},
	}
}

// A first signal ends each wait with 130, and nothing that was started stays.
func TestASignalEndsTheWaitsOfTheNewerCommands(t *testing.T) {
	t.Parallel()
	server, slow := serve(t, "mailstore"), serve(t, "mailstore", "latency=60s@graph")
	programs := stuck(t, "az", "kubectl", "gh")
	for name, args := range waits(t, server) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := server
			if strings.HasPrefix(name, "a tenant") {
				at = slow
			}
			env := environOf(t, at, []string{"SPCHECK_READER=environment", "PATH=" + programs + ":" + os.Getenv("PATH"), "BROWSER=true",
				"HOOK=https://" + speechless(t) + "/x", "MAIL=smtps://user:word@" + speechless(t) + "?from=a@contoso.example&to=b@contoso.example"})
			code, out := interruptedOnce(t, env, args...)
			if code != fail.CodeInterrupted && code != notBegun {
				t.Errorf("exit code %d\n%s", code, out)
			}
		})
	}
}

// A pipe in the place of a file that is written is not waited for, and not replaced.
func TestPipesInThePlaceOfWhatIsWritten(t *testing.T) {
	t.Parallel()
	server := serve(t, "mailstore")
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	for _, args := range [][]string{{"scan", "--output-file", pipe}, {"scan", "--incident", "MailStoreSP", "--output-file", pipe}} {
		if got := spcheck(t, server, []string{"SPCHECK_READER=environment"}, args...); got.code != fail.CodeUsage || !strings.Contains(got.stderr, pipe) {
			t.Errorf("%v: exit code %d\n%s", args, got.code, got.stderr)
		}
	}
	got := spcheck(t, server, []string{"SPCHECK_READER=environment", "GITHUB_STEP_SUMMARY=" + pipe}, "list-secrets", "--sp", "MailStoreSP", "-o", "github")
	if !strings.Contains(got.stderr, "summary could not be written") || !strings.Contains(got.stdout, "MailStoreSP") {
		t.Errorf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	if info, err := os.Lstat(pipe); err != nil || info.Mode().IsRegular() {
		t.Error("the pipe was replaced by a file")
	}
}

// interruptedOnce sends one SIGINT to a run that has standard input at hand from which
// nothing comes, once it waits. A run that goes on after it is killed and fails.
func interruptedOnce(t *testing.T, env []string, args ...string) (code int, output string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	file, err := os.CreateTemp(t.TempDir(), "output")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cmd := exec.Command(binary, args...)
	// Files, so that a program that outlives the run holds up no reader.
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, r, file, file
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	read := func() string {
		data, err := os.ReadFile(file.Name())
		return string(data) + fmt.Sprintln(err)
	}
	select {
	case <-ended:
		return cmd.ProcessState.ExitCode(), "it did not wait\n" + read()
	case <-time.After(3 * time.Second):
	}
	_ = cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		_ = cmd.Process.Kill()
		<-ended
		t.Error("it did not end")
	}
	if s, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && s.Signaled() && s.Signal() == syscall.SIGINT && len(read()) == len("<nil>\n") {
		return notBegun, ""
	}
	return cmd.ProcessState.ExitCode(), read()
}
