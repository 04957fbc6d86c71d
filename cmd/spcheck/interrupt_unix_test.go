//go:build unix

package main

import (
	"bytes"
	"math/rand/v2"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/sandbox"
)

// notBegun is the code of a program that a busy machine had not brought to its first
// line when the signal came, so that the system ended it.
const notBegun = -2

// signalled starts the program, sends a signal after a while, and returns how it
// ended. That it ends is the point: the test's own patience is far longer than a
// person's.
func signalled(t *testing.T, env []string, s syscall.Signal, after time.Duration, args ...string) (code int, output string) {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env = append(plainEnv(t), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-ended:
		return cmd.ProcessState.ExitCode(), out.String()
	case <-time.After(after):
	}
	_ = cmd.Process.Signal(s)
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		_ = cmd.Process.Kill()
		<-ended
		t.Errorf("spcheck %s did not end after %v\n%s", strings.Join(args, " "), s, out.String())
	}
	if w, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && w.Signaled() && w.Signal() == s && out.Len() == 0 {
		return notBegun, ""
	}
	return cmd.ProcessState.ExitCode(), out.String()
}

// A named pipe that nobody writes to holds whoever opens it, and no context ends
// that.
func TestASignalEndsWaitsThatNothingElseEnds(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if signal.Ignored(s) {
			continue // as nohup has it, which the program keeps to
		}
		for _, args := range [][]string{{"explain", "--file", pipe}, {"render", pipe}} {
			if code, out := signalled(t, nil, s, 500*time.Millisecond, args...); code != fail.CodeInterrupted && code != notBegun && !strings.Contains(out, "not a file") {
				t.Errorf("spcheck %s: exit code %d after %v\n%s", strings.Join(args, " "), code, s, out)
			}
		}
	}
}

// At whatever moment the signal comes, the run ends, by its own code or as
// interrupted.
func TestASignalEndsEveryCommandAtAnyTime(t *testing.T) {
	t.Parallel()
	env := sandbox.Merge(nil, serve(t, "expired-secret", "latency=300ms").Env())
	random, begun := rand.New(rand.NewPCG(7, 11)), false
	for range 12 {
		for _, args := range [][]string{{"diagnose"}, {"list-secrets", "--sp", "MailStoreSP"}, {"scan"}} {
			after := 100*time.Millisecond + time.Duration(random.IntN(1500))*time.Millisecond
			code, out := signalled(t, env, syscall.SIGINT, after, args...)
			if begun = begun || code != notBegun; code == -1 || strings.Contains(out, "panic") {
				t.Errorf("spcheck %s, interrupted after %v: exit code %d\n%s", args[0], after, code, out)
			}
		}
	}
	if !begun {
		t.Error("no run had begun when its signal came: nothing was shown")
	}
}
