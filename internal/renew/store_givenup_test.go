package renew_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// givenUp is a target that gets the value, says that it failed, and cannot be restored.
type givenUp struct{ target.Target }

func (givenUp) Check(context.Context) error { return nil }
func (g givenUp) Store(ctx context.Context, s target.Secret) error {
	_ = g.Target.Store(ctx, s)
	return errors.New("failed after reading the value")
}
func (givenUp) Undo(context.Context) error { return errors.New("no answer") }

// A secret stays while a target that was given up for another one may contain its value,
// also in the eyes of the next run.
func TestTargetThatWasGivenUpIsRemembered(t *testing.T) {
	t.Parallel()
	for _, nightly := range []bool{false, true} {
		f := newFixture(t)
		writeOld(t, f)
		first := filepath.Join(f.dir, "first")
		req := f.request()
		req.Targets = []target.Target{givenUp{f.target("file:" + first)}}
		req.Dialog = &person{targets: []target.Target{broken{f.target("file:" + f.path())}}}
		if _, err := run(t, req); err == nil || len(f.fresh()) != 1 || f.pending() == nil {
			t.Fatalf("the first run: %v, %d new secrets", err, len(f.fresh()))
		}
		if held, _ := os.ReadFile(first); string(held) != f.fresh()[0].Secret {
			t.Fatal("the target that was given up does not contain the value")
		}
		if says := f.pending().Summary().String(); !strings.Contains(says, first) {
			t.Errorf("the journal does not name the target that was given up: %s", says)
		}
		again := f.nightly()
		if !nightly {
			again = f.request()
			again.Targets, again.Resume = nil, true
		}
		lost := f.fresh()[0].KeyID
		res, err := run(t, again)
		stands := slices.ContainsFunc(f.fresh(), func(p directory.Password) bool { return p.KeyID == lost })
		if len(res.Removed) != 0 || !stands {
			t.Errorf("nightly %v: the secret was removed although a target may contain it (%v)", nightly, err)
		}
		if nightly && !strings.Contains(textsOf(res.Notes), first) || !nightly && f.pending() == nil {
			t.Errorf("nightly %v: pending %v, notes %s", nightly, f.pending(), textsOf(res.Notes))
		}
	}
}

// A run that is killed while it stores the value in the next target remembers it as well.
func TestGivenUpTargetAfterAKill(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	req := f.request()
	req.Targets = []target.Target{givenUp{f.target("file:" + filepath.Join(f.dir, "first"))}}
	req.Dialog = &person{targets: []target.Target{f.target("file:" + f.path())}}
	killWhen(req, renew.AtStoring, 2)
	writeOld(t, f)
	if res, err := run(t, f.nightly()); err != nil || len(res.Removed) != 0 || len(f.fresh()) == 0 {
		t.Errorf("error %v; %d were removed", err, len(res.Removed))
	}
}

// A resumed run that finds the value in the other target still says where else it may be.
func TestGivenUpTargetIsNamedInTheEnd(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := filepath.Join(f.dir, "first")
	req := f.request()
	req.Targets = []target.Target{givenUp{f.target("file:" + first)}}
	req.Dialog = &person{targets: []target.Target{f.target("file:" + f.path())}}
	killWhen(req, renew.AtStored, 1)
	again := f.request()
	again.Targets, again.Resume = nil, true
	if res := mustRun(t, again); res.Outcome != result.Renewed || !strings.Contains(textsOf(res.Notes), first+" may contain the new value") {
		t.Errorf("outcome %s; notes %q", res.Outcome, textsOf(res.Notes))
	}
}
