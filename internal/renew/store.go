package renew

import (
	"context"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
)

// maxTargets is how many targets are tried for one value.
const maxTargets = 5

// store puts the value where it is to be. From here on an interruption waits:
// the value is in no other place.
func (r *run) store(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		r.entry.Stage, r.entry.Target, r.entry.Backup = journal.Storing, r.Target.Spec(), r.Target.Backup()
		if err := r.Store.Save(r.entry); err != nil {
			// Without a note, a later run would take the value for lost.
			r.step(stepStore, result.Fail, wordsOf(err))
			return r.takeBack(ctx, fail.Unknown("the journal could not be written: "+wordsOf(err).String()))
		}
		r.begin(stepStore, msg.New("storing the value in %s", r.Target.Spec()))
		r.reached(AtStoring)
		err := r.put(ctx)
		if err == nil {
			return r.stored()
		}
		r.step(stepStore, result.Fail, wordsOf(err))
		next := r.another(ctx, err, attempt)
		if next == nil {
			return r.takeBack(ctx, fail.Unknown("the value could not be stored: "+wordsOf(err).String(), "name another target with --to"))
		}
		r.Target = next
	}
}

func (r *run) put(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), target.Patience)
	defer cancel()
	s := target.Secret{Value: r.value, AppID: r.tenant.appID(), KeyID: r.added.KeyID, End: r.res.Plan.EndDateTime}
	err := r.Target.Store(ctx, s)
	if err == nil {
		return nil
	}
	// Whatever was half done must not stay where a product reads it.
	undo, cancelUndo := anyway(ctx)
	defer cancelUndo()
	if undoErr := r.Target.Undo(undo); undoErr != nil {
		r.note(msg.New("What %s held before could not be put back: %s", r.Target.Spec(), wordsOf(undoErr)))
	}
	return err
}

// another offers the value once more, to somebody who is there.
func (r *run) another(ctx context.Context, problem error, attempt int) target.Target {
	if r.Dialog == nil || attempt >= maxTargets || ctx.Err() != nil {
		return nil
	}
	next := r.Dialog.Another(ctx, wordsOf(problem))
	if v, ok := next.(target.Actor); ok {
		v.ActAs(r.tokens)
	}
	return next
}

func (r *run) stored() error {
	r.entry.Stage = journal.Stored
	if err := r.Store.Save(r.entry); err != nil {
		r.note(msg.New("That the value was stored could not be written down: %s", wordsOf(err)))
	}
	r.res.StoredIn = orNil(r.Target.Spec())
	r.step(stepStore, result.Pass, msg.New("The value is in %s.", r.Target.Spec()))
	r.reached(AtStored)
	return nil
}
