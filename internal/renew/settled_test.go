package renew_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
)

// A run looks once for the secret of a request that was not answered.
func TestLostSecretIsSearchedOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t, expiresTomorrow)
	writeOld(t, f)
	f.kill(renew.AtIntent)
	req := f.nightly()
	pauses, before := 0, 0
	req.Sleep = func(ctx context.Context, d time.Duration) error { pauses++; return f.sleep(ctx, d) }
	req.Reached = func(p renew.Point) {
		if p == renew.AtIntent {
			before = pauses
		}
	}
	if res := mustRun(t, req); res.Outcome != result.Renewed || before != 5 {
		t.Errorf("%s; %d pauses before the new request, want the 5 of one search", res.Outcome, before)
	}
}

// A request can have no more effect 15 minutes after it was sent, however often the journal
// was written in the meantime.
func TestSettlingTimeBeginsWithTheRequest(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.kill(renew.AtIntent)
	must(t, os.WriteFile(f.path(), []byte(f.secretOf("archive 2025")), 0o600)) // not due
	for _, tc := range []struct {
		after time.Duration
		open  bool
	}{{10 * time.Minute, true}, {16 * time.Minute, false}} {
		now := func() time.Time { return time.Now().Add(tc.after) }
		req := f.nightly()
		req.Input.Now = now
		store, err := journal.Open(f.env, now)
		must(t, err)
		req.Store = store
		if res := mustRun(t, req); res.Outcome != result.NotNeeded || (f.pending() != nil) != tc.open {
			t.Errorf("after %s: %s, journal %v", tc.after, res.Outcome, f.pending())
		}
	}
}

// What a run writes to the journal after the request does not move that time.
func TestJournalKeepsTheTimeOfTheRequest(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	killWhen(f.request(), renew.AtStored, 1)
	g := newKeyFixture(t)
	g.kill(renew.AtProving, killCertificate+"="+g.file())
	for _, e := range []*journal.Entry{f.pending(), g.pending()} {
		if e == nil || !e.Asked.Before(e.Updated) {
			t.Errorf("the journal is %+v", e)
		}
	}
}
