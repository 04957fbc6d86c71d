package renew

import (
	"context"
	"strings"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// removeLostEarlier removes the secret of an earlier run whose value was lost.
func (r *secretRun) removeLostEarlier(ctx context.Context) error {
	if r.entry == nil || r.searched {
		return nil
	}
	r.searched = true
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
		r.step(stepAdd, result.Fail, msg.Of(err))
		return r.lostNotRemoved(err)
	case r.settled():
		r.unanswered = nil
	}
	return nil // the new secret's entry replaces that of the earlier run
}

func (r *secretRun) lostNotRemoved(err error) error {
	return r.tenant.failure(msg.New("a secret that an earlier run added and whose value was lost could not be removed; nothing else was changed"), err)
}

// leaveBehind adds a note about a secret that is not continued. It is kept, because someone
// may have its value.
func (r *secretRun) leaveBehind() {
	r.note(msg.New("The secret %s of an earlier run was kept: it is not known whether its value reached %s. If no product uses it, remove it with: %s",
		r.added.Label(), r.entry.Targets(), removeCommand(r.tenant.appID(), r.added.KeyID)))
	r.noteBackups()
}

// notListed returns the error for a secret that is too new to be listed.
func (r *secretRun) notListed() error {
	e := r.entry
	r.step(stepAdd, result.CheckUnknown, msg.New("The secret %s is not listed; Microsoft Graph may not be up to date.", e.KeyID))
	return fail.Unknown(unchanged(msg.New("the secret %s of the earlier run is not listed", e.KeyID)),
		msg.New("Microsoft Graph may not list a new secret at once; try again in 15 minutes"))
}

// closeRemoved closes the renewal of a secret that someone else has removed.
func (r *secretRun) closeRemoved() {
	r.note(msg.New("The secret %s no longer exists; if %s contains its value, that value no longer works.", r.entry.KeyID, r.entry.Targets()))
	r.noteBackups()
	r.closeJournal()
}

// overwritten closes the renewal of a secret whose target was overwritten. The secret is
// kept, because a product may have read the value before.
func (r *secretRun) overwritten() error {
	appID, keyID := r.tenant.appID(), r.added.KeyID
	r.step(stepStore, result.CheckUnknown, msg.New("%s now contains a different value.", r.entry.Targets()))
	e := fail.Unknown(msg.New("%s now contains a different value, so it is not known whether anyone has the value of the secret %s; the secret was kept", r.entry.Targets(), keyID))
	r.noteBackups()
	r.added = nil
	r.closeJournal()
	e.Hint(msg.New("if no product uses it, remove it with: %s", removeCommand(appID, keyID)))
	return e.Hint(msg.New("renew again with: %s", renewCommand(appID)))
}

// noteBackups adds notes about files and entries that may contain old values.
func (r *secretRun) noteBackups() {
	for _, p := range r.entry.Places {
		if p.Backup != "" && p.Stage != "" {
			r.note(msg.New("The previous content of the target may be in %s.", p.Backup))
		}
	}
}

// cleanUp removes secrets whose values were lost.
func (r *secretRun) cleanUp(ctx context.Context, found []objects.Credential) error {
	r.unanswered = r.entry.Names()
	if err := r.discard(ctx, found); err != nil {
		return r.tenant.failure(msg.New("the lost secret could not be removed"), err)
	}
	text := msg.New("The lost secret of the earlier run was removed; nothing else has changed. Renew again with: %s", renewCommand(r.tenant.appID()))
	if len(found) == 0 {
		text = msg.New("The earlier run's secret does not exist; there is nothing to clean up.")
	}
	if len(r.unanswered) > 0 && !r.settled() {
		r.note(msg.New("If a secret named %s appears later, remove it: nobody has its value.", strings.Join(r.unanswered, ", ")))
	}
	r.added, r.unanswered = nil, nil
	r.closeJournal()
	r.res.Outcome = result.CleanedUp
	r.step(stepAdd, result.Pass, text)
	return nil
}

// offerRemoval removes a secret whose value cannot be read back, if a person agrees.
// Otherwise it returns an error with the choices.
func (r *secretRun) offerRemoval(ctx context.Context) error {
	appID, keyID := r.tenant.appID(), r.added.KeyID
	question := msg.New("The value of the secret %s cannot be read back from %s. If nobody has the value, the secret is useless. Remove it?", r.added.Label(), r.entry.Targets())
	if r.Dialog != nil && r.Dialog.Confirm(ctx, question) {
		r.noteBackups()
		return r.cleanUp(ctx, []objects.Credential{*r.added})
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r.step(stepStore, result.CheckUnknown, msg.New("It is not known whether anyone has the value of %s.", r.added.Label()))
	r.noteBackups()
	e := fail.Unknown(unchanged(msg.New("the secret %s exists, but its value cannot be read back from %s", r.added.Label(), r.entry.Targets())))
	e.Hint(msg.New("if someone has the value, verify it with: %s", commandline.Words{"spcheck", "renew-secret", "--sp", appID, "--resume", "--client-id", appID, "--client-secret-file", "PATH"}))
	e.Hint(msg.New("if nobody has it, remove the secret with: %s", dropCommand(appID, keyID)))
	return e.Hint(msg.New("or keep it and add another: --if-expiring-within does so when a renewal is due"))
}
