package renew

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// takeBack removes the new secret, because its value was not stored. It returns why as an
// error that also says what became of the secret. If it could not be removed, the next run
// removes it.
func (r *run) takeBack(ctx context.Context, why error) error {
	ctx, cancel := anyway(ctx)
	defer cancel()
	r.tell(msg.New("removing the secret that was just added"))
	lost := *r.added
	if _, err := r.remover().remove(ctx, lost, false); err != nil {
		r.entry.Stage = journal.Added
		if err := r.Store.Save(r.entry); err != nil {
			r.note(msg.New("The journal could not be written: %s", msg.Of(err)))
		}
		e := fail.From(why)
		e.What = msg.New("%s; the secret %s that was just added could not be removed: %s", e.What, lost.Label(), msg.Of(err))
		return e.Hint(msg.New("nobody has its value; the next run removes it first, or remove it with: %s", removeCommand(r.tenant.appID(), lost.KeyID)))
	}
	r.added = nil
	r.noteRemoved(lost)
	r.leave()
	r.step(stepAdd, result.Fail, msg.New("The secret %s was removed again; nothing has changed.", lost.Label()))
	if e := fail.From(why); e.Code != fail.CodeInterrupted {
		return e.Hint(msg.New("the secret that had just been added was removed again; nothing has changed"))
	}
	return fail.Interrupted(msg.New("interrupted; the secret that had just been added was removed, so nothing has changed"))
}

func (r *run) noteRemoved(c objects.Credential) {
	r.res.Removed = append(r.res.Removed, r.row(c))
}

// row returns a credential for the report.
func (r *run) row(c objects.Credential) result.Credential {
	return r.rows([]objects.Credential{c}, nil)[0]
}

func (r *run) rows(creds []objects.Credential, used []objects.Activity) []result.Credential {
	configured := r.tenant.configuredSecrets()
	return diagnose.Rows(creds, r.clock.serviceNow(), r.Input.Settings.Within, used,
		func(c objects.Credential) *bool { return configured[c.KeyID] })
}

// remover removes credentials.
type remover struct {
	client *graph.Client
	sleep  func(context.Context, time.Duration) error
	// The rest is for certificates. own is the application's certificate, if the
	// application itself acts. others is called with certificates that are missing
	// afterwards although nobody asked for that here.
	own    *secrets.Credential
	now    func() time.Time
	others func([]objects.Credential)
}

func (r *run) remover() remover { return remover{client: r.tenant.actor.Client, sleep: r.Common.sleep} }

// maxRemovals limits the requests for one removal. enough is how many reads in a row must
// not list the credential before it counts as removed.
const (
	maxRemovals = 6
	enough      = 3
)

// ask sends one request.
func (m remover) ask(ctx context.Context, c objects.Credential) error {
	if c.Kind == objects.Certificate {
		return m.dropKey(ctx, c)
	}
	return m.client.RemovePassword(ctx, c.StoredOn, c.ObjectID, c.KeyID)
}

// remove removes a secret or a certificate. After any response but 204, it reads the object
// several times, because Graph's replicas disagree for a moment. One that has never had the
// credential does not list it either, so seen must say whether it was ever listed. already
// means that it had been removed before.
func (m remover) remove(ctx context.Context, c objects.Credential, seen bool) (already bool, err error) {
	pause.Finish()
	lost := false
	for attempt, absences := 1, 0; ; attempt++ {
		err = m.ask(ctx, c)
		switch {
		case err == nil:
			return false, nil
		case ambiguous(err):
			lost = true
		case !absent(err) && !conflict(err):
			return false, err
		}
		there, readErr := m.there(ctx, c)
		switch {
		case readErr != nil:
			err = readErr
		case there:
			seen, absences = true, 0
		default:
			absences++
		}
		if absences == enough && (seen || lost) {
			return !lost, nil
		}
		if attempt == maxRemovals {
			return false, err
		}
		if err := m.sleep(ctx, time.Duration(attempt)*time.Second); err != nil {
			return false, err
		}
	}
}

// absent reports whether Graph refused a request because the credential does not exist:
// with 400, in some reports with 404.
func absent(err error) bool {
	refusal, ok := errors.AsType[*graph.Error](err)
	return ok && (graph.IsNotFound(err) || refusal.Status == http.StatusBadRequest && refusal.Code == "Request_BadRequest")
}

// conflict reports whether Graph refused a request because the object was changed at the
// same time.
func conflict(err error) bool {
	refusal, ok := errors.AsType[*graph.Error](err)
	return ok && refusal.Status == http.StatusConflict
}

func (m remover) there(ctx context.Context, c objects.Credential) (bool, error) {
	list, err := listOn(ctx, m.client, c.StoredOn, c.ObjectID)
	return slices.ContainsFunc(list, func(o objects.Credential) bool { return o.KeyID == c.KeyID }), err
}

func listOn(ctx context.Context, c *graph.Client, on, id string) ([]objects.Credential, error) {
	if on == objects.OnServicePrincipal {
		sp, err := c.ServicePrincipal(ctx, id)
		return sp.Credentials, err
	}
	app, err := c.Application(ctx, id)
	return app.Credentials, err
}
