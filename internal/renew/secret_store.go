package renew

import (
	"context"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
)

// maxTargets limits how often another target is asked for after one has failed.
const maxTargets = 5

// places returns the targets as the journal records them.
func (r *secretRun) places() []journal.Place {
	var list []journal.Place
	for _, t := range r.targets {
		list = append(list, journal.Place{Target: t.Spec(), Backup: t.Backup()})
	}
	return list
}

func specsOf(targets []target.Target) string {
	var specs []string
	for _, t := range targets {
		specs = append(specs, t.Spec())
	}
	return strings.Join(specs, ", ")
}

// store stores the value in every target. An interruption does not cancel it, because the
// value exists nowhere else. If one target fails, the others get back their previous
// content.
func (r *secretRun) store(ctx context.Context) error {
	r.entry.Places = r.places()
	for i := range r.targets {
		if err := r.storeIn(ctx, i); err != nil {
			return err
		}
	}
	if err := r.save(journal.Stored); err != nil {
		r.note(msg.New("The journal could not record that the value was stored: %s", msg.Of(err)))
	}
	r.res.StoredIn = result.OrNil(specsOf(r.targets))
	r.step(stepStore, result.Pass, msg.New("The value is in %s.", specsOf(r.targets)))
	r.reached(atStored)
	return nil
}

// storeIn stores the value in one target, or in the one that a person names instead.
func (r *secretRun) storeIn(ctx context.Context, i int) error {
	for attempt := 1; ; attempt++ {
		t := r.targets[i]
		r.entry.Places[i] = journal.Place{Target: t.Spec(), Backup: t.Backup(), Stage: journal.Storing}
		if err := r.save(journal.Storing); err != nil {
			// Otherwise a later run would take the value for lost.
			why := fail.Unknown(msg.New("the journal could not record what is about to be stored: %s", msg.Of(err)), stateHint())
			r.step(stepStore, result.Fail, msg.Of(why))
			return r.withdraw(ctx, i, why)
		}
		r.begin(stepStore, msg.New("storing the value in %s", t.Spec()))
		r.reached(atStoring)
		err := r.put(ctx, t)
		if err == nil {
			r.entry.Places[i].Stage = journal.Stored
			return nil
		}
		r.step(stepStore, result.Fail, msg.Of(err))
		next := r.another(ctx, err, attempt)
		if next == nil {
			return r.withdraw(ctx, i+1, fail.Unknown(msg.New("the value could not be stored: %s", msg.Of(err)), msg.New("choose another target")))
		}
		if undoErr := r.undo(ctx, t); undoErr != nil {
			r.unsure = append(r.unsure, msg.Of(undoErr))
			r.entry.Unsure = append(r.entry.Unsure, t.Spec())
		}
		r.targets[i] = next
	}
}

// put stores the value in a target. An interruption does not cancel it.
func (r *secretRun) put(interrupt context.Context, t target.Target) (err error) {
	pause.Finish()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(interrupt), target.Patience)
	defer cancel()
	s := target.Secret{Value: r.value, AppID: r.tenant.appID(), KeyID: r.added.KeyID}
	switch {
	case r.added.End != nil:
		s.End = *r.added.End
	case r.entry.End != nil:
		s.End = *r.entry.End
	}
	r.patiently(interrupt, func() { err = t.Store(ctx, s) })
	return err
}

// undo restores the previous content of a target. If that fails, notes say where the new
// and the old value may be.
func (r *secretRun) undo(ctx context.Context, t target.Target) error {
	ctx, cancel := anyway(ctx)
	defer cancel()
	err := t.Undo(ctx)
	if err != nil {
		r.note(msg.New("%s may contain the new value.", t.Spec()))
		if t.Backup() != "" {
			r.note(msg.New("The previous content of the target may be in %s.", t.Backup()))
		}
	}
	return err
}

// withdraw restores the previous content of the first n targets. If none of them can
// contain the value any more, it removes the secret.
func (r *secretRun) withdraw(ctx context.Context, n int, why *fail.Error) error {
	held := r.unsure
	for i := n - 1; i >= 0; i-- {
		if err := r.undo(ctx, r.targets[i]); err != nil {
			held = append(held, msg.Of(err))
			continue
		}
		r.entry.Places[i].Stage = ""
	}
	if len(held) > 0 {
		return r.halfStored(why, held)
	}
	return r.takeBack(ctx, why)
}

// halfStored returns the error of a run that failed after a target may have got the value.
// The secret is kept, because a product may use it.
func (r *secretRun) halfStored(why *fail.Error, held []msg.Text) error {
	appID := r.tenant.appID()
	r.saveOrNote(r.entry.Stage)
	e := &fail.Error{Code: why.Code, What: msg.New("%s; the new secret %s stays valid, since it may be in use", why.What, r.added.Label())}
	for _, t := range held {
		e.Hint(t)
	}
	e.Hint(msg.New("everything that was valid before still is; if the new value was stored, continue with: %s", journal.ResumeCommand(appID)))
	return e.Hint(msg.New("if it was not, remove the new secret with: %s", dropCommand(appID, r.added.KeyID)))
}

// another asks a person for another target. It returns nil if there is none.
func (r *secretRun) another(ctx context.Context, problem error, attempt int) target.Target {
	if r.Dialog == nil || attempt >= maxTargets || ctx.Err() != nil {
		return nil
	}
	next := r.Dialog.Another(ctx, msg.Of(problem))
	if next != nil {
		r.empower(next)
	}
	return next
}

// empower lets a target use the identity that acts in Microsoft Graph.
func (r *secretRun) empower(t target.Target) {
	if a, ok := t.(target.Actor); ok {
		a.ActAs(r.tenant.actor.Tokens)
	}
}
