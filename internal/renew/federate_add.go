package renew

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/spcheck/spcheck/internal/fail"
	federated "github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// add adds the missing credentials one by one.
func (f *federation) add(ctx context.Context) (added bool, err error) {
	if f.missingCount() == 0 {
		f.step(federateAdd, result.Skipped, msg.New("The application already accepts these tokens."))
		return false, nil
	}
	f.begin(federateAdd, msg.New("adding a federated credential to the application"))
	n := 0
	for i := range f.res.Trusts {
		t := &f.res.Trusts[i]
		if t.Outcome != result.NotAdded {
			continue
		}
		if err := f.addOne(ctx, t); err != nil {
			f.step(federateAdd, result.Fail, msg.Of(err))
			return n > 0, err
		}
		n++
	}
	f.step(federateAdd, result.Pass, msg.New("%d federated credentials were added.", n))
	return true, nil
}

// addOne adds one credential. If the answer is lost, it looks for the credential several
// times before it asks again. Graph refuses a second one with the same issuer and subject.
func (f *federation) addOne(ctx context.Context, t *result.Trust) error {
	for attempt := 1; ; attempt++ {
		if ctx.Err() != nil {
			return f.stopped()
		}
		err := f.request(ctx, t)
		switch {
		case err == nil:
			t.Outcome = result.Added
			return nil
		case !ambiguous(err) && !duplicate(err):
			return f.refused(err)
		}
		f.tell(msg.New("it is not certain whether the credential was added (%s); looking for it", msg.Of(err)))
		seen, lookErr := f.look(ctx, t)
		switch {
		case seen:
			t.Outcome = result.Added
			return nil
		case lookErr != nil:
			t.Outcome = result.MaybeAdded
			return fail.Unknown(msg.New("the request to add a federated credential was not answered (%s), and it could not be determined whether it was added: %s", msg.Of(err), msg.Of(lookErr)),
				runAgain())
		case attempt == maxAdds:
			t.Outcome = result.MaybeAdded
			e := f.tenant.failure(msg.New("the federated credential could not be added, and has not appeared so far"), err)
			return e.Hint(runAgain())
		}
	}
}

// request sends one request. An interruption does not cancel it, because the answer says
// whether the credential exists.
func (f *federation) request(interrupt context.Context, t *result.Trust) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(interrupt), cmp.Or(f.Patience, patience))
	defer cancel()
	var c objects.Credential
	f.patiently(interrupt, func() {
		c, err = f.tenant.actor.Client.AddFederated(ctx, f.tenant.app.ID, federated.Trust{Name: t.Name, Issuer: t.Issuer, Subject: t.Subject, Audience: t.Audience})
	})
	if err == nil {
		t.ID = result.OrNil(c.KeyID)
	}
	return err
}

// duplicate reports whether Graph refused a credential because it exists. A request whose
// answer was lost, or another run, has added it.
func duplicate(err error) bool {
	e, ok := errors.AsType[*graph.Error](err)
	return ok && e.Status == http.StatusConflict
}

// look waits until the requested credential is listed.
func (f *federation) look(ctx context.Context, t *result.Trust) (seen bool, err error) {
	ctx, cancel := anyway(ctx)
	defer cancel()
	for range f.looks(ctx, looks) {
		if err = f.reread(ctx); err != nil {
			continue
		}
		if c := f.existing(federated.Pair{Issuer: t.Issuer, Subject: t.Subject}); c != nil {
			t.ID, t.Name = result.OrNil(c.KeyID), c.Name
			return true, nil
		}
	}
	return false, cmp.Or(ctx.Err(), err)
}

// stopped returns the error of a run that was interrupted before it had asked for all
// credentials.
func (f *federation) stopped() error {
	return fail.Interrupted(msg.New("interrupted before all federated credentials were added"), runAgain())
}

// refused returns the error for a credential that Graph refused.
func (f *federation) refused(err error) error {
	e := f.tenant.failure(msg.New("the federated credential could not be added"), err)
	if refusal, ok := errors.AsType[*graph.Error](err); ok && refusal.Code == "InvalidFederatedIdentityCredentialValue" {
		e.Hint(msg.New("a policy of the tenant may only allow certain issuers; ask an administrator of the tenant"))
	}
	return e
}

func runAgain() msg.Text {
	return msg.New("run the same command again: it keeps what exists and adds what is missing")
}
