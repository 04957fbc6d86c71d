package renew

import (
	"context"
	"errors"
	"io/fs"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
)

// resume continues an interrupted renewal.
func (r *certRun) resume(ctx context.Context) error {
	e := r.entry
	if e == nil {
		r.res.Outcome = result.NothingToResume
		r.step(stepPreflight, result.Pass, msg.New("No renewal of this application's certificate is unfinished on this machine."))
		return nil
	}
	r.step(stepPreflight, result.Pass, e.Summary())
	if e.Stage == journal.Making {
		r.discardNew()
		r.res.Outcome = result.CleanedUp
		r.step(certMake, result.Pass, msg.New("The file that the earlier run left behind was removed; nothing was added to Entra. Renew again with: %s", r.againCommand()))
		return nil
	}
	found, err := r.loadEarlier(ctx)
	switch {
	case err != nil:
		return err
	case found:
		return r.finishEarlier(ctx)
	}
	c, listed, err := r.earlierWithoutKey(ctx)
	if err != nil {
		return err
	}
	r.closeJournal()
	if !listed {
		r.res.Outcome = result.CleanedUp
		r.step(certAdd, result.Pass, msg.New("The certificate of the earlier run does not exist; there is nothing to clean up."))
		return nil
	}
	e2 := fail.Unknown(msg.New("the certificate %s of the earlier run is registered, but its key is neither in %s nor in %s", c.KeyID, e.Places[0].Staged, r.to.Path))
	e2.Hint(msg.New("if nobody has the key, remove the certificate with: %s", removeCommand(r.tenant.appID(), c.KeyID)))
	return e2.Hint(msg.New("renew again with: %s", r.againCommand()))
}

func (r *certRun) againCommand() commandline.Words {
	return commandline.Words{"spcheck", "renew-certificate", "--sp", r.tenant.appID(), "--to", "TARGET"}
}

// unattended finishes an interrupted renewal, and checks whether a new one is due.
func (r *certRun) unattended(ctx context.Context) (done bool, err error) {
	switch {
	case r.entry == nil:
	case r.DryRun:
		return false, nil // the preflight reports the unfinished renewal
	case r.entry.Stage == journal.Making:
		r.discardNew()
	default:
		if done, err := r.resumeUnattended(ctx); done || err != nil {
			return done, err
		}
	}
	return r.endUnlessDue(r.needed(ctx))
}

// resumeUnattended finishes an interrupted renewal if its key still exists. Otherwise it
// adds a note about the certificate, and a new one is made. done means that no renewal is
// needed.
func (r *certRun) resumeUnattended(ctx context.Context) (done bool, err error) {
	wanted := r.to
	found, err := r.loadEarlier(ctx)
	if err != nil {
		return false, err
	}
	if found {
		return true, r.finishEarlier(ctx)
	}
	c, listed, err := r.earlierWithoutKey(ctx)
	if err != nil {
		return false, err
	}
	if listed {
		r.note(msg.New("The certificate %s named %q of an earlier run stays: its key is neither in %s nor in %s. If nobody has it, remove the certificate with: %s",
			c.KeyID, c.Name, r.entry.Places[0].Staged, r.to.Path, removeCommand(r.tenant.appID(), c.KeyID)))
	}
	r.closeJournal()
	r.to, r.res.Plan = wanted, nil
	return false, nil
}

// loadEarlier loads the certificate and key of the interrupted renewal, from the file beside
// the target or from the target.
func (r *certRun) loadEarlier(ctx context.Context) (found bool, err error) {
	e := r.entry
	if len(e.Places) == 0 {
		return false, fail.Unknown(msg.New("the journal %s does not name a file", r.Store.Path(e)))
	}
	noted, err := r.parse(e.Places[0].Target)
	if err != nil {
		return false, err
	}
	noted.Staged, noted.Backup = e.Places[0].Staged, e.Places[0].Backup
	r.to, r.replaced = noted, e.Replaces
	r.res.Plan = &result.RenewalPlan{StoredOn: e.StoredOn, ObjectID: e.ObjectID, DisplayName: e.Name, Target: result.OrNil(noted.Spec())}
	if e.End != nil {
		r.res.Plan.EndDateTime = *e.End
	}
	for _, path := range []string{noted.Staged, noted.Path} {
		c, err := noted.Load(ctx, path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err == nil && c.Certificate.SHA1 == e.Thumbprint:
			r.made = c
			return true, nil
		case err != nil: // the key may be in it
			return false, fail.Unknown(unchanged(msg.New("the certificate of the earlier run could not be read: %s", msg.Of(err))),
				msg.New("make the file readable; if it has a password, give it with --password-file; if it contains something else, move it elsewhere"), thenContinueWith(e.Resume()))
		}
	}
	return false, nil
}

// earlierWithoutKey returns the certificate of the interrupted renewal if it is registered,
// although its key is lost.
func (r *certRun) earlierWithoutKey(ctx context.Context) (objects.Credential, bool, error) {
	list, err := r.keys(ctx)
	if err != nil {
		return objects.Credential{}, false, r.tenant.failure(unchanged(msg.New("the certificates could not be read")), err)
	}
	c, listed := r.findIn(list)
	return c, listed, nil
}

// finishEarlier continues the interrupted renewal.
func (r *certRun) finishEarlier(ctx context.Context) error {
	r.step(certMake, result.Pass, msg.New("The key was created by the earlier run and is in %s.", r.to.Staged))
	if configured := r.ownKey(ctx, r.tenant); configured != nil && r.holds(r.entry.StoredOn, configured) != nil {
		r.own = configured
	}
	list, err := r.keys(ctx)
	if err != nil {
		return r.tenant.failure(unchanged(msg.New("the certificates could not be read")), err)
	}
	c, listed := r.findIn(list)
	switch {
	case listed:
		err = r.afterAdd(ctx, c)
	case r.entry.Stage != journal.Adding && r.settled():
		return r.removedMeanwhile()
	default:
		r.asked = !r.settled()
		err = r.add(ctx)
	}
	if err != nil {
		return err
	}
	return r.proveAndPlace(ctx)
}

// removedMeanwhile ends a renewal whose certificate was removed from Entra by someone else.
func (r *certRun) removedMeanwhile() error {
	r.note(msg.New("The certificate %s was removed from Entra; if %s or %s contains it, it no longer works.", r.entry.KeyID, r.to.Staged, r.to.Path))
	r.closeJournal()
	r.res.Outcome = result.CleanedUp
	r.step(certAdd, result.Pass, msg.New("The certificate of the earlier run does not exist; there is nothing to clean up."))
	return nil
}
