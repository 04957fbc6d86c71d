package renew

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/secrets"
)

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

// ambiguous reports whether a request may have succeeded although it returned an error: the
// answer was lost, incomplete, or came from a failing gateway. After any other refusal by
// Graph, nothing has changed.
func ambiguous(err error) bool {
	var refusal *graph.Error
	var token *graph.TokenError
	switch {
	case errors.As(err, &token):
		return false
	case errors.As(err, &refusal):
		return refusal.Status >= 500 || refusal.Status == http.StatusRequestTimeout || refusal.Status == http.StatusFailedDependency || refusal.Status < 400
	}
	return true
}
