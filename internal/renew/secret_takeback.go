package renew

import (
	"context"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
)

// takeBack removes the new secret, because its value was not stored. It returns why as an
// error that also says what became of the secret. If it could not be removed, the next run
// removes it.
func (r *secretRun) takeBack(ctx context.Context, why error) error {
	ctx, cancel := anyway(ctx)
	defer cancel()
	r.tell(msg.New("removing the secret that was just added"))
	lost := *r.added
	if _, err := r.remover().remove(ctx, lost, false); err != nil {
		r.saveOrNote(journal.Added)
		e := fail.From(why)
		e.What = msg.New("%s; the secret %s that was just added could not be removed: %s", e.What, lost.Label(), msg.Of(err))
		return e.Hint(msg.New("nobody has its value; the next run removes it first, or remove it with: %s", removeCommand(r.tenant.appID(), lost.KeyID)))
	}
	again := r.unchanged(msg.New("the secret %s that had just been added was removed again", lost.Label()))
	r.added = nil
	r.noteRemoved(lost)
	r.closeJournal()
	r.step(stepAdd, result.Fail, again)
	if e := fail.From(why); e.Code != fail.CodeInterrupted {
		return e.Hint(again)
	}
	return fail.Interrupted(msg.New("interrupted: %s", again))
}

func (r *secretRun) noteRemoved(c objects.Credential) {
	r.res.Removed = append(r.res.Removed, r.row(c))
}
