package renew

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
)

const (
	// patience is how long Graph may take to add a secret.
	patience = time.Minute
	// maxAdds is how often a secret is asked for, each time after the former
	// request was shown to have left nothing behind.
	maxAdds = 3
)

// add asks for the secret. A request whose answer is lost may have been carried
// out: it is repeated only after what it left behind is gone.
func (r *run) add(ctx context.Context) error {
	r.begin(stepAdd, msg.New("adding a secret to the %s", holder(r.res.Plan.StoredOn)))
	for attempt := 1; ; attempt++ {
		if err := r.intend(); err != nil {
			r.step(stepAdd, result.Fail, wordsOf(err))
			return err
		}
		err := r.ask(ctx)
		if err == nil {
			return r.goOn(ctx)
		}
		if !ambiguous(err) {
			return r.refused(err)
		}
		if err := r.settle(ctx, err); err != nil {
			r.step(stepAdd, result.Fail, wordsOf(err))
			return err
		}
		switch {
		case ctx.Err() != nil:
			return r.stoppedBeforeAdding(ctx.Err())
		case attempt == maxAdds:
			return r.refused(err)
		}
		r.tell(msg.New("the answer was lost (%s); nothing was left behind, asking once more", wordsOf(err)))
	}
}

// intend writes down what is about to be added. Each request gets a name of its
// own, so that a late effect of a lost one can be told from this one's.
func (r *run) intend() error {
	t, p := r.tenant, r.res.Plan
	e := &journal.Entry{
		Stage: journal.Adding, Began: r.Input.Now().UTC(), Tenant: t.configured, TenantID: t.id, AppID: t.appID(), AppName: t.name(),
		StoredOn: p.StoredOn, ObjectID: p.ObjectID, Name: p.DisplayName, End: &p.EndDateTime,
		Target: r.Target.Spec(), Backup: r.Target.Backup(), Actor: t.actor.Name,
	}
	if r.entry != nil {
		p.DisplayName = uniqueName(r.DisplayName)
		e.Former, e.Name = r.entry.Names(), p.DisplayName
	}
	r.entry = e
	if err := r.Store.Save(e); err != nil {
		return fail.Usage(wordsOf(err).String()+"; nothing was changed", "the journal needs a folder that can be written: XDG_STATE_HOME")
	}
	r.reached(AtIntent)
	return nil
}

// ask sends the one request. An interruption does not cut it off: its answer
// decides whether there is something to take back.
func (r *run) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cmp.Or(r.Patience, patience))
	defer cancel()
	p := r.res.Plan
	added, value, err := r.tenant.actor.Client.AddPassword(ctx, p.StoredOn, p.ObjectID, graph.NewPassword{DisplayName: p.DisplayName, End: &p.EndDateTime})
	if err != nil {
		return err
	}
	added.StoredOn, added.ObjectID = p.StoredOn, p.ObjectID
	r.added, r.value = &added, value
	if r.Mask != nil {
		r.Mask(value)
	}
	r.reached(AtAdded)
	return nil
}

// goOn goes on with a secret that was added.
func (r *run) goOn(ctx context.Context) error {
	r.entry.Stage, r.entry.KeyID = journal.Added, r.added.KeyID
	// Not fatal: the name alone finds the secret, and the next stage must be
	// written down before the value leaves.
	_ = r.Store.Save(r.entry)
	r.reached(AtNoted)
	if err := ctx.Err(); err != nil {
		return r.takeBack(ctx, err)
	}
	if r.added.End != nil {
		r.step(stepAdd, result.Pass, msg.New("The secret %s was added; it ends on %s.", r.added.KeyID, *r.added.End))
	} else {
		r.step(stepAdd, result.Pass, msg.New("The secret %s was added.", r.added.KeyID))
	}
	return nil
}

// ambiguous reports an answer after which the secret may exist all the same:
// none at all, one that broke off, or a failing gateway's. Graph's own refusals
// say that nothing was done.
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

