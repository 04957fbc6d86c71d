package renew

import (
	"context"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/session"
)

// run is one renewal of a credential: the part that secrets and certificates share.
// secretRun and certRun extend it.
type run struct {
	Renewal
	kind   journal.Kind
	res    *result.Renewal
	tenant *tenant
	facts  *diagnose.Facts
	// entry is the journal of this renewal or of an interrupted one, or nil.
	entry *journal.Entry
	// added is the new credential, or nil if it does not exist.
	added *objects.Credential
	// replaced are the key IDs of the credentials that the targets contained before.
	replaced []string
}

func newRun(req Renewal, kind journal.Kind, steps []result.Step) *run {
	r := &run{Renewal: req, kind: kind}
	r.setUp()
	r.res = &result.Renewal{Outcome: result.Stopped, Steps: steps,
		Header: result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: req.Input.Now().UTC()}}
	return r
}

// procedure is how one kind of credential is renewed.
type procedure interface {
	// suits reports whether an identity may act, as far as its token shows.
	suits(*session.Actor) bool
	// prepare is called once the objects were read.
	prepare()
	// resume continues an interrupted renewal, or cleans up after it.
	resume(ctx context.Context) error
	// needed reports whether a renewal is due. removes reports whether something may be
	// removed if it is not.
	needed(ctx context.Context) (bool, error)
	removes() bool
	// unattended implements --if-expiring-within. done means that no renewal is needed.
	unattended(ctx context.Context) (done bool, err error)
	// plan and questions belong to the preflight.
	plan(ctx context.Context) error
	questions() []question
	// replace adds a new credential, stores it and proves it.
	replace(ctx context.Context) error
	// nextSteps returns what a person has to do afterwards.
	nextSteps() []result.Remedy
}

// renew renews a credential.
func (r *run) renew(ctx context.Context, p procedure) error {
	if err := r.readObjects(ctx, p.suits); err != nil {
		r.step(stepPreflight, result.Fail, msg.Of(err))
		return err
	}
	due, done, err := r.dueBeforeLock(ctx, p)
	if done || err != nil {
		return err
	}
	before := r.tenant.keyIDs()
	unlock, err := r.lockAndReread(ctx)
	if err != nil {
		r.step(stepPreflight, result.Fail, msg.Of(err))
		return err
	}
	defer unlock()
	p.prepare()
	if r.Resume {
		return p.resume(ctx)
	}
	due = due && r.entry == nil && slices.Equal(before, r.tenant.keyIDs())
	if r.IfExpiringWithin != nil && !due {
		if done, err := p.unattended(ctx); done || err != nil {
			return err
		}
	}
	if err := r.preflight(ctx, p); err != nil {
		return err
	}
	if r.DryRun {
		r.res.Outcome = result.Planned
		return nil
	}
	return p.replace(ctx)
}

// endUnlessDue ends the run if no renewal is due.
func (r *run) endUnlessDue(due bool, err error) (done bool, _ error) {
	switch {
	case err != nil:
		r.step(stepPreflight, result.Fail, msg.Of(err))
	case !due:
		r.res.Outcome = result.NotNeeded
		r.setReason(r.res.Steps[stepPreflight].Summary)
		return true, nil
	}
	return false, err
}

// dueBeforeLock reports whether a renewal is due, before the lock is taken. If it is not, nothing
// is changed, so the run is done without the lock and without reading the objects again.
// With the lock, it is decided again if another run has changed something in the meantime.
func (r *run) dueBeforeLock(ctx context.Context, p procedure) (due, done bool, err error) {
	if r.IfExpiringWithin == nil || r.DryRun || r.Resume {
		return false, false, nil
	}
	if entry, err := r.tenant.pending(r.Store, r.kind); entry != nil || err != nil {
		return false, false, nil // that needs the lock
	}
	p.prepare()
	if p.removes() {
		return false, false, nil
	}
	due, err = p.needed(ctx)
	done, err = r.endUnlessDue(due, err)
	return due, done, err
}

