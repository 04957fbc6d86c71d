package renew_test

import (
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

// lagging makes Graph hide new secrets for a while.
func lagging(d time.Duration) func(*directory.Tenant) {
	return func(t *directory.Tenant) { t.ListDelay = d }
}

// A secret whose request was lost may appear after the search for it has ended. The journal
// keeps its name, and the next renewal removes it.
func TestLostSecretThatShowsUpLate(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]int{"then one that works": 1, "and nothing else": 0} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, lagging(10*time.Minute))
			f.faults(atAdd(fault.Lost, lost))
			res, _ := run(t, f.request())
			e := f.pending()
			if e == nil || !e.Stage.ValueLost() || res.Journal == nil || !strings.Contains(textsOf(res.Notes), e.Name) {
				t.Fatalf("nobody knows of the lost secret; notes %q", textsOf(res.Notes))
			}
			if renewed := res.Outcome == result.Renewed; renewed != (lost == 1) || !renewed && strings.Contains(res.Error.Message.String(), "nothing was changed") {
				t.Errorf("outcome %s, error %+v", res.Outcome, res.Error)
			}
			keep := f.held()
			f.faults()
			f.change(lagging(0))
			res = mustRun(t, f.request())
			for _, p := range f.fresh() {
				if p.Secret != keep && p.Secret != f.held() {
					t.Errorf("the secret %s stands, and nobody has its value", p.KeyID)
				}
			}
			if f.pending() != nil || len(res.Removed) == 0 {
				t.Errorf("pending %+v, removed %d", f.pending(), len(res.Removed))
			}
			f.oldStands()
		})
	}
}

// A secret that was taken back is removed, although the first replica does not list it yet.
func TestTakenBackFromReplicasThatLag(t *testing.T) {
	t.Parallel()
	f := newFixture(t, lagging(5*time.Second))
	req := f.request()
	req.Targets = []target.Target{broken{f.target("file:" + f.path())}}
	res, err := run(t, req)
	if err == nil || len(f.fresh()) != 0 || len(res.Removed) != 1 || f.pending() != nil {
		t.Errorf("%d new secrets stand, pending %+v", len(f.fresh()), f.pending())
	}
}

// If it cannot be removed, the next run knows that its value is lost.
func TestSecretThatCannotBeTakenBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t, lagging(time.Hour))
	req := f.request()
	req.Targets = []target.Target{broken{f.target("file:" + f.path())}}
	_, err := run(t, req)
	if err == nil || !strings.Contains(err.What.String(), f.fresh()[0].KeyID) || f.pending() == nil || !f.pending().Stage.ValueLost() {
		t.Fatalf("error %v; pending %+v", err, f.pending())
	}
	f.change(lagging(0))
	if res := mustRun(t, f.request()); len(res.Removed) != 1 || len(f.fresh()) != 1 {
		t.Errorf("%d new secrets stand", len(f.fresh()))
	}
}

// A resumed run does not take a secret for removed because a replica does not list it yet.
func TestResumeWhileReplicasLag(t *testing.T) {
	t.Parallel()
	for name, lag := range map[string]time.Duration{"for a moment": 5 * time.Second, "for long": time.Hour} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, lagging(lag))
			f.kill(renew.AtStored)
			req := f.request()
			req.Resume, req.Targets = true, nil
			res, err := run(t, req)
			if short := lag < time.Minute; short != (res.Outcome == result.Renewed) || !short && (err == nil || f.pending() == nil) {
				t.Errorf("outcome %s, error %v, pending %+v", res.Outcome, err, f.pending())
			}
		})
	}
}

// A secret that the last read has listed is never reported as removed, whatever Graph
// answered.
func TestRemovalThatIsNeverConfirmed(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.faults(sandbox.Fault{At: fault.AtGraph, Kind: fault.Unavailable, Status: 409, Times: 2, Path: "/removePassword"})
	if res, err := remove(t, renew.RemoveRequest{Common: f.common(), Expired: true, Yes: true}); err != nil || res.Secrets[0].Outcome != "removed" || len(f.passwords("application")) != 1 {
		t.Errorf("after two conflicts: %v", err)
	}
}

func textsOf(list []msg.Text) string {
	var out []string
	for _, t := range list {
		out = append(out, t.String())
	}
	return strings.Join(out, "\n")
}
