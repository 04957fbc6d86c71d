package renew

import (
	"context"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// settleEarlier removes what an earlier run added and lost the value of.
func (r *run) settleEarlier(ctx context.Context) error {
	if r.entry == nil {
		return nil
	}
	found, err := r.findEarlier(ctx)
	r.unanswered = r.entry.Names()
	if err == nil && len(found) > 0 {
		r.tell(msg.New("an earlier run added a secret whose value was lost; removing it"))
		err = r.discard(ctx, found)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		r.step(stepAdd, result.Fail, wordsOf(err))
		return r.tenant.failure("a secret that an earlier run added and lost could not be removed; nothing else was changed", err)
	case r.old():
		r.unanswered = nil
	}
	return nil // what is added next takes the journal over
}

// resume goes on with a renewal that was interrupted: it proves a secret whose
// value can be read back, and cleans up after one whose value is lost.
func (r *run) resume(ctx context.Context) error {
	e := r.entry
	if e == nil {
		r.res.Outcome = result.NothingToResume
		r.step(stepPreflight, result.Pass, msg.New("No renewal of this application is unfinished on this machine."))
		return nil
	}
	r.step(stepPreflight, result.Pass, e.Summary())
	found, err := r.findEarlier(ctx)
	own := named(found, []string{e.Name}, e.KeyID)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return r.tenant.failure("what stands could not be read; nothing was changed", err)
	case e.Stage.ValueLost():
		return r.cleanUp(ctx, found)
	case len(own) == 0:
		return r.vanished()
	}
	r.added, r.unanswered = &own[0], slices.Clone(e.Former)
	return r.resumeProof(ctx)
}

// resumeProof proves the secret of the earlier run where its value can be had.
func (r *run) resumeProof(ctx context.Context) error {
	place, err := r.recover(ctx)
	if err != nil {
		return err
	}
	if r.value.Empty() {
		return r.offerRemoval(ctx)
	}
	r.step(stepAdd, result.Pass, msg.New("The secret %s was added by the earlier run.", r.added.KeyID))
	r.step(stepStore, result.Pass, place)
	return r.proveAndClose(ctx)
}

// vanished ends a renewal whose secret is not there: somebody has removed it. A
// moment after it was added, Graph may not list it yet.
func (r *run) vanished() error {
	e := r.entry
	if !r.old() {
		r.step(stepAdd, result.CheckUnknown, msg.New("The secret %s is not listed; Microsoft Graph may lag.", e.KeyID))
		return fail.Unknown(msg.Literal("the secret "+e.KeyID+" of the earlier run is not listed; nothing was changed"),
			msg.Literal("a moment after it was added Microsoft Graph may not list it yet; try again in a quarter of an hour"))
	}
	r.note(msg.New("The secret %s is gone; if %s holds its value, that does not sign in any more.", e.KeyID, e.Target))
	r.noteBackup()
	r.leave()
	r.res.Outcome = result.CleanedUp
	r.step(stepAdd, result.Pass, msg.New("The earlier run's secret does not exist; there is nothing to clean up."))
	return nil
}

// noteBackup names the file or entry that keeps the former value.
func (r *run) noteBackup() {
	if r.entry.Backup != "" {
		r.note(msg.New("What the target held before may be kept in %s.", r.entry.Backup))
	}
}

// cleanUp removes secrets whose values nobody has.
func (r *run) cleanUp(ctx context.Context, found []objects.Credential) error {
	r.unanswered = r.entry.Names()
	if err := r.discard(ctx, found); err != nil {
		return r.tenant.failure("the lost secret could not be removed", err)
	}
	text := msg.New("The lost secret of the earlier run was removed; nothing else has changed. Renew again with: %s", "spcheck renew-secret --sp "+r.tenant.appID()+" --to TARGET")
	if len(found) == 0 {
		text = msg.New("The earlier run's secret does not exist; there is nothing to clean up.")
	}
	if len(r.unanswered) > 0 && !r.old() {
		r.note(msg.New("Should a secret named %s show up late, nobody has its value: remove it.", strings.Join(r.unanswered, ", ")))
	}
	r.added, r.unanswered = nil, nil
	r.leave()
	r.res.Outcome = result.CleanedUp
	r.step(stepAdd, result.Pass, text)
	return nil
}

// offerRemoval says what stands where the value cannot be had, and removes the
// secret where a person agrees.
func (r *run) offerRemoval(ctx context.Context) error {
	appID, keyID := r.tenant.appID(), r.added.KeyID
	question := msg.New("The value of the secret %s cannot be read back from %s. If nobody has it, the secret is of no use. Remove it?", keyID, r.Target.Spec())
	if r.Dialog != nil && r.Dialog.Confirm(ctx, question) {
		r.noteBackup()
		return r.cleanUp(ctx, []objects.Credential{*r.added})
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r.step(stepStore, result.CheckUnknown, msg.New("Whether anybody has the value of %s is not known.", keyID))
	r.noteBackup()
	e := fail.Unknown(msg.Literal("the secret " + keyID + " named " + r.added.Name + " exists, and its value cannot be read back from " + r.Target.Spec() + "; nothing was changed"))
	e.Hint(msg.Literal("if somebody has the value, prove it with: spcheck renew-secret --sp " + appID + " --resume --client-id " + appID + " --client-secret-file PATH"))
	return e.Hint(msg.Literal("if nobody has it, remove the secret with: " + removeCommand(appID, keyID)))
}
