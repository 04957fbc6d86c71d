package renew

import (
	"context"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

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
	case r.provenByUse(ctx):
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
	switch {
	case err != nil:
		return false, err
	case where == valueFound:
		if err := r.proveFound(ctx, place); !r.wrongValue(err) {
			return true, err
		}
		r.leaveBehind()
	case where == valueUnseen && r.provenByUse(ctx):
		return true, nil
	case where == valueNowhere && e.Stage == journal.Storing:
		r.tell(msg.New("an earlier run added a secret whose value was lost; removing it"))
		if err := r.discard(ctx, []objects.Credential{*own}); err != nil {
			return false, r.lostNotRemoved(err)
		}
	default:
		r.leaveBehind()
	}
	r.targets, r.added, r.value = wanted, nil, secrets.Value{}
	r.closeJournal()
	return false, nil
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
	for _, spec := range r.entry.Unsure {
		r.note(msg.New("%s may contain the new value.", spec))
	}
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
func (r *secretRun) provenByUse(ctx context.Context) bool {
	activity := r.tenant.activity(ctx)
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
