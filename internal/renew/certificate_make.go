package renew

import (
	"context"
	"errors"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// early is how far in the past the validity of a new certificate begins: the clocks of
// servers differ.
const early = time.Minute

// create creates the key and writes it to a file beside the target. Nothing has been added
// to Entra yet.
func (r *certRun) create(ctx context.Context) error {
	p := r.res.Plan
	r.begin(certMake, msg.New("creating a key and its certificate in %s", r.to.Staged))
	r.entry = r.newEntry()
	r.entry.Places = []journal.Place{{Target: r.to.Spec(), Staged: r.to.Staged, Backup: r.to.Backup}}
	r.replaced = nil
	if c, known := r.currentCertificate(); known {
		r.replaced = []string{c.KeyID}
	}
	r.entry.Replaces = r.replaced
	pause.Finish()
	if err := r.save(journal.Making); err != nil {
		why := fail.Usage(unchanged(msg.Of(err)), stateHint())
		r.step(certMake, result.Fail, why.What)
		return why
	}
	r.reached(atIntent)
	made, err := secrets.MakeCertificate(p.DisplayName, r.clock.serviceNow().Add(-early), p.EndDateTime)
	if err == nil {
		err = r.to.Stage(ctx, made)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return r.notCreated(err)
	}
	r.made, r.entry.Thumbprint = made, made.Certificate.SHA1
	r.reached(atMade)
	r.step(certMake, result.Pass, msg.New("The key was created on this machine and is in %s.", r.to.Staged))
	return nil
}

// notCreated returns the error of a run that could not write the file.
func (r *certRun) notCreated(err error) error {
	r.discardNew()
	r.step(certMake, result.Fail, msg.Of(err))
	var worded msg.Worded
	if !errors.As(err, &worded) {
		return err // an interruption
	}
	return fail.Unknown(unchanged(msg.New("the certificate could not be written: %s", msg.Of(err))), msg.New("choose another file with --to"))
}

// discardNew removes the file with the unused certificate, and closes the journal.
func (r *certRun) discardNew() {
	if r.entry == nil {
		return
	}
	to := r.to
	if len(r.entry.Places) > 0 {
		if noted, err := r.parse(r.entry.Places[0].Target); err == nil {
			to = noted
			to.Staged, to.Backup = r.entry.Places[0].Staged, r.entry.Places[0].Backup
		}
	}
	if to != nil {
		if err := to.Discard(); err != nil {
			r.note(msg.Of(err))
		}
	}
	r.closeJournal()
}
