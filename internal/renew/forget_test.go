package renew_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail/failtest"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/secrets"
)

// unreadable is a target that does not return its value.
type unreadable struct{ target.Target }

func (unreadable) Read(context.Context) (v secrets.Value, err error) { return v, target.ErrOneWay }

// A lost secret that the run has just removed no longer counts when it decides whether a
// renewal is due. If the run then stops, it does not say that nothing was changed.
func TestRemovedSecretNoLongerCounts(t *testing.T) {
	t.Parallel()
	for name, doubtful := range map[string]int{"one secret in doubt": 1, "two secrets in doubt": 2} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, expiresTomorrow, func(tn *directory.Tenant) {
				start, end := time.Now().AddDate(0, 0, -1), time.Now().AddDate(0, 6, 0)
				for _, id := range []string{"0a1b2c3d-4e5f", "1a1b2c3d-4e5f"}[:doubtful] {
					app(tn).Passwords = append(app(tn).Passwords, directory.Password{KeyID: directory.StableID(id), DisplayName: "spcheck (" + id + ")", Secret: "zzz8Q~" + id, Hint: "zzz", Start: &start, End: &end})
				}
			})
			f.kill(renew.AtAdded)
			again := f.nightly()
			again.Targets = []target.Target{unreadable{f.target("file:" + f.path())}}
			res, err := run(t, again)
			if len(res.Removed) != 1 {
				t.Fatalf("%d were removed (%v)", len(res.Removed), err)
			}
			if doubtful == 1 {
				if err != nil || len(f.fresh()) != 1 {
					t.Errorf("%d new secrets: %v", len(f.fresh()), err)
				}
				return
			}
			if err == nil || strings.Contains(err.What.String(), "; nothing was changed") || !strings.Contains(err.What.String(), "1 lost secret was removed") {
				t.Errorf("the run ended with %v", err)
			}
		})
	}
}

// If the run removes its new secret again, it says as well that it has removed a lost one.
func TestLostSecretIsSaidToBeRemoved(t *testing.T) {
	t.Parallel()
	f := newFixture(t, expiresTomorrow)
	writeOld(t, f)
	f.kill(renew.AtAdded)
	again := f.nightly()
	again.Targets = []target.Target{broken{f.target("file:" + f.path())}}
	res, err := run(t, again)
	if says := failtest.Text(err); len(res.Removed) != 2 || strings.Contains(says, "; nothing was changed") || !strings.Contains(says, "1 lost secret was removed") {
		t.Errorf("%d were removed; it says %s", len(res.Removed), says)
	}
}
