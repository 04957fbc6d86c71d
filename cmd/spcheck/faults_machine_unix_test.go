//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

// A report that could not be written is a failure: a pipeline that reads half a
// report must not continue as if all were well.
func TestOutputThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here")
	}
	defer full.Close()
	server := serve(t, "healthy-with-leftovers")
	for _, args := range [][]string{
		{"diagnose"}, {"diagnose", "-o", "json"}, {"list-secrets", "--sp", "Archive Sync"}, {"list-secrets", "--sp", "Archive Sync", "-o", "csv"},
		{"scan"}, {"scan", "-o", "json"}, {"scan", "-o", "ndjson"}, {"config", "show"}, {"explain", "7000222"}, {"version"},
	} {
		cmd := exec.Command(binary, args...)
		cmd.Env = environOf(t, server, nil)
		var errOut bytes.Buffer
		cmd.Stdout, cmd.Stderr = full, &errOut
		_ = cmd.Run() // the exit code tells
		if code := cmd.ProcessState.ExitCode(); code != 3 && code != 64 {
			t.Errorf("%v: exit code %d on a full disk\n%s", args, code, errOut.String())
		}
	}
}

// limitedTo runs the program where no file may grow beyond some blocks of 512
// bytes, as on a full disk.
func limitedTo(t *testing.T, server *sandbox.Server, home string, blocks string, args ...string) ran {
	t.Helper()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh here")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, shell, append([]string{"-c", "trap '' XFSZ; ulimit -f " + blocks + `; exec "$@"`, "sh", binary}, args...)...)
	cmd.Env = append(environOf(t, server, nil), "HOME="+home, "XDG_STATE_HOME="+filepath.Join(home, "state"))
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	_ = cmd.Run()
	return ran{cmd.ProcessState.ExitCode(), out.String(), errOut.String()}
}

// Where nothing can be written, a renewal stops before it adds a secret: one that
// was added and cannot be kept is lost.
func TestRenewalOnAFullDisk(t *testing.T) {
	t.Parallel()
	server := serve(t, "renewal")
	home := t.TempDir()
	got := limitedTo(t, server, home, "0", "renew-secret", "--sp", "Invoice Archive", "--to", "file:"+filepath.Join(home, "secret"), "-o", "json")
	if got.code == 0 {
		t.Errorf("exit code 0\n%s", got.stderr)
	}
	if n := secretsOn(t, server, "Invoice Archive"); n != 2 {
		t.Errorf("%d secrets, want the two from before\n%s", n, got.stderr)
	}
}

// A home in which nothing can be made: below a file, which stops root as well.
func TestHomeThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	server := serve(t, "renewal")
	home := filepath.Join(t.TempDir(), "home")
	putFile(t, home, "")
	env := []string{"HOME=" + home, "XDG_STATE_HOME=" + filepath.Join(home, "state"), "XDG_CONFIG_HOME=" + t.TempDir()}
	if got := spcheck(t, server, env, "diagnose"); got.code != 1 {
		t.Errorf("diagnose: exit code %d\n%s", got.code, got.stderr)
	}
	got := spcheck(t, server, env, "renew-secret", "--sp", "Invoice Archive", "--to", "file:"+filepath.Join(t.TempDir(), "secret"))
	if got.code == 0 || secretsOn(t, server, "Invoice Archive") != 2 {
		t.Errorf("renew-secret: exit code %d\n%s", got.code, got.stderr)
	}
}

// secretsOn counts the secrets of an application in the sandbox.
func secretsOn(t *testing.T, server *sandbox.Server, name string) int {
	t.Helper()
	got := spcheck(t, server, nil, "list-secrets", "--sp", name, "--reader", "environment", "-o", "json")
	var l result.SecretList
	if err := json.Unmarshal([]byte(got.stdout), &l); err != nil {
		t.Fatal(err)
	}
	return len(l.Credentials)
}

// TestSignalsAtEveryStep interrupts runs after ever more requests: they end soon,
// with the code of an interrupt or their own, and never with a panic.
func TestSignalsAtEveryStep(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it waits at every step")
	}
	var runs int64
	t.Run("steps", func(t *testing.T) {
		for _, args := range [][]string{
			{"diagnose", "--reader", "environment", "-o", "json"},
			{"list-secrets", "--sp", "Archive Sync", "-o", "json"},
			{"scan", "--reader", "environment", "-o", "json"},
		} {
			for step := range 6 {
				for i, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
					if !thorough() && (step+i)%2 != 0 {
						continue
					}
					runs++
					t.Run(fmt.Sprint(args[0], step, s), func(t *testing.T) {
						t.Parallel()
						interruptAt(t, step, s, args)
					})
				}
			}
		}
	})
	figure(t, "Runs interrupted by a signal", runs)
}

// TestSignalsAtEveryStepOfARenewal interrupts renewals: whatever was added is in
// the target, or named by the report or the journal, and the old secret still exists.
func TestSignalsAtEveryStepOfARenewal(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it waits at every step")
	}
	var runs int64
	t.Run("steps", func(t *testing.T) {
		for step := range 24 {
			if !thorough() && step%4 != 3 {
				continue
			}
			runs++
			t.Run(fmt.Sprint(step), func(t *testing.T) {
				t.Parallel()
				r := serveRenewal(t)
				args := []string{"renew-secret", "--verify-timeout", "5s", "-o", "json", "--to", "file:" + r.path()}
				got := cutShort(t, r.server, step, os.Interrupt, r.env(), args)
				name := r.server.World().Tenants[0].Applications[0].DisplayName
				added := holdNothingLost(t, r.server, name, r.path(), filepath.Join(r.home, "state"), got)
				if got.code == 0 && added != 1 {
					t.Errorf("exit code 0 with %d secrets\n%s", added, got.stdout)
				}
			})
		}
	})
	figure(t, "Renewals interrupted by a signal", runs)
}

// interruptAt interrupts a run that only reads.
func interruptAt(t *testing.T, step int, s os.Signal, args []string) {
	t.Helper()
	got := cutShort(t, serve(t, "healthy-with-leftovers"), step, s, nil, args)
	if !slices.Contains([]int{0, 130}, got.code) {
		t.Errorf("%v, %v at step %d: exit code %d\n%s", args, s, step, got.code, got.stderr)
	}
}

// cutShort lets some requests pass, holds the next one, and sends the signal then.
func cutShort(t *testing.T, server *sandbox.Server, step int, s os.Signal, env, args []string) ran {
	t.Helper()
	if err := server.SetFaults(sandbox.Fault{At: fault.AtAll, Kind: fault.Latency, Skip: step, Times: 1, Delay: 20 * time.Second}); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, server, frontOptions{})
	cmd := exec.Command(binary, args...)
	cmd.Env = append(sandbox.Merge(plainEnv(t), f.env()), env...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for range 500 {
		if f.count() > step || len(ended) > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	_ = cmd.Process.Signal(s) // it may have ended by itself
	select {
	case <-ended:
	case <-time.After(40 * time.Second):
		_ = cmd.Process.Kill()
		t.Fatalf("%v does not end by %v at step %d", args, s, step)
	}
	got := ran{cmd.ProcessState.ExitCode(), out.String(), errOut.String()}
	if strings.Contains(got.stderr, "goroutine ") || got.code == 130 && out.Len() > 0 && !json.Valid(out.Bytes()) {
		t.Errorf("%v, %v at step %d: half a report, or a panic\n%s%s", args, s, step, got.stdout, got.stderr)
	}
	return got
}
