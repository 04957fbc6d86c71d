package renew

import (
	"context"
	"errors"
	"time"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// takeBack removes the secret that was just added, since its value goes nowhere,
// and returns why.
func (r *run) takeBack(ctx context.Context, why error) error {
	ctx, cancel := anyway(ctx)
	defer cancel()
	r.tell(msg.New("removing the secret that was just added again"))
	lost := *r.added
	if _, err := r.remover().remove(ctx, lost); err != nil {
		e := fail.From(why)
		stands := &fail.Error{Code: e.Code, What: e.What + "; the secret " + lost.KeyID + " that was just added could not be removed again: " + wordsOf(err).String(), Hints: e.Hints}
		return stands.Hint("nobody has its value; remove it with: " + removeCommand(r.tenant.appID(), lost.KeyID))
	}
	r.added, r.taken = nil, true
	r.noteRemoved(lost)
	_ = r.Store.Close(r.entry)
	r.step(stepAdd, result.Fail, msg.New("The secret %s was removed again; nothing has changed.", lost.KeyID))
	if e := fail.From(why); e.Code != fail.CodeInterrupted {
		return (&fail.Error{Code: e.Code, What: e.What, Hints: e.Hints}).Hint("the secret that had just been added was removed again; nothing has changed")
	}
	return &fail.Error{Code: fail.CodeInterrupted, What: "interrupted; the secret that had just been added was removed again, so that nothing has changed"}
}

func (r *run) noteRemoved(c objects.Credential) {
	r.res.Removed = append(r.res.Removed, r.row(c))
}

// row is a credential as reports have it.
func (r *run) row(c objects.Credential) result.Credential {
	row := diagnose.Rows([]objects.Credential{c}, r.Input.Now(), r.Input.Settings.Within, nil)[0]
	row.Configured = r.tenant.configuredSecrets()[c.KeyID]
	return row
}

// remover removes secrets, and knows whether they are gone.
type remover struct {
	client *graph.Client
	sleep  func(context.Context, time.Duration) error
}

func (r *run) remover() remover { return remover{r.tenant.actor.Client, r.Common.sleep} }

const maxRemovals = 4

// remove removes a password. An answer that says nothing, or that there is no
// such key, is settled by reading the object: replicas disagree for a moment
// after a change. already says that it was gone before.
func (m remover) remove(ctx context.Context, c objects.Credential) (already bool, err error) {
	for attempt := 1; ; attempt++ {
		err = m.client.RemovePassword(ctx, c.StoredOn, c.ObjectID, c.KeyID)
		if err == nil {
			return false, nil
		}
		if !ambiguous(err) && !absent(err) {
			return false, err
		}
		gone, readErr := m.gone(ctx, c)
		switch {
		case gone:
			return absent(err) && attempt == 1, nil
		case attempt == maxRemovals && readErr != nil:
			return false, readErr
		case attempt == maxRemovals:
			return false, err
		}
		if err := m.sleep(ctx, time.Duration(attempt)*time.Second); err != nil {
			return false, err
		}
	}
}

// absent reports the refusal of a key that is not there: 400, or 404 in some
// reports.
func absent(err error) bool {
	var refusal *graph.Error
	if !errors.As(err, &refusal) {
		return false
	}
	return graph.IsNotFound(err) || refusal.Status == 400 && refusal.Code == "Request_BadRequest"
}

func (m remover) gone(ctx context.Context, c objects.Credential) (bool, error) {
	list, err := listOn(ctx, m.client, c.StoredOn, c.ObjectID)
	if err != nil {
		return false, err
	}
	for _, o := range list {
		if o.KeyID == c.KeyID {
			return false, nil
		}
	}
	return true, nil
}
