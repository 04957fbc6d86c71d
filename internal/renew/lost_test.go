package renew_test

import (
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail/failtest"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

func atAdd(kind string, times int) sandbox.Fault {
	return sandbox.Fault{At: fault.AtGraph, Kind: kind, Times: times, Path: "/addPassword", Method: "POST"}
}

// Whatever happens to the answer of the request, in the end there is one new secret, its
// value is in the target, and no secret is left whose value was lost.
func TestAnswersThatAreLost(t *testing.T) {
	t.Parallel()
	late := atAdd(fault.Late, 1)
	late.Delay = time.Minute
	throttled := atAdd(fault.Throttle, 2)
	throttled.RetryAfter = "0"
	concurrent := atAdd(fault.Unavailable, 1)
	for name, tc := range map[string]struct {
		fault  sandbox.Fault
		orphan int
	}{
		"503 after the change":         {atAdd(fault.Lost, 1), 1},
		"503 before the change":        {concurrent, 0},
		"cut off after the change":     {atAdd(fault.Cut, 1), 1},
		"reset before the change":      {atAdd(fault.Reset, 1), 0},
		"an empty answer":              {atAdd(fault.Empty, 1), 0},
		"a portal's page":              {atAdd(fault.Portal, 1), 0},
		"no answer after the change":   {late, 1},
		"broken JSON after the change": {atAdd(fault.InvalidJSON, 1), 1},
		"throttled twice":              {throttled, 0},
		"lost twice":                   {atAdd(fault.Lost, 2), 2},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			f.faults(tc.fault)
			req := f.request()
			req.Patience = 2 * time.Second
			req.Reached = func(p renew.Point) {
				if p == renew.AtIntent && len(f.fresh()) != 0 {
					t.Error("a secret is asked for while one stands whose value is lost")
				}
			}
			res := mustRun(t, req)
			fresh := f.fresh()
			if len(fresh) != 1 || f.held() != fresh[0].Secret || *res.Added.KeyID != fresh[0].KeyID {
				t.Errorf("%d new secrets stand", len(fresh))
			}
			if len(res.Removed) != tc.orphan {
				t.Errorf("%d lost secrets were removed and named, want %d", len(res.Removed), tc.orphan)
			}
			f.oldStands()
		})
	}
}

func TestRefusalsAreNotRepeated(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	refused := atAdd(fault.Unavailable, 0)
	refused.Status = 403
	f.faults(refused)
	_, err := run(t, f.request())
	if err == nil || !strings.Contains(err.What.String(), "nothing was changed") || f.pending() != nil {
		t.Errorf("error %v", err)
	}
}

func TestAlwaysLost(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.faults(atAdd(fault.Lost, 0))
	res, err := run(t, f.request())
	if err == nil || len(f.fresh()) != 0 || len(res.Removed) != 3 || f.pending() != nil {
		t.Errorf("error %v; %d secrets stand, %d were removed", err, len(f.fresh()), len(res.Removed))
	}
	f.oldStands()
}

// If Graph fails completely after the request, the run says what may exist, and the next
// one cleans up.
func TestNobodyKnowsAndTheNextRunCleansUp(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	req := f.request()
	req.Reached = func(p renew.Point) {
		if p == renew.AtIntent {
			f.faults(atAdd(fault.Lost, 0), sandbox.Fault{At: fault.AtGraph, Kind: fault.Unavailable, Status: 500, Method: "GET"})
		}
	}
	res, err := run(t, req)
	fresh := f.fresh()
	if err == nil || len(fresh) != 1 || res.Journal == nil || !strings.Contains(failtest.Text(err), fresh[0].DisplayName) {
		t.Fatalf("error %v; %d secrets stand; journal %v", err, len(fresh), res.Journal)
	}
	lost := fresh[0].KeyID
	f.faults()
	res = mustRun(t, f.request())
	if len(res.Removed) != 1 || *res.Removed[0].KeyID != lost || len(f.fresh()) != 1 || f.fresh()[0].KeyID == lost {
		t.Errorf("removed %v; %d secrets stand", res.Removed, len(f.fresh()))
	}
	f.oldStands()
}

// A request that seemed to have failed may still be carried out later.
func TestLateEffectIsSwept(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.faults(atAdd(fault.Reset, 1))
	req := f.request()
	req.Reached = func(p renew.Point) {
		if p == renew.AtStored {
			name := f.pending().Former[0]
			f.change(func(t *directory.Tenant) {
				app(t).AddPassword(time.Now(), directory.PasswordRequest{DisplayName: name})
			})
		}
	}
	res := mustRun(t, req)
	if len(f.fresh()) != 1 || len(res.Removed) != 1 || f.held() != f.fresh()[0].Secret {
		t.Errorf("%d secrets stand, %d were removed", len(f.fresh()), len(res.Removed))
	}
}

func TestVerifyDeadlineAndResume(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(t *directory.Tenant) { t.PropagationDelay = 1000 * time.Hour })
	writeOld(t, f)
	req := f.request()
	req.VerifyFor = 300 * time.Millisecond
	res, err := run(t, req)
	if err == nil || err.Code != 3 || !strings.Contains(failtest.Text(err), "--resume") {
		t.Fatalf("error %v", err)
	}
	if res.Added == nil || res.Journal == nil || res.Journal.Stage != "stored" || f.held() != f.fresh()[0].Secret {
		t.Errorf("journal %+v", res.Journal)
	}
	if len(f.backups()) != 1 {
		t.Error("the former value is given up before the new one is proven")
	}
	// A second renewal is refused, because it would only add more secrets.
	if _, err := run(t, f.request()); err == nil || len(f.fresh()) != 1 {
		t.Error("a second renewal began while the first is unfinished")
	}
	f.change(func(t *directory.Tenant) { t.PropagationDelay = 0 })
	resumed := f.request()
	resumed.Resume, resumed.Targets = true, nil
	res = mustRun(t, resumed)
	if res.Outcome != result.Renewed || f.pending() != nil || len(f.backups()) != 0 {
		t.Errorf("outcome %s; pending %v; backups %v", res.Outcome, f.pending(), f.backups())
	}
}

func TestRefusalForGood(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	req := f.request()
	req.Reached = func(p renew.Point) {
		if p == renew.AtStored {
			f.change(func(t *directory.Tenant) { principal(t).Enabled = false })
		}
	}
	res, err := run(t, req)
	if err == nil || err.Code != 2 || !strings.Contains(err.What.String(), "AADSTS7000112") || res.Verification.Attempts != 1 {
		t.Fatalf("error %v after %d sign-ins", err, res.Verification.Attempts)
	}
	if len(f.fresh()) != 1 || f.pending() == nil {
		t.Error("the new secret or the journal is gone")
	}
}

func TestNothingToResume(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	req := f.request()
	req.Resume, req.Targets = true, nil
	if res := mustRun(t, req); res.Outcome != result.NothingToResume {
		t.Errorf("outcome %s", res.Outcome)
	}
}

func (f *fixture) backups() []string { return glob(f.t, f.path()+".bak-*") }
