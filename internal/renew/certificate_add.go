package renew

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// add adds the certificate and keeps the existing ones. A lost answer does no harm: the
// certificate is recognized by its thumbprint, and its key is in the file.
func (r *certRun) add(ctx context.Context) error {
	r.begin(certAdd, msg.New("adding the certificate to the %s", holder(r.res.Plan.StoredOn)))
	if r.own == nil { // otherwise Graph chooses it
		r.entry.KeyID = cmp.Or(r.entry.KeyID, uuid.NewString())
	}
	r.entry.Asked = r.Input.Now().UTC()
	if err := r.save(journal.Adding); err != nil {
		return r.notAdded(err)
	}
	r.reached(atAsking)
	for attempt := 1; ; attempt++ {
		list, err := r.keys(ctx)
		if err != nil {
			return r.notAdded(err)
		}
		if c, there := r.findIn(list); there {
			return r.afterAdd(ctx, c)
		}
		r.noteChanges(list)
		err = r.ask(ctx, list)
		if err == nil {
			r.reached(atAdded)
			return r.confirm(ctx, list)
		}
		if ambiguous(err) {
			r.asked = true
			r.tell(msg.New("the answer was lost (%s); checking whether the certificate was added", msg.Of(err)))
			if c, there := r.look(ctx); there {
				return r.afterAdd(ctx, c)
			}
		} else if !conflict(err) && !r.outdated(ctx, err, list) {
			return r.notAdded(err)
		}
		if attempt == maxAdds {
			return r.notAdded(err)
		}
		if err := r.sleep(ctx, time.Duration(attempt)*time.Second); err != nil {
			return r.notAdded(err)
		}
	}
}

func (r *certRun) keys(ctx context.Context) (graph.KeyList, error) {
	return r.tenant.actor.Client.Keys(ctx, r.res.Plan.StoredOn, r.res.Plan.ObjectID)
}

// findIn finds the new certificate in a list by its thumbprint or, if Graph returns none, by
// its unique name.
func (r *certRun) findIn(list graph.KeyList) (objects.Credential, bool) {
	i := slices.IndexFunc(list.Keys, func(c objects.Credential) bool {
		return strings.EqualFold(c.Thumbprint, r.entry.Thumbprint) || c.Thumbprint == "" && c.Name == r.entry.Name
	})
	if i < 0 {
		return objects.Credential{}, false
	}
	c := list.Keys[i]
	c.ObjectID = r.res.Plan.ObjectID
	return c, true
}

// noteChanges adds a note if someone else has changed the list since it was last read. Their
// changes stay, because each request is based on a list that was read just before.
func (r *certRun) noteChanges(list graph.KeyList) {
	if r.seen != nil && (len(missingFrom(r.seen.Keys, list.Keys)) > 0 || len(missingFrom(list.Keys, r.seen.Keys)) > 0) {
		r.note(msg.New("Someone else changed the certificates while this run was preparing; all current ones stay."))
	}
	r.seen = &list
}

// ask sends one request. An interruption does not cancel it.
func (r *certRun) ask(interrupt context.Context, list graph.KeyList) (err error) {
	pause.Finish()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(interrupt), cmp.Or(r.Patience, patience))
	defer cancel()
	c, p := r.made.Certificate, r.res.Plan
	k := graph.NewKey{KeyID: r.entry.KeyID, DisplayName: r.entry.Name, Certificate: c.Chain[0].Raw, Start: c.NotBefore, End: c.NotAfter}
	client := r.tenant.actor.Client
	r.patiently(interrupt, func() {
		if r.own == nil {
			err = client.PutKey(ctx, p.StoredOn, p.ObjectID, list, k)
			return
		}
		var proof secrets.Value
		own := r.own.Certificate
		if proof, err = entra.Proof(own.Chain[0], own.Key.Reveal(), p.ObjectID, r.clock.serviceNow()); err != nil {
			err = &graph.TokenError{Err: err} // nothing was requested
			return
		}
		err = client.AddKey(ctx, p.StoredOn, p.ObjectID, k, proof)
	})
	return err
}

// look waits until the certificate is listed, which may take a few seconds.
func (r *certRun) look(ctx context.Context) (objects.Credential, bool) {
	ctx, cancel := anyway(ctx)
	defer cancel()
	for range r.looks(ctx, looks) {
		list, err := r.keys(ctx)
		if err != nil {
			continue
		}
		if c, there := r.findIn(list); there {
			return c, true
		}
	}
	return objects.Credential{}, false
}

// outdated reports whether Graph refused the list because someone else has removed one of
// its certificates in the meantime.
func (r *certRun) outdated(ctx context.Context, err error, list graph.KeyList) bool {
	refusal, ok := errors.AsType[*graph.Error](err)
	if r.own != nil || !ok || refusal.Status != http.StatusBadRequest {
		return false
	}
	now, readErr := r.keys(ctx)
	return readErr == nil && len(missingFrom(list.Keys, now.Keys)) > 0
}

