package renew

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
)

// removeLost removes the secret of a lost request, which is recognized by its name. Nobody
// has its value.
func (r *secretRun) removeLost(ctx context.Context, lost error) error {
	r.tell(msg.New("the answer was lost (%s); checking whether the secret was added", msg.Of(lost)))
	ctx, cancel := anyway(ctx)
	defer cancel()
	r.unanswered = append(r.unanswered, r.entry.Name)
	found, err := r.find(ctx, looks, r.unanswered, "")
	if err == nil {
		err = r.discard(ctx, found)
	}
	if err != nil {
		e := fail.Unknown(msg.New("the request to add a secret was not answered (%s), and it could not be determined whether it was added: %s", msg.Of(lost), msg.Of(err)))
		e.Hint(msg.New("if it was added, its name is %s, and nobody has its value; nothing else was changed", r.entry.Name))
		return e.Hint(msg.New("once Microsoft Graph can be reached, run the same command again: it removes that secret first"))
	}
	return nil
}

// find reads both objects until they list a secret with one of the names or with the key
// ID. It returns none if there is none after most reads.
func (r *secretRun) find(ctx context.Context, most int, names []string, keyID string) (found []objects.Credential, err error) {
	for range r.looks(ctx, most) {
		if err = r.tenant.refresh(ctx); err != nil {
			continue
		}
		if found = named(r.tenant.credentials(), names, keyID); len(found) > 0 {
			return found, nil
		}
	}
	return nil, cmp.Or(ctx.Err(), err)
}

// findEarlier looks for the secrets of an earlier run. It looks once if that run is old
// enough, otherwise several times.
func (r *secretRun) findEarlier(ctx context.Context) ([]objects.Credential, error) {
	most := looks
	if r.settled() {
		most = 1
	}
	return r.find(ctx, most, r.entry.Names(), r.entry.KeyID)
}

// discard removes secrets that spcheck has added, and reports them.
func (r *secretRun) discard(ctx context.Context, list []objects.Credential) error {
	for _, c := range list {
		if _, err := r.remover().remove(ctx, c, true); err != nil {
			return err
		}
		r.noteRemoved(c)
		r.tenant.forget(c)
		r.unanswered = slices.DeleteFunc(r.unanswered, func(name string) bool { return name == c.Name })
	}
	return nil
}

// sweep looks once more for secrets of lost requests.
func (r *secretRun) sweep(ctx context.Context) {
	if len(r.unanswered) == 0 {
		return
	}
	err := r.tenant.refresh(ctx)
	if err == nil {
		err = r.discard(ctx, named(r.tenant.credentials(), r.unanswered, ""))
	}
	if err != nil {
		r.note(msg.New("It could not be determined whether a lost request added a secret after all: %s", msg.Of(err)))
	}
}

// closeJournal closes the journal. If requests are still unanswered, it keeps their names
// instead, so that the next run recognizes their secrets.
func (r *secretRun) closeJournal() {
	if len(r.unanswered) == 0 {
		r.run.closeJournal()
		return
	}
	e := r.entry
	e.KeyID, e.Places, e.Unsure, e.Name, e.Former = "", nil, nil, r.unanswered[0], slices.Clone(r.unanswered[1:])
	r.saveOrNote(journal.Adding)
	r.note(msg.New("A request to add a secret was not answered, and no such secret has appeared so far. If one does, its name is %s and nobody has its value; the next renewal looks for it and removes it.", strings.Join(r.unanswered, ", ")))
}
