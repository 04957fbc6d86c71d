package renew

import (
	"context"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/pause"
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
			return r.takeBack(ctx, fail.Unknown(msg.Literal("what is about to be stored could not be noted: "+wordsOf(err).String())))
		}
		r.begin(stepStore, msg.New("storing the value in %s", r.Target.Spec()))
		r.reached(AtStoring)
		err, undoErr := r.put(ctx)
		if err == nil {
			return r.stored()
		}
		r.step(stepStore, result.Fail, wordsOf(err))
		next := r.another(ctx, err, attempt)
		switch why := fail.Unknown(msg.Literal("the value could not be stored: "+wordsOf(err).String()), msg.Literal("name another target with --to")); {
		case next != nil:
			r.Target = next
		case undoErr != nil:
			return r.halfStored(why, undoErr)
		default:
			return r.takeBack(ctx, why)
		}
	}
}

// put stores the value, undisturbed by an interruption. What a failed attempt has
// half done must not stay where a product reads it: undoErr says that it may.
func (r *run) put(interrupt context.Context) (err, undoErr error) {
	pause.Finish()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(interrupt), target.Patience)
	defer cancel()
	s := target.Secret{Value: r.value, AppID: r.tenant.appID(), KeyID: r.added.KeyID, End: r.res.Plan.EndDateTime}
	if r.added.End != nil {
		s.End = *r.added.End
	}
	r.patiently(interrupt, func() { err = r.Target.Store(ctx, s) })
	if err == nil {
		return nil, nil
	}
	undo, cancelUndo := anyway(ctx)
	defer cancelUndo()
	if undoErr = r.Target.Undo(undo); undoErr != nil {
		r.note(msg.New("What %s held before could not be put back: %s", r.Target.Spec(), wordsOf(undoErr)))
		r.noteBackup()
	}
	return err, undoErr
}

// halfStored ends a run whose target may hold the new value although it failed:
// a product may read it there, so that the secret stays.
func (r *run) halfStored(why *fail.Error, undoErr error) error {
	appID := r.tenant.appID()
	e := &fail.Error{Code: why.Code, What: msg.New("%s; what it held before could not be put back: %s", why.What, wordsOf(undoErr))}
	e.Hint(msg.Literal("the new secret " + r.added.KeyID + " stays, since " + r.Target.Spec() + " may hold its value; what was valid before still is"))
	e.Hint(msg.Literal("if it does, go on with: " + journal.ResumeCommand(appID)))
	return e.Hint(msg.Literal("if not, put the former value back and remove the new secret with: " + removeCommand(appID, r.added.KeyID)))
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
