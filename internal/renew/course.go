package renew

import (
	"context"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// course is how one kind of credential is renewed.
type course interface {
	resume(ctx context.Context) error
	nightly(ctx context.Context) (done bool, err error)
	// plan and questions belong to the preflight.
	plan(ctx context.Context) error
	questions() []question
	// replace adds a new credential, stores it and proves it.
	replace(ctx context.Context) error
}

// take renews a credential.
func (r *run) take(ctx context.Context, c course) error {
	unlock, err := r.open(ctx)
	if err != nil {
		r.step(stepPreflight, result.Fail, msg.Of(err))
		return err
	}
	defer unlock()
	if r.Resume {
		return c.resume(ctx)
	}
	if done, err := c.nightly(ctx); done || err != nil {
		return err
	}
	if err := r.preflight(ctx, c); err != nil {
		return err
	}
	if r.DryRun {
		r.res.Outcome = result.Planned
		return nil
	}
	return c.replace(ctx)
}

func (r *run) replace(ctx context.Context) error {
	if err := r.settleEarlier(ctx); err != nil {
		return err
	}
	if err := r.add(ctx); err != nil {
		return err
	}
	if err := r.store(ctx); err != nil {
		return err
	}
	return r.proveAndClose(ctx)
}

// nightly implements --if-expiring-within. Nobody can be asked, and the previous run may
// have been interrupted. So it finishes what can be proven, removes what was lost, and then
// checks whether a renewal is due. done means that no renewal is needed.
func (r *run) nightly(ctx context.Context) (done bool, err error) {
	if r.IfExpiringWithin == nil {
		return false, nil
	}
	switch {
	case r.entry == nil:
	case r.DryRun && !r.entry.Stage.ValueLost():
		return false, nil // the preflight reports the unfinished renewal
	case r.DryRun:
	case r.entry.Stage.ValueLost():
		r.intended = true
		if err := r.settleEarlier(ctx); err != nil {
			return false, err
		}
		r.leave()
	default:
		r.intended = true
		if done, err := r.takeUp(ctx); done || err != nil {
			return done, err
		}
	}
	done, err = r.spared(r.needed(ctx))
	if done {
		r.retire(ctx)
	}
	return done, err
}

// spared ends the run if no renewal is due.
func (r *run) spared(due bool, err error) (done bool, _ error) {
	switch {
	case err != nil:
		r.step(stepPreflight, result.Fail, msg.Of(err))
	case !due:
		r.res.Outcome = result.NotNeeded
		r.because(r.res.Steps[stepPreflight].Summary)
		return true, nil
	}
	return false, err
}
