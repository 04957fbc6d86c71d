package renew_test

import (
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/fail/failtest"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
)

// If two hosts renew into one place at the same time, at most one of them succeeds.
func TestTwoHostsWithOneTarget(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	req := f.request()
	req.Reached = func(p renew.Point) {
		if p != renew.AtVerified {
			return
		}
		other := f.request()
		other.Common = f.elsewhere()
		if res := mustRun(t, other); res.Outcome != result.Renewed {
			t.Errorf("the other host: %s", res.Outcome)
		}
	}
	res, err := run(t, req)
	if err == nil || err.Code != 3 || !strings.Contains(err.What.String(), "a different value") || res.Outcome != result.Stopped {
		t.Fatalf("both hosts succeed: %v", err)
	}
	// The next run names the secret that is in no target, and keeps the other one.
	if res := mustRun(t, f.nightly()); res.Outcome != result.NotNeeded || !strings.Contains(textsOf(res.Notes), "earlier run was kept") || f.pending() != nil {
		t.Errorf("the night after: %s %q", res.Outcome, textsOf(res.Notes))
	}
}

// If a target has read the value and then failed, the product may read it there. The secret
// stays valid.
func TestSecretOfAHalfStoredTargetStays(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	d := f.deps()
	d.Environ = os.Environ()
	if runtime.GOOS == "windows" {
		t.Skip("sh is needed")
	}
	for command, stays := range map[string]bool{"cat >/dev/null; exit 3": true, "exit 3": false} {
		to, err := target.Parse(`command:["sh", "-c", "`+command+`"]`, d)
		if err != nil {
			t.Fatal(err)
		}
		req := f.request()
		req.Common, req.Targets = f.elsewhere(), []target.Target{to}
		before := len(f.fresh())
		_, runErr := run(t, req)
		if runErr == nil || (len(f.fresh()) > before) != stays {
			t.Errorf("%s: %d new secrets, error %v", command, len(f.fresh())-before, runErr)
		}
	}
}

// Either all targets have the new value, or those that got it have the previous content
// again.
func TestSeveralTargets(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		second func(f *fixture) target.Target
		fresh  int
		first  string // the final content of the first target; empty is the new value
	}{
		"both store":             {func(f *fixture) target.Target { return f.target("file:" + f.path() + "-2") }, 1, ""},
		"the second fails":       {func(f *fixture) target.Target { return broken{f.target("file:" + f.path() + "-2")} }, 0, "the-old-value"},
		"the second may have it": {func(f *fixture) target.Target { return stuck{broken{f.target("file:" + f.path() + "-2")}} }, 1, "the-old-value"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			writeOld(t, f)
			req := f.request()
			req.Targets = append(req.Targets, tc.second(f))
			res, err := run(t, req)
			if len(f.fresh()) != tc.fresh || (err == nil) != (tc.first == "") {
				t.Fatalf("%d new secrets, error %v", len(f.fresh()), err)
			}
			want := tc.first
			if want == "" {
				want = f.fresh()[0].Secret
				if second, _ := os.ReadFile(f.path() + "-2"); string(second) != want {
					t.Error("the second target does not hold the value")
				}
			}
			if f.held() != want || len(f.backups()) != 0 {
				t.Errorf("the first target holds the wrong value; backups %v", f.backups())
			}
			if tc.fresh == 1 && err != nil && (f.pending() == nil || !strings.Contains(textsOf(res.Notes), f.path()+"-2 may contain") || f.pending().Targets() != "file:"+f.path()+"-2") {
				t.Errorf("the half-stored target is not named: %q", textsOf(res.Notes))
			}
		})
	}
}

// A run into several targets that was killed is only proven if all of them have the value.
func TestResumeWithOneOfTwoTargetsStored(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	writeOld(t, f)
	second := f.path() + "-2"
	if err := os.WriteFile(second, []byte("another-old-value"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	req := f.request()
	req.Targets = append(req.Targets, f.target("file:"+second))
	storing := 0
	req.Reached = func(p renew.Point) {
		if p == renew.AtStoring {
			if storing++; storing == 2 {
				panic("killed")
			}
		}
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = renew.Run(ctx, req)
	}()
	if held, _ := os.ReadFile(second); f.held() != f.fresh()[0].Secret || string(held) != "another-old-value" {
		t.Fatal("the run was not stopped between the targets")
	}
	next := f.request()
	next.Resume, next.Targets = true, nil
	if res := mustRun(t, next); res.Outcome != result.Renewed || len(f.fresh()) != 1 {
		t.Errorf("outcome %s", res.Outcome)
	}
	if held, _ := os.ReadFile(second); string(held) != f.fresh()[0].Secret {
		t.Error("the second target was not completed")
	}
}

// A target that was overwritten no longer has the value. A value that was never stored is
// lost. One that was stored and overwritten is named.
func TestResumeOfATargetThatHoldsAnotherValue(t *testing.T) {
	t.Parallel()
	for point, left := range map[renew.Point]int{renew.AtStoring: 0, renew.AtStored: 1} {
		t.Run(string(point), func(t *testing.T) {
			f := newFixture(t)
			f.kill(point)
			writeOld(t, f)
			req := f.request()
			req.Resume, req.Targets = true, nil
			res, err := run(t, req)
			if len(f.fresh()) != left || f.pending() != nil || f.held() != "the-old-value" {
				t.Errorf("%d new secrets, outcome %s", len(f.fresh()), res.Outcome)
			}
			if left == 1 && (err == nil || !strings.Contains(failtest.Text(err), f.fresh()[0].KeyID)) {
				t.Errorf("error %v", err)
			}
			if res := mustRun(t, f.request()); res.Outcome != result.Renewed {
				t.Errorf("the next run: %s", res.Outcome)
			}
		})
	}
}
