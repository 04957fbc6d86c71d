package renew_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// nightly is an unattended run with --if-expiring-within.
func (f *fixture) nightly() renew.Request {
	req := f.request()
	within := 3 * 24 * time.Hour // the scenario's secret lasts a week
	req.IfExpiringWithin = &within
	return req
}

func (f *fixture) secretOf(name string) string {
	for _, p := range f.passwords("application") {
		if p.DisplayName == name {
			return p.Secret
		}
	}
	return ""
}

// A renewal depends on the secret in the target. That another one is valid does not help
// the product.
func TestDueByWhatTheTargetHolds(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		held func(f *fixture) string
		due  bool
	}{
		"the valid one":              {func(f *fixture) string { return f.secretOf("archive 2025") }, false},
		"one that has ended":         {func(f *fixture) string { return f.secretOf("archive 2024") }, true},
		"the secret of another app":  {func(*fixture) string { return "zzz8Q~of-something-else" }, true},
		"one of several of its hint": {func(f *fixture) string { return f.secretOf("archive 2025")[:3] + "-whatever" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			if err := os.WriteFile(f.path(), []byte(tc.held(f)), 0o600); err != nil {
				t.Fatal(err)
			}
			res := mustRun(t, f.nightly())
			if (res.Outcome == result.Renewed) != tc.due || (len(f.fresh()) == 1) != tc.due {
				t.Errorf("outcome %s", res.Outcome)
			}
		})
	}
}

// It is not known whether the product reads an empty target. Its name may be mistyped, so
// the run must fail.
func TestTargetThatHoldsNothing(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]*string{"absent": nil, "empty": new(string), "too little": new("zz")} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			if content != nil {
				if err := os.WriteFile(f.path(), []byte(*content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := run(t, f.nightly()); err == nil || err.Code != 64 || !strings.Contains(err.What.String(), f.path()) || len(f.fresh()) != 0 {
				t.Errorf("error %v; %d secrets were added", err, len(f.fresh()))
			}
		})
	}
}

// A secret that an interrupted run added and lost does not prevent a renewal, however long
// it is valid.
func TestLostSecretDoesNotCount(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(t *directory.Tenant) {
		soon := time.Now().Add(24 * time.Hour)
		app(t).Passwords[0].End = &soon
	})
	f.kill(renew.AtNoted)
	lost := f.fresh()[0].KeyID
	if res := mustRun(t, f.nightly()); res.Outcome != result.Renewed || len(f.fresh()) != 1 || f.fresh()[0].KeyID == lost {
		t.Errorf("outcome %s, %d new secrets", res.Outcome, len(f.fresh()))
	}
}

// An unattended run proves what the previous one could not, and adds no other secret.
func TestNightlyJobGoesOn(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.kill(renew.AtStored)
	if res := mustRun(t, f.nightly()); res.Outcome != result.Renewed || len(f.fresh()) != 1 || f.pending() != nil {
		t.Errorf("outcome %s, %d new secrets, pending %+v", res.Outcome, len(f.fresh()), f.pending())
	}
	if res := mustRun(t, f.nightly()); res.Outcome != result.NotNeeded {
		t.Errorf("the night after: %s", res.Outcome)
	}
}

// A secret that was added a moment ago starts by the service's clock, which may be a little
// ahead. It does not cause another renewal.
func TestSecretOfAMomentAgoIsNotDue(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	mustRun(t, f.request())
	f.change(func(t *directory.Tenant) {
		soon := time.Now().Add(2 * time.Second)
		for i := range app(t).Passwords {
			if p := &app(t).Passwords[i]; !p.Added.IsZero() {
				p.Start = &soon
			}
		}
	})
	if res := mustRun(t, f.nightly()); res.Outcome != result.NotNeeded || len(f.fresh()) != 1 {
		t.Errorf("outcome %s, %d new secrets", res.Outcome, len(f.fresh()))
	}
}
