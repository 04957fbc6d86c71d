package renew

import (
	"context"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
)

// RemoveRequest describes which credentials to remove.
type RemoveRequest struct {
	Common
	// KeyIDs are the credentials to remove, secrets or certificates. Expired adds all
	// expired secrets.
	KeyIDs  []string
	Expired bool
	// NotUsedSince refuses to remove a credential that was used within this time. Zero
	// means that its use does not matter.
	NotUsedSince time.Duration
	// Force also removes credentials that the rules protect. Yes removes without asking.
	// DryRun removes nothing.
	Force, Yes, DryRun bool
}

// removal is one run.
type removal struct {
	RemoveRequest
	res    *result.Removal
	tenant *tenant
	// now is the service's time if timeKnown is set, otherwise this machine's. By a wrong
	// clock, valid secrets may look expired.
	now       time.Time
	timeKnown bool
	// configured is the result of tenant.configuredSecrets.
	configured map[string]*bool
	used       []objects.Activity
	// chosen are the credentials to remove. against is what speaks against it.
	chosen  []objects.Credential
	against []msg.Text
	// agreed is what a person has agreed to. Before that, it is nil.
	agreed *agreement
	// entry is the unfinished renewal of a secret, or nil. proven are the key IDs of the
	// secrets that were proven on this machine.
	entry  *journal.Entry
	proven []string
	// unfinished is the unfinished renewal of a certificate, or nil.
	unfinished *journal.Entry
}

// Remove removes secrets and certificates. The report is always complete. The error says
// what ended the run early; it is a *fail.Error or the error of the context.
func Remove(ctx context.Context, req RemoveRequest) (*result.Removal, error) {
	r := &removal{RemoveRequest: req, now: req.Input.Now()}
	r.setUp()
	r.res = &result.Removal{Header: result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: r.now.UTC()}}
	err := r.run(ctx)
	r.finish(err)
	return r.res, err
}

func (r *removal) run(ctx context.Context) error {
	var err error
	if r.tenant, err = open(ctx, &r.Common, mayChange); err != nil {
		return err
	}
	r.res.ServicePrincipal, r.res.Application, r.res.ActingAs = r.tenant.described()
	if !r.DryRun {
		unlock, err := r.tenant.lock(r.Store)
		if err != nil {
			return err
		}
		defer unlock()
	}
	if err := r.decide(ctx); err != nil {
		return err
	}
	if len(r.chosen) == 0 {
		r.res.Notes = append(r.res.Notes, msg.New("No secret has expired; there is nothing to remove."))
		return nil
	}
	return r.carryOut(ctx)
}

// carryOut asks for confirmation, and removes the credentials.
func (r *removal) carryOut(ctx context.Context) error {
	if r.DryRun {
		for i := range r.res.Secrets {
			r.res.Secrets[i].Outcome = result.Planned
		}
		return nil
	}
	if !r.Yes {
		if err := r.confirm(ctx); err != nil {
			return err
		}
		if err := r.decide(ctx); err != nil {
			return err
		}
	}
	var first error
	for i, c := range r.chosen {
		if err := ctx.Err(); err != nil {
			return err
		}
		outcome, err := r.removeOne(ctx, c)
		r.res.Secrets[i].Outcome = outcome
		if err != nil && first == nil {
			first = r.tenant.failure(msg.New("%s could not be removed", c.Label()), err)
		}
	}
	r.readAgain(ctx)
	return first
}

// confirm asks a person, and keeps what the person has agreed to.
func (r *removal) confirm(ctx context.Context) error {
	if r.Dialog == nil {
		return fail.Usage(unchanged(msg.New("the removal cannot be confirmed without a terminal")), msg.New("check what would be removed with --dry-run, then add --yes"))
	}
	var details []msg.Text
	for i, c := range r.chosen {
		details = append(details, msg.New("%s on the %s", c.Label(), holder(c.StoredOn)))
		for _, why := range r.res.Secrets[i].Reasons {
			details = append(details, msg.New("- %s", why))
		}
	}
	if r.Dialog.Confirm(ctx, msg.New("Permanently remove %d credentials of %s?", len(r.chosen), r.tenant.name()), details...) {
		r.agreed = &agreement{chosen: r.chosen, items: r.res.Secrets, against: r.against}
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return fail.Usage(unchanged(msg.New("the removal was declined")), msg.New("to remove them, run the command again and answer with y"))
}

// removeOne removes one credential. An interruption does not cancel it.
func (r *removal) removeOne(ctx context.Context, c objects.Credential) (result.Outcome, error) {
	r.tell(msg.New("removing %s", c.Label()))
	ctx, cancel := anyway(ctx)
	defer cancel()
	m := remover{client: r.tenant.actor.Client, sleep: r.Common.sleep, own: r.ownKey(ctx, r.tenant), now: r.clock.serviceNow, others: r.othersGone}
	already, err := m.remove(ctx, c, true)
	switch {
	case err == nil && already:
		r.closeJournal(c)
		return result.AlreadyGone, nil
	case err == nil:
		r.closeJournal(c)
		return result.Removed, nil
	case ambiguous(err):
		return result.MaybeRemoved, err
	}
	return result.Failed, err
}

// othersGone adds notes about certificates that are missing without having been removed
// here: someone else changed the list at the same time.
func (r *removal) othersGone(missing []objects.Credential) {
	for _, c := range missing {
		r.res.Notes = append(r.res.Notes, msg.New("The certificate %s is also missing: someone else changed the certificates at the same time. Its thumbprint: %s", c.Label(), c.Thumbprint))
	}
}

// closeJournal closes the journal of a renewal whose credential was removed.
func (r *removal) closeJournal(c objects.Credential) {
	kind := journal.Secret
	if c.Kind == objects.Certificate {
		kind = journal.Certificate
	}
	e, err := r.tenant.pending(r.Store, kind)
	if err != nil || e == nil || e.KeyID != c.KeyID && e.Name != c.Name {
		return
	}
	if r.Store.Close(e) == nil {
		r.res.Notes = append(r.res.Notes, msg.New("This also settles the renewal that was interrupted."))
	}
}