// refused ends a run whose request left nothing behind.
func (r *run) refused(err error) error {
	_ = r.Store.Close(r.entry)
	r.step(stepAdd, result.Fail, wordsOf(err))
	e := graphFailure("the secret could not be added; nothing was changed", err)
	var refusal *graph.Error
	if errors.As(err, &refusal) {
		e.Hints = append(e.Hints, refusalHints(refusal.Code)...)
	}
	return e
}

// refusalHints say what to do about the refusals that a preflight may not have
// foreseen, since it could not read the policy or the lock.
func refusalHints(code string) []string {
	switch {
	case code == "CredentialInvalidLifetimeAsPerAppPolicy":
		return []string{"a policy of the tenant allows a shorter lifetime only; try --days 90, or ask an administrator of the tenant for the limit"}
	case code == "CredentialTypeNotAllowedAsPerAppPolicy":
		return []string{"a policy of the tenant forbids new secrets; ask an administrator of the tenant for an exemption, or use a certificate"}
	case strings.HasPrefix(code, "CannotUpdateLockedServicePrincipalProperty"):
		return []string{"the service principal is locked; add the secret to the application instead: --on application"}
	case code == "Authorization_RequestDenied":
		return []string{"or act as somebody else with --reader, for example --reader azure-cli after az login"}
	}
	return nil
}

// settle removes what a lost request may have left behind: a secret of the name
// that only this run uses, whose value nobody has.
func (r *run) settle(ctx context.Context, lost error) error {
	r.tell(msg.New("the answer was lost (%s); looking whether the secret was added", wordsOf(lost)))
	ctx, cancel := anyway(ctx)
	defer cancel()
	found, err := r.findOwn(ctx, r.entry.Names())
	if err == nil && len(found) > 0 {
		err = r.discard(ctx, found)
	}
	if err != nil {
		e := fail.Unknown("the request to add a secret was not answered (" + wordsOf(lost).String() + "), and whether it was added could not be found out: " + wordsOf(err).String())
		e.Hint("if it was added, its name is " + r.entry.Name + ", and nobody has its value; nothing else was changed")
		return e.Hint("once Microsoft Graph can be reached, run the same command again: it removes that secret first")
	}
	return nil
}

// looks are the pauses before each look for a secret whose request was lost: an
// answer of Graph may come from a replica that lags.
func looks() []time.Duration {
	return []time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second}
}

// findOwn looks for secrets by names that only spcheck uses.
func (r *run) findOwn(ctx context.Context, names []string) ([]objects.Credential, error) {
	var found []objects.Credential
	var err error
	for _, pause := range looks() {
		if pause > 0 {
			if err := r.sleep(ctx, pause); err != nil {
				return nil, err
			}
		}
		var list []objects.Credential
		if list, err = r.listOn(ctx, r.entry.StoredOn, r.entry.ObjectID); err != nil {
			continue
		}
		if found = named(list, names); len(found) > 0 {
			return found, nil
		}
	}
	return nil, err
}

func named(list []objects.Credential, names []string) []objects.Credential {
	var out []objects.Credential
	for _, c := range list {
		for _, n := range names {
			if c.Kind == objects.Password && n != "" && c.Name == n {
				out = append(out, c)
			}
		}
	}
	return out
}

// listOn reads the credentials of one object.
func (r *run) listOn(ctx context.Context, on, id string) ([]objects.Credential, error) {
	return listOn(ctx, r.tenant.actor.Client, on, id)
}

func listOn(ctx context.Context, c *graph.Client, on, id string) ([]objects.Credential, error) {
	if on == objects.OnServicePrincipal {
		sp, err := c.ServicePrincipal(ctx, id)
		return sp.Credentials, err
	}
	app, err := c.Application(ctx, id)
	return app.Credentials, err
}

// discard removes secrets of spcheck's own and names them in the report.
func (r *run) discard(ctx context.Context, list []objects.Credential) error {
	for _, c := range list {
		if _, err := r.remover().remove(ctx, c); err != nil {
			return err
		}
		r.noteRemoved(c)
	}
	return nil
}

func (r *run) stoppedBeforeAdding(err error) error {
	_ = r.Store.Close(r.entry)
	r.step(stepAdd, result.Fail, msg.New("Interrupted; nothing was changed."))
	return err
}