// readObjects reads the objects with the first identity that suits.
func (r *run) readObjects(ctx context.Context, suits func(*session.Actor) bool) (err error) {
	r.begin(stepPreflight, msg.New("preflight (changes nothing)"))
	if r.tenant, err = open(ctx, &r.Common, suits); err != nil {
		return err
	}
	t := r.tenant
	r.facts = t.facts
	r.res.ServicePrincipal, r.res.Application, r.res.ActingAs = t.described()
	if r.Claim != nil {
		return r.Claim(t.appID())
	}
	return nil
}

// lockAndReread takes the lock, reads the objects again, and looks for an unfinished renewal. A dry
// run takes no lock, so it leaves no file behind.
func (r *run) lockAndReread(ctx context.Context) (unlock func(), err error) {
	t := r.tenant
	unlock = func() {}
	if !r.DryRun {
		if unlock, err = t.lock(r.Store); err != nil {
			return nil, err
		}
		if err := r.reread(ctx); err != nil {
			unlock()
			return nil, t.failure(unchanged(msg.New("the secrets could not be read")), err)
		}
	}
	if r.entry, err = t.pending(r.Store, r.kind); err != nil {
		unlock()
		return nil, fail.Unknown(unchanged(msg.Of(err)), journalHints(err, t.appID())...)
	}
	return unlock, nil
}

// reread reads both objects again, because another run may have changed them before this
// one got the lock.
func (r *run) reread(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.Input.Timeout)
	defer cancel()
	return r.tenant.refresh(ctx)
}

func (r *run) newEntry() *journal.Entry {
	t, p := r.tenant, r.res.Plan
	return &journal.Entry{Kind: r.kind, Began: r.Input.Now().UTC(), Actor: t.actor.Name,
		Tenant: t.configured, TenantID: t.id, AppID: t.appID(), AppName: t.name(),
		StoredOn: p.StoredOn, ObjectID: p.ObjectID, Name: p.DisplayName, End: &p.EndDateTime}
}

// settlingTime is the time after which an unanswered request can have no more effect. Its
// secret may appear late, because Graph's replicas lag by seconds, rarely by minutes. Until
// then, or until the secret was seen and removed, its name stays in secretRun.unanswered
// and in the journal.
const settlingTime = 15 * time.Minute

// settled reports whether the earlier run's requests can have no more effect.
func (r *run) settled() bool { return r.Input.Now().Sub(r.entry.Asked).Abs() > settlingTime }

// save records the stage that is about to begin.
func (r *run) save(stage journal.Stage) error {
	r.entry.Stage = stage
	return r.Store.Save(r.entry)
}

// saveOrNote is save where an error does no harm.
func (r *run) saveOrNote(stage journal.Stage) {
	if err := r.save(stage); err != nil {
		r.note(msg.New("The journal could not be written: %s", msg.Of(err)))
	}
}

// recordProof records that the new credential was proven.
func (r *run) recordProof() {
	r.entry.KeyID = r.added.KeyID
	if err := r.Store.Prove(r.entry, r.clock.serviceNow().UTC()); err != nil {
		r.note(msg.New("The journal could not record what was verified: %s", msg.Of(err)))
	}
}

// afterwards runs the --then command. An interruption does not stop it.
func (r *run) afterwards(interrupt context.Context) (err error) {
	if r.Then == nil {
		return nil
	}
	r.tell(msg.New("running the --then command"))
	r.patiently(interrupt, func() { err = r.Then(context.WithoutCancel(interrupt)) })
	if err == nil {
		r.note(msg.New("The --then command was run."))
		return nil
	}
	return fail.Unknown(msg.New("the --then command failed: %s", msg.Of(err)),
		msg.New("the renewal is complete; run the command yourself"))
}

// setReason records why a renewal is or is not due.
func (r *run) setReason(t msg.Text) { r.res.Reason = &t }

func (r *run) due(c objects.Credential) bool {
	return c.End != nil && !c.End.After(r.clock.serviceNow().Add(*r.IfExpiringWithin))
}

// closeJournal closes the journal.
func (r *run) closeJournal() {
	if err := r.Store.Close(r.entry); err != nil {
		r.note(msg.New("The journal could not be closed: %s", msg.Of(err)))
	}
	r.entry = nil
}
