package renew

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

const (
	// patience is the default of Common.Patience.
	patience = time.Minute
	// maxAdds limits the requests for one credential. Each one is sent only after a search
	// has shown that the previous one added nothing.
	maxAdds = 3
)

// add requests a secret. If the answer is lost, the secret may exist. Its value is then
// unknown, so add looks for it and removes it before it asks again.
func (r *secretRun) add(ctx context.Context) error {
	r.begin(stepAdd, msg.New("adding a secret to the %s", holder(r.res.Plan.StoredOn)))
	r.replaced = r.replaces(ctx)
	for attempt := 1; ; attempt++ {
		if err := r.intend(); err != nil {
			r.step(stepAdd, result.Fail, msg.Of(err))
			return err
		}
		err := r.ask(ctx)
		if err == nil {
			return r.afterAdd(ctx)
		}
		if !ambiguous(err) {
			return r.refused(err)
		}
		if err := r.removeLost(ctx, err); err != nil {
			r.step(stepAdd, result.Fail, msg.Of(err))
			return err
		}
		switch {
		case ctx.Err() != nil:
			return r.stoppedBeforeAdding(ctx.Err())
		case attempt == maxAdds:
			return r.refused(err)
		}
		r.tell(msg.New("the answer was lost (%s); the request added no secret, so it is sent again", msg.Of(err)))
	}
}

// intend records in the journal what is about to be added. Each request has its own name,
// so a secret that appears late can be matched to its request.
func (r *secretRun) intend() error {
	p := r.res.Plan
	if r.entry != nil {
		p.DisplayName = uniqueName(r.DisplayName)
	}
	r.entry = r.newEntry()
	r.entry.Asked = r.entry.Began
	r.entry.Former = slices.Clone(r.unanswered)
	r.entry.Places, r.entry.Replaces = r.places(), r.replaced
	pause.Finish()
	if err := r.save(journal.Adding); err != nil {
		return fail.Usage(r.unchanged(msg.Of(err)), stateHint())
	}
	r.reached(atIntent)
	return nil
}

// ask sends one request. An interruption does not cancel it, because only the answer says
// whether there is a secret to remove.
func (r *secretRun) ask(interrupt context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(interrupt), cmp.Or(r.Patience, patience))
	defer cancel()
	p := r.res.Plan
	var added objects.Credential
	var value secrets.Value
	var err error
	r.patiently(interrupt, func() {
		added, value, err = r.tenant.actor.Client.AddPassword(ctx, p.StoredOn, p.ObjectID, p.DisplayName, p.EndDateTime)
	})
	if err != nil {
		return err
	}
	added.StoredOn, added.ObjectID = p.StoredOn, p.ObjectID
	r.added, r.value = &added, value
	if r.mask != nil {
		r.mask(value)
	}
	r.reached(atAdded)
	return nil
}

// afterAdd continues after the secret was added.
func (r *secretRun) afterAdd(ctx context.Context) error {
	r.entry.KeyID = r.added.KeyID
	// An error does no harm: the secret can be found by its name, and the next stage must
	// be recorded before the value leaves this process.
	_ = r.save(journal.Added)
	r.reached(atNoted)
	if err := ctx.Err(); err != nil {
		return r.takeBack(ctx, err)
	}
	if r.added.End != nil {
		r.step(stepAdd, result.Pass, msg.New("The secret %s was added; it expires on %s.", r.added.Label(), *r.added.End))
	} else {
		r.step(stepAdd, result.Pass, msg.New("The secret %s was added.", r.added.Label()))
	}
	return nil
}

// refused returns the error of a run that could not add a secret.
func (r *secretRun) refused(err error) error {
	r.step(stepAdd, result.Fail, msg.Of(err))
	what := r.unchanged(msg.New("the secret could not be added"))
	if len(r.unanswered) > 0 {
		what = msg.New("the secret could not be added; one request was not answered, and has not added a secret so far")
	}
	r.closeJournal()
	e := r.tenant.failure(what, err)
	if refusal, ok := errors.AsType[*graph.Error](err); ok {
		e.Hints = append(e.Hints, refusalHints(refusal)...)
	}
	return e
}

// refusalHints returns what to do about a refusal that the preflight could not predict, for
// example because the policies could not be read.
func refusalHints(e *graph.Error) []msg.Text {
	switch {
	case e.Code == "CredentialInvalidLifetimeAsPerAppPolicy":
		return []msg.Text{msg.New("a policy of the tenant only allows a shorter lifetime; try --days 90, or ask an administrator of the tenant for the limit"),
			msg.New("with the permission %s, spcheck can find the longest lifetime that is allowed", graph.NeedPolicies)}
	case e.Code == "CredentialTypeNotAllowedAsPerAppPolicy":
		return []msg.Text{msg.New("a policy of the tenant forbids new secrets; ask an administrator of the tenant for an exemption, or use a certificate")}
	case strings.HasSuffix(e.Code, "AsPerAppPolicy"):
		return []msg.Text{msg.New("an app management policy of the tenant forbids it; ask an administrator of the tenant for an exemption")}
	case e.Full():
		return []msg.Text{msg.New("a limit of Entra was reached; remove what is no longer used, such as expired credentials: spcheck remove-secret --expired")}
	case e.Status == http.StatusNotFound:
		return []msg.Text{msg.New("the object was read a moment ago: if it is new, not every server knows it yet; wait a few minutes, then run the same command again")}
	case strings.HasPrefix(e.Code, "CannotUpdateLockedServicePrincipalProperty"):
		return []msg.Text{msg.New("the service principal is locked; add it to the application instead: --on application")}
	case e.Status == http.StatusConflict:
		return []msg.Text{msg.New("something else is changing the object right now; run the same command again")}
	}
	return nil
}

func (r *secretRun) stoppedBeforeAdding(err error) error {
	text := r.unchanged(msg.New("interrupted"))
	if len(r.unanswered) > 0 {
		text = msg.New("Interrupted; one request was not answered, and has not added a secret so far.")
	}
	r.closeJournal()
	r.step(stepAdd, result.Fail, text)
	return err
}
