package renew_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail/failtest"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
)

// broken is a target that passes its check and then fails to store.
type broken struct{ target.Target }

func (broken) Check(context.Context) error                { return nil }
func (broken) Store(context.Context, target.Secret) error { return errors.New("no room") }

// person answers questions.
type person struct {
	targets []target.Target
	agrees  bool
	asked   []string
	details []string
}

func (p *person) Another(_ context.Context, problem msg.Text) target.Target {
	p.asked = append(p.asked, problem.String())
	if len(p.targets) == 0 {
		return nil
	}
	next := p.targets[0]
	p.targets = p.targets[1:]
	return next
}

func (p *person) Confirm(_ context.Context, question msg.Text, details ...msg.Text) bool {
	p.asked = append(p.asked, question.String())
	for _, t := range details {
		p.details = append(p.details, t.String())
	}
	return p.agrees
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	list, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func writeOld(t *testing.T, f *fixture) {
	t.Helper()
	if err := os.WriteFile(f.path(), []byte("the-old-value"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestStoringFails(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		dialog func(f *fixture) *person
		stored bool
	}{
		"nobody is there":            {nil, false},
		"the person refuses":         {func(*fixture) *person { return &person{} }, false},
		"the person names another":   {func(f *fixture) *person { return &person{targets: []target.Target{f.target("file:" + f.path())}} }, true},
		"the second one fails again": {func(f *fixture) *person { return &person{targets: []target.Target{broken{f.target("file:x")}}} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			req := f.request()
			req.Targets = []target.Target{broken{f.target("file:" + filepath.Join(f.dir, "broken"))}}
			if tc.dialog != nil {
				req.Dialog = tc.dialog(f)
			}
			res, err := run(t, req)
			if tc.stored {
				if err != nil || f.held() != f.fresh()[0].Secret || *res.StoredIn != "file:"+f.path() {
					t.Errorf("error %v; stored in %v", err, res.StoredIn)
				}
				return
			}
			if err == nil || len(f.fresh()) != 0 || len(res.Removed) != 1 || f.pending() != nil || res.Added != nil {
				t.Errorf("error %v; %d secrets stand, %d removed", err, len(f.fresh()), len(res.Removed))
			}
			f.oldStands()
		})
	}
}

// stuck is a target that cannot be read.
type stuck struct{ broken }

func (stuck) Undo(context.Context) error {
	return errors.New("no answer")
}

// A secret is kept if a product may already have read its value.
func TestHalfStoredSecretStays(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	req := f.request()
	req.Targets = []target.Target{stuck{broken{f.target("file:" + f.path())}}}
	res, err := run(t, req)
	if err == nil || len(f.fresh()) != 1 || len(res.Removed) != 0 || res.Added == nil || f.pending() == nil || f.pending().Stage.ValueLost() {
		t.Fatalf("error %v; %d new secrets, pending %+v", err, len(f.fresh()), f.pending())
	}
	if hints := failtest.Text(err); !strings.Contains(hints, f.fresh()[0].KeyID) || !strings.Contains(hints, "--resume") {
		t.Errorf("hints %q", hints)
	}
	f.oldStands()
}

// interruptAt cancels the context at a point, as Ctrl-C does.
func interruptAt(point renew.Point) (context.Context, func(renew.Point)) {
	ctx, cancel := context.WithCancel(context.Background())
	return ctx, func(p renew.Point) {
		if p == point {
			cancel()
		}
	}
}

func TestInterruptedAtEveryPoint(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		point renew.Point
		// undone means that nothing was changed, proven that everything worked.
		undone, proven bool
	}{
		{renew.AtIntent, true, false},
		{renew.AtAdded, true, false},
		{renew.AtNoted, true, false},
		{renew.AtStoring, false, false},
		{renew.AtStored, false, false},
		{renew.AtProving, false, false},
		{renew.AtVerified, false, true},
		{renew.AtClosed, false, true},
	} {
		t.Run(string(tc.point), func(t *testing.T) {
			f := newFixture(t)
			writeOld(t, f)
			req := f.request()
			ctx, reached := interruptAt(tc.point)
			req.Reached = reached
			_, err := runIn(t, ctx, req)
			f.oldStands()
			switch {
			case tc.proven:
				if err != nil || f.pending() != nil || f.held() != f.fresh()[0].Secret {
					t.Errorf("error %v", err)
				}
			case err == nil || err.Code != 130:
				t.Fatalf("error %v, want exit code 130", err)
			case tc.undone:
				if len(f.fresh()) != 0 || f.pending() != nil || f.held() != "the-old-value" {
					t.Errorf("%d secrets stand; the target holds a new value: %v", len(f.fresh()), f.held() != "the-old-value")
				}
			default:
				if f.held() != f.fresh()[0].Secret || len(f.backups()) != 1 {
					t.Error("the value or the backup is lost")
				}
				resumed := f.request()
				resumed.Resume, resumed.Targets = true, nil
				if res := mustRun(t, resumed); res.Outcome != result.Renewed || len(f.fresh()) != 1 {
					t.Errorf("resumed: %s", res.Outcome)
				}
			}
		})
	}
}

// A value that a program got cannot be read back. The run says what exists, and only a
// person can decide.
func TestResumeOfAnUnreadableTarget(t *testing.T) {
	t.Parallel()
	interrupted := func(t *testing.T) *fixture {
		f := newFixture(t)
		req := f.request()
		req.Targets = []target.Target{f.target("command:sh -c 'cat >/dev/null'")}
		ctx, reached := interruptAt(renew.AtStored)
		req.Reached = reached
		if _, err := runIn(t, ctx, req); err == nil {
			t.Fatal("it was not interrupted")
		}
		return f
	}
	resume := func(f *fixture) renew.Request {
		req := f.request()
		req.Resume, req.Targets = true, nil
		return req
	}
	t.Run("nobody is there", func(t *testing.T) {
		f := interrupted(t)
		_, err := run(t, resume(f))
		if err == nil || !strings.Contains(failtest.Text(err), "--key-id "+f.fresh()[0].KeyID) || f.pending() == nil {
			t.Errorf("error %v", err)
		}
	})
	t.Run("the person says that nobody has it", func(t *testing.T) {
		f := interrupted(t)
		req := resume(f)
		req.Dialog = &person{agrees: true}
		if res := mustRun(t, req); res.Outcome != result.CleanedUp || len(f.fresh()) != 0 || f.pending() != nil {
			t.Errorf("outcome %s", res.Outcome)
		}
		f.oldStands()
	})
	t.Run("the value is configured by now", func(t *testing.T) {
		f := interrupted(t)
		value := f.fresh()[0].Secret
		env := f.env
		f.env = func(name string) (string, bool) {
			if name == "AZURE_CLIENT_SECRET" {
				return value, true
			}
			return env(name)
		}
		f.input = inputFrom(t, f.env, config.Flags{})
		if res := mustRun(t, resume(f)); res.Outcome != result.Renewed || f.pending() != nil {
			t.Errorf("outcome %s", res.Outcome)
		}
	})
	t.Run("somebody removed it", func(t *testing.T) {
		f := interrupted(t)
		rr := renew.RemoveRequest{Common: f.common(), KeyIDs: []string{f.fresh()[0].KeyID}, Yes: true, Force: true}
		if _, err := renew.Remove(context.Background(), rr); err != nil {
			t.Fatal(err)
		}
		if f.pending() != nil {
			t.Error("the journal still waits for a secret that was removed")
		}
	})
}
