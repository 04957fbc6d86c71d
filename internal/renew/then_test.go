package renew_test

import (
	"context"
	"errors"
	"testing"

	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/result"
)

// The --then command runs after everything else. If it fails, the renewal is still done.
func TestCommandForAfterSuccess(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]error{"works": nil, "fails": errors.New("no such unit")} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			ran := 0
			req := f.request()
			req.Then = func(context.Context) error {
				if ran++; f.pending() != nil || len(f.fresh()) != 1 || f.held() != f.fresh()[0].Secret {
					t.Error("it ran before the renewal was done")
				}
				return fails
			}
			res, err := run(t, req)
			if ran != 1 || res.Outcome != result.Renewed || (err == nil) != (fails == nil) || err != nil && err.Code != 3 {
				t.Errorf("ran %d times, outcome %s, error %v", ran, res.Outcome, err)
			}
		})
	}
	f := newFixture(t)
	req := f.request()
	ctx, reached := interruptAt(renew.AtStored)
	req.Reached = reached
	req.Then = func(context.Context) error { t.Error("it ran although the secret was not proven"); return nil }
	_, _ = runIn(t, ctx, req)
}
