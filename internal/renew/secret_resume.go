package renew

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// removeLostEarlier removes the secret of an earlier run whose value was lost.
func (r *secretRun) removeLostEarlier(ctx context.Context) error {
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
		r.step(stepAdd, result.Fail, msg.Of(err))
		return r.tenant.failure(msg.New("a secret that an earlier run added and whose value was lost could not be removed; nothing else was changed"), err)
	case r.settled():
		r.unanswered = nil
	}
	return nil // the new secret's entry replaces that of the earlier run
}

// earlierSecret returns the secret of the earlier run, or nil if it is not listed. all also
// contains those of its requests that were not answered.
func (r *secretRun) earlierSecret(ctx context.Context) (own *objects.Credential, all []objects.Credential, err error) {
	all, err = r.findEarlier(ctx)
	switch {
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case err != nil:
		return nil, nil, r.tenant.failure(unchanged(msg.New("the secrets could not be read")), err)
	}
	if list := named(all, []string{r.entry.Name}, r.entry.KeyID); len(list) > 0 {
		own = &list[0]
	}
	return own, all, nil
}

// resume continues an interrupted renewal. It proves the secret if its value can be read
// back, and removes it if its value was lost.
func (r *secretRun) resume(ctx context.Context) error {
	e := r.entry
	if e == nil {
		r.res.Outcome = result.NothingToResume
		r.step(stepPreflight, result.Pass, msg.New("No renewal of this application is unfinished on this machine."))
		return nil
	}
	r.step(stepPreflight, result.Pass, e.Summary())
	own, all, err := r.earlierSecret(ctx)
	switch {
	case err != nil:
		return err
	case e.Stage.ValueLost():
		return r.cleanUp(ctx, all)
	case own == nil && !r.settled():
		return r.notListed()
	case own == nil:
		r.closeRemoved()
		r.res.Outcome = result.CleanedUp
		r.step(stepAdd, result.Pass, msg.New("The earlier run's secret does not exist; there is nothing to clean up."))
		return nil
	}
	r.added, r.unanswered, r.replaced = own, slices.Clone(e.Former), e.Replaces
	place, where, err := r.findValue(ctx)
	switch {
	case err != nil:
		return err
	case where == valueFound:
		return r.proveFound(ctx, place)
	case where == valueNowhere && e.Stage == journal.Storing:
		return r.cleanUp(ctx, []objects.Credential{*own})
	case where == valueNowhere:
		return r.overwritten()
	case r.provenByUse():
		return nil
	}
	return r.offerRemoval(ctx)
}

// resumeUnattended continues an interrupted renewal without asking. What it cannot finish
// it keeps and mentions in notes, and another secret is added. done means that no renewal
// is needed.
func (r *secretRun) resumeUnattended(ctx context.Context) (done bool, err error) {
	e := r.entry
	own, _, err := r.earlierSecret(ctx)
	switch {
	case err != nil:
		return false, err
	case own == nil && !r.settled():
		return false, r.notListed()
	case own == nil:
		r.closeRemoved()
		return false, nil
	}
	r.added, r.unanswered, r.replaced = own, slices.Clone(e.Former), e.Replaces
	wanted := r.targets
	place, where, err := r.findValue(ctx)
	if err != nil {
		return false, err
	}
	if where == valueFound {
		err := r.proveFound(ctx, place)
		if !r.wrongValue(err) {
			return true, err
		}
	} else if where == valueUnseen && r.provenByUse() {
		return true, nil
	}
	if where == valueNowhere && e.Stage == journal.Storing {
		r.tell(msg.New("an earlier run added a secret whose value was lost; removing it"))
		if err := r.discard(ctx, []objects.Credential{*own}); err != nil {
			return false, r.tenant.failure(msg.New("a secret that an earlier run added and whose value was lost could not be removed; nothing else was changed"), err)
		}
	} else {
		r.leaveBehind()
	}
	r.targets, r.added, r.value = wanted, nil, secrets.Value{}
	r.closeJournal()
	return false, nil
}

// leaveBehind adds a note about a secret that is not continued. It is kept, because someone
// may have its value.
func (r *secretRun) leaveBehind() {
	r.note(msg.New("The secret %s of an earlier run was kept: it is not known whether its value reached %s. If no product uses it, remove it with: %s",
		r.added.Label(), r.entry.Targets(), removeCommand(r.tenant.appID(), r.added.KeyID)))
	r.noteBackups()
}

// wrongValue reports whether the value that was found cannot be that of the new secret:
// Entra does not know it, although all servers should by now.
func (r *secretRun) wrongValue(err error) bool {
	return err != nil && r.stillUnknown && r.settled()
}

// proveFound proves the earlier run's secret, whose value was found.
func (r *secretRun) proveFound(ctx context.Context, place msg.Text) error {
	r.step(stepAdd, result.Pass, msg.New("The secret %s was added by the earlier run.", r.added.Label()))
	r.step(stepStore, result.Pass, place)
	if err := r.storeWhereMissing(ctx); err != nil {
		r.step(stepStore, result.Fail, msg.Of(err))
		return err
	}
	return r.proveAndClose(ctx)
}

// storeWhereMissing stores the value in those targets that the earlier run did not reach. A
// target that it reached, but whose content someone has changed since, is left to readBack.
func (r *secretRun) storeWhereMissing(ctx context.Context) error {
	for i, t := range r.targets {
		v, err := t.Read(ctx)
		if err == nil && v == r.value || r.entry.Places[i].Stage == journal.Stored {
			continue
		}
		r.begin(stepStore, msg.New("storing the value in %s", t.Spec()))
		if err := r.put(ctx, t); err != nil {
			return fail.Unknown(msg.New("the value could not be stored: %s", msg.Of(err)), msg.New("everything that was valid before still is; continue with: %s", journal.ResumeCommand(r.tenant.appID())))
		}
		r.entry.Places[i].Stage = journal.Stored
		r.saveOrNote(r.entry.Stage)
	}
	return nil
}

// provenByUse closes the renewal if the secret was used, which shows that the value has
// arrived.
func (r *secretRun) provenByUse() bool {
	activity := r.facts.Activity
	var last *time.Time
	if activity.Known() {
		last = objects.LastUse(activity.Value, r.added.KeyID)
	}
	if last == nil {
		return false
	}
	r.step(stepAdd, result.Pass, msg.New("The secret %s was added by the earlier run.", r.added.Label()))
	r.step(stepStore, result.Pass, msg.New("The value was passed to %s.", r.entry.Targets()))
	r.step(stepVerify, result.Pass, msg.New("The new secret was used on %s (activity report).", *last))
	r.recordProof()
	r.closeJournal()
	r.res.Outcome = result.Renewed
	return true
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
	return e.Hint(msg.New("renew again with: %s", commandline.Words{"spcheck", "renew-secret", "--sp", appID, "--to", "TARGET"}))
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
	text := msg.New("The lost secret of the earlier run was removed; nothing else has changed. Renew again with: %s", commandline.Words{"spcheck", "renew-secret", "--sp", r.tenant.appID(), "--to", "TARGET"})
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