// confirm reads the list again: it must contain the new certificate and all the old ones.
func (r *certRun) confirm(interrupt context.Context, before graph.KeyList) error {
	ctx, cancel := anyway(interrupt)
	defer cancel()
	added := objects.Credential{Kind: objects.Certificate, KeyID: r.entry.KeyID, Name: r.entry.Name, Thumbprint: r.entry.Thumbprint,
		StoredOn: r.entry.StoredOn, ObjectID: r.entry.ObjectID, Usage: "Verify", Start: &r.made.Certificate.NotBefore, End: &r.made.Certificate.NotAfter}
	var missing []objects.Credential
	listed := false
	for range r.looks(ctx, looks) {
		list, err := r.keys(ctx)
		if err != nil {
			continue
		}
		if c, there := r.findIn(list); there {
			added, listed = c, true
		}
		missing = missingFrom(before.Keys, list.Keys)
		if listed && len(missing) == 0 {
			return r.afterAdd(interrupt, added)
		}
	}
	if len(missing) > 0 {
		return r.othersGone(added, missing)
	}
	r.note(msg.New("Microsoft Graph does not list the new certificate yet."))
	return r.afterAdd(interrupt, added)
}

// othersGone returns the error if old certificates are missing afterwards: someone else
// changed the list at the same time. Only they know whether that was intended.
func (r *certRun) othersGone(added objects.Credential, missing []objects.Credential) error {
	r.noteAdded(added)
	r.step(certAdd, result.CheckUnknown, msg.New("The certificate was added, but other certificates are missing (%d).", len(missing)))
	e := fail.Unknown(msg.New("the certificate was added, but other certificates are now missing (%d): someone else changed them at the same time", len(missing)))
	for _, c := range missing {
		e.Hint(msg.New("%s named %q, thumbprint %s", c.KeyID, c.Name, c.Thumbprint))
	}
	return e.Hint(msg.New("if that was not intended, upload them again; then continue with: %s", r.entry.Resume()))
}

func (r *certRun) noteAdded(c objects.Credential) {
	r.added, r.entry.KeyID = &c, c.KeyID
	r.saveOrNote(journal.Added)
	r.reached(atNoted)
}

// afterAdd continues after the certificate was added.
func (r *certRun) afterAdd(ctx context.Context, c objects.Credential) error {
	r.noteAdded(c)
	if ctx.Err() != nil {
		return r.interruptedAt(certAdd)
	}
	r.step(certAdd, result.Pass, msg.New("The certificate %s was added, thumbprint %s; it expires on %s.", c.KeyID, r.entry.Thumbprint, r.made.Certificate.NotAfter))
	return nil
}

// interrupted returns the error of an interrupted run that can be continued.
func (r *certRun) interrupted() *fail.Error {
	return fail.Interrupted(msg.New("interrupted before the new certificate was installed"), r.stillValid(), continueWith(r.entry.Resume()))
}

// interruptedAt ends a run that was interrupted in a step.
func (r *certRun) interruptedAt(step int) error {
	r.step(step, result.Fail, msg.New("Interrupted."))
	return r.interrupted()
}

func (r *certRun) stillValid() msg.Text {
	return msg.New("the new certificate and its key are in %s; everything that was valid before still is", r.to.Staged)
}

// notAdded returns the error of a run that could not add the certificate. If it certainly
// does not exist, the new file is removed. Otherwise a later run continues.
func (r *certRun) notAdded(err error) error {
	r.step(certAdd, result.Fail, msg.Of(err))
	interrupted := errors.Is(err, context.Canceled)
	if r.asked {
		if interrupted {
			return r.interruptedAt(certAdd)
		}
		e := r.tenant.failure(msg.New("it could not be determined whether the certificate was added"), err)
		return e.Hint(r.stillValid()).Hint(continueWith(r.entry.Resume()))
	}
	r.discardNew()
	if interrupted {
		return err
	}
	e := r.tenant.failure(msg.New("the certificate could not be added; nothing was changed"), err)
	if refusal, ok := errors.AsType[*graph.Error](err); ok {
		e.Hints = append(e.Hints, r.refusalHints(refusal)...)
	}
	return e
}

func (r *certRun) refusalHints(e *graph.Error) []msg.Text {
	switch {
	case e.Code == "CredentialTypeNotAllowedAsPerAppPolicy":
		return []msg.Text{msg.New("a policy of the tenant forbids self-signed certificates; ask an administrator of the tenant for an exemption")}
	case e.Status == http.StatusUnauthorized && r.own != nil:
		return []msg.Text{msg.New("Microsoft Graph did not accept the application's proof that it has the key of its certificate; use another identity with --reader, for example --reader azure-cli after az login")}
	case e.Code == "Directory_ResourceSizeExceeded":
		return []msg.Text{msg.New("the object cannot hold another certificate; remove expired ones first")}
	}
	return refusalHints(e)
}
