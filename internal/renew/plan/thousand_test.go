package plan_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/renew/plan"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(killedFile); path != "" {
		os.Exit(applied(path))
	}
	os.Exit(m.Run())
}

func applied(path string) int {
	o, err := options(os.LookupEnv)
	if err == nil {
		o.File, o.Chosen, err = plan.Open(path, o.Deps)
	}
	if err != nil {
		return 64
	}
	if _, err := plan.Run(context.Background(), o); err != nil {
		return 65
	}
	return 0
}

// applications is the number of applications in TestThousandApplications.
func applications(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("SPCHECK_TEST_APPLICATIONS")); err == nil {
		return n
	}
	if testing.Short() {
		return 30
	}
	return 1000
}

// A thousand applications, some of which disappear, with lost answers and killed runs: no
// value is lost, every secret that is left over is named, and nothing that works is
// removed.
func TestThousandApplications(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a process is killed there in another way")
	}
	n := applications(t)
	w := newTenant(t, n)
	path := w.file(n, "")
	gone := map[int]bool{}
	w.change(func(t *directory.Tenant) {
		for i := 0; i < n; i += max(n/10, 3) {
			gone[i] = true
			key := strconv.Itoa(i)
			for j, a := range t.Applications {
				if a.ID == directory.StableID("app "+key) {
					t.Applications = append(t.Applications[:j], t.Applications[j+1:]...)
					break
				}
			}
			for j, sp := range t.ServicePrincipals {
				if sp.ID == directory.StableID("sp "+key) {
					t.ServicePrincipals = append(t.ServicePrincipals[:j], t.ServicePrincipals[j+1:]...)
					break
				}
			}
		}
	})
	faults := func() {
		var list []sandbox.Fault
		for i, kind := range []string{fault.Lost, fault.Reset, fault.Cut, fault.Unavailable, fault.InvalidJSON} {
			list = append(list, sandbox.Fault{At: fault.AtGraph, Kind: kind, Skip: 2 + 5*i, Times: max(n/100, 1), Path: "/addPassword", Method: "POST"})
		}
		if err := w.server.SetFaults(list...); err != nil {
			t.Fatal(err)
		}
	}
	for kill := range 5 {
		faults()
		w.killed(path, (kill+1)*n/7)
	}
	faults()
	w.apply(path, nil)
	if err := w.server.SetFaults(); err != nil {
		t.Fatal(err)
	}
	b := w.apply(path, nil)
	if b.Totals.Failed != len(gone) || b.Totals.NotDue+b.Totals.Renewed != n-len(gone) {
		t.Errorf("in the end: %+v, %d had vanished", b.Totals, len(gone))
	}
	for i := range n {
		if !gone[i] {
			w.renewed(i, 1)
		}
	}
}

// killed applies in another process, which is killed once it and those before it have added
// this many secrets.
func (w *tenant) killed(path string, secrets int) {
	w.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{killedFile + "=" + path}
	for name, value := range w.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- cmd.Wait() }()
	for {
		var exit *exec.ExitError
		select {
		case err := <-ended:
			if err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 0) {
				w.t.Fatalf("the run failed: %v", err)
			}
			return
		case <-time.After(5 * time.Millisecond):
			if w.added() >= secrets {
				_ = cmd.Process.Kill()
			}
		}
	}
}

// added counts the applications that have a new secret.
func (w *tenant) added() (n int) {
	w.change(func(t *directory.Tenant) {
		for _, a := range t.Applications {
			if len(a.Passwords) > 1 {
				n++
			}
		}
	})
	return n
}
