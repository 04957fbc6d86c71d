package renew

import (
	"context"
	"errors"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
)

// readBack reads the targets again: each must contain the new secret. If two runs write to
// one target, at most one of them succeeds.
func (r *secretRun) readBack(ctx context.Context) error {
	ctx, cancel := anyway(ctx)
	defer cancel()
	for _, t := range r.targets {
		v, err := t.Read(ctx)
		switch {
		case errors.Is(err, target.ErrOneWay), err == nil && v == r.value:
			continue
		case err != nil:
			r.step(stepStore, result.CheckUnknown, msg.Of(err))
			return fail.Unknown(msg.New("the new secret works, but %s could not be read back: %s", t.Spec(), msg.Of(err)),
				msg.New("everything that was valid before still is; continue with: %s", journal.ResumeCommand(r.tenant.appID())))
		}
		r.step(stepStore, result.Fail, msg.New("%s now contains a different value.", t.Spec()))
		return fail.Unknown(msg.New("the new secret %s works, but %s now contains a different value: someone else has written to it", r.added.Label(), t.Spec()),
			msg.New("everything that was valid before still is; find out who else renews this secret, then continue with: %s", journal.ResumeCommand(r.tenant.appID())))
	}
	return nil
}

// close cleans up after the secret was proven. An error here does no harm and becomes a
// note.
func (r *secretRun) close(ctx context.Context) {
	ctx, cancel := anyway(ctx)
	defer cancel()
	for _, t := range r.targets {
		if err := t.Keep(ctx); err != nil {
			r.note(msg.New("The backup of the previous value could not be removed: %s", msg.Of(err)))
		}
	}
	r.sweep(ctx)
	r.recordProof()
	r.closeJournal()
	r.reached(atClosed)
}

// nextSteps returns what a person has to do afterwards: reload the product, and later
// remove the old secret.
func (r *secretRun) nextSteps() []result.Remedy {
	var steps []result.Remedy
	for _, t := range r.targets {
		steps = append(steps, result.Advice(t.Next()))
	}
	steps = append(steps, checkSignIn())
	return append(steps, r.removals(objects.Password, r.tenant.configuredSecrets(), func(c objects.Credential) msg.Text {
		if c.End == nil {
			return msg.New("Once the product uses the new secret, remove the old one, %s, which never expires:", c.Label())
		}
		return msg.New("Once the product uses the new secret, remove the old one, %s, which is valid until %s:", c.Label(), *c.End)
	})...)
}
