package renew

import (
	"context"
	"slices"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
)

// agreement is what a person has agreed to: which credentials to remove, with the reasons
// in items, although all this speaks against it.
type agreement struct {
	chosen  []objects.Credential
	items   []result.RemovalItem
	against []msg.Text
}

// decide reads the current state, chooses the credentials, and applies the rules to them.
// After a person has agreed, everything is decided again, because the question may have been
// open for hours.
func (r *removal) decide(ctx context.Context) error {
	r.res.Notes, r.chosen = nil, nil
	ctx, cancel := context.WithTimeout(ctx, r.Input.Timeout)
	defer cancel()
	if r.agreed != nil {
		r.readAnew(ctx)
	}
	if err := r.tenant.refresh(ctx); err != nil {
		return r.tenant.failure(unchanged(msg.New("the secrets could not be read")), err)
	}
	r.now = r.clock.serviceNow()
	_, r.timeKnown = r.clock.skew()
	if err := r.readJournal(); err != nil {
		return err
	}
	r.readUse()
	r.noteCertificates()
	if err := r.choose(); err != nil {
		return err
	}
	return r.applyRules()
}

// readAnew reads what refresh leaves: the federated credentials and, if it matters, the
// activity report. What cannot be read is unknown.
func (r *removal) readAnew(ctx context.Context) {
	t := r.tenant
	if len(t.federated) > 0 {
		var err error
		t.federated, err = t.actor.Client.FederatedCredentials(ctx, t.appID(), t.app.ID)
		t.unread = err != nil
	}
	if slices.ContainsFunc(r.agreed.chosen, func(c objects.Credential) bool { return !c.Expired(r.now) }) {
		t.facts.Activity = t.actor.Activity(ctx, t.appID())
	}
}

// readJournal reads what this machine knows about the secrets.
func (r *removal) readJournal() (err error) {
	t := r.tenant
	r.proven = r.Store.Proven(t.key(), t.appID())
	r.entry, err = t.pending(r.Store, journal.Secret)
	if err == nil {
		r.unfinished, err = t.pending(r.Store, journal.Certificate)
	}
	if err != nil {
		return fail.Unknown(unchanged(msg.Of(err)), journalHints(err, t.appID())...).Hint(msg.New("a renewal may be unfinished; move the journal file elsewhere only if you know that none is"))
	}
	return nil
}

// readUse reads which credential is configured, and when each was last used.
func (r *removal) readUse() {
	activity := r.tenant.facts.Activity
	r.used, r.configured = activity.Value, r.tenant.configuredSecrets()
	if !activity.Known() {
		r.res.Notes = append(r.res.Notes, msg.New("When each secret was last used could not be read: %s", msg.Of(activity.Err())))
	}
}
