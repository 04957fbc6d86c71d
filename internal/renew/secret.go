package renew

import (
	"context"
	"time"

	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/session"
)

// The steps of a secret's renewal after stepPreflight, by their index in the report.
const (
	stepAdd    = 1
	stepStore  = 2
	stepVerify = 3
)

func secretSteps() []result.Step {
	return []result.Step{
		blank("preflight", msg.New("Preflight")),
		blank("add", msg.New("Add")),
		blank("store", msg.New("Store")),
		blank("verify", msg.New("Verify")),
		blank("report", msg.New("Report")),
	}
}

// secretRun renews a secret. Graph returns the value only once, so a run that is
// interrupted before the value was stored has lost it.
type secretRun struct {
	*run
	// These are the fields of Request.
	targets     []target.Target
	parse       func(spec string) (target.Target, error)
	newTargets  bool
	retireAfter time.Duration
	mask        func(secrets.Value)

	value secrets.Value
	// proven are the key IDs of secrets that earlier runs have proven.
	proven []string
	// unanswered are the names of secrets whose requests were not answered, and which have
	// not appeared so far.
	unanswered []string
	// unsure says which targets may contain the value although another one was used
	// instead.
	unsure []msg.Text
	// searched means that the secrets of an earlier run, whose values were lost, were
	// searched for in this run.
	searched bool
	// stillUnknown means that Entra did not know the secret at the last sign-in.
	stillUnknown bool
	// intended means that an earlier run was going to write to these targets, so an empty
	// one is no mistake.
	intended bool
	// logged is the sign-in log, if it was read.
	logged fact.Fact[objects.LoggedUses]
}

func (*secretRun) suits(a *session.Actor) bool { return mayChange(a) }

func (r *secretRun) prepare() {
	r.proven = r.Store.Proven(r.tenant.key(), r.tenant.appID())
	for _, t := range r.targets {
		r.empower(t)
	}
}

func (r *secretRun) replace(ctx context.Context) error {
	if err := r.removeLostEarlier(ctx); err != nil {
		return err
	}
	if err := r.add(ctx); err != nil {
		return err
	}
	if err := r.store(ctx); err != nil {
		return err
	}
	return r.proveAndClose(ctx)
}

// unattended finds whatever the previous run left behind, and can ask nobody. It finishes
// what can be proven, removes what was lost, and then checks whether a renewal is due.
func (r *secretRun) unattended(ctx context.Context) (done bool, err error) {
	switch {
	case r.entry == nil:
	case r.DryRun && !r.entry.Stage.ValueLost():
		return false, nil // the preflight reports the unfinished renewal
	case r.DryRun:
	case r.entry.Stage.ValueLost():
		r.intended = true
		if err := r.removeLostEarlier(ctx); err != nil {
			return false, err
		}
		r.closeJournal()
	default:
		r.intended = true
		if done, err := r.resumeUnattended(ctx); done || err != nil {
			return done, err
		}
	}
	done, err = r.endUnlessDue(r.needed(ctx))
	if done {
		r.retire(ctx)
	}
	return done, err
}

// proveAndClose does what remains after the value was stored, in a new or a resumed run.
func (r *secretRun) proveAndClose(ctx context.Context) error {
	if err := r.verify(ctx); err != nil {
		return err
	}
	if err := r.readBack(ctx); err != nil {
		return err
	}
	r.close(ctx)
	r.res.Outcome = result.Renewed
	return r.afterwards(ctx)
}
