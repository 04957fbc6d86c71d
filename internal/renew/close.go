package renew

import (
	"context"
	"errors"
	"slices"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
)

// readBack reads the targets again: each must contain the new secret. If two runs write to
// one target, at most one of them succeeds.
func (r *run) readBack(ctx context.Context) error {
	ctx, cancel := anyway(ctx)
	defer cancel()
	for _, t := range r.Targets {
		v, err := t.Read(ctx)
		switch {
		case errors.Is(err, target.ErrOneWay), err == nil && v == r.value:
			continue
		case err != nil:
			r.step(stepStore, result.CheckUnknown, msg.Of(err))
			return fail.Unknown(msg.New("the new secret works, but %s could not be read back: %s", t.Spec(), msg.Of(err)),
				msg.New("everything that was valid before still is; continue with: %s", journal.ResumeCommand(r.tenant.appID())))
		}
		r.step(stepStore, result.Fail, msg.New("%s now contains a different value.", t.Spec()))
		return fail.Unknown(msg.New("the new secret %s works, but %s now contains a different value: someone else has written to it", r.added.Label(), t.Spec()),
			msg.New("everything that was valid before still is; find out who else renews this secret, then continue with: %s", journal.ResumeCommand(r.tenant.appID())))
	}
	return nil
}

// close cleans up after the secret was proven. An error here does no harm and becomes a
// note.
func (r *run) close(ctx context.Context) {
	ctx, cancel := anyway(ctx)
	defer cancel()
	for _, t := range r.Targets {
		if err := t.Keep(ctx); err != nil {
			r.note(msg.New("The backup of the previous value could not be removed: %s", msg.Of(err)))
		}
	}
	r.sweep(ctx)
	r.conclude()
	r.reached(atClosed)
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

// conclude closes the journal, and records that the credential was proven.
func (r *run) conclude() {
	r.entry.KeyID = r.added.KeyID
	if err := r.Store.Prove(r.entry, r.clock.serviceNow().UTC()); err != nil {
		r.note(msg.New("The journal could not record what was verified: %s", msg.Of(err)))
	}
	r.leave()
}

// finish completes the report, however the run ended.
func (r *run) finish(ctx context.Context, err error) {
	complete(&r.res.Header, err)
	if r.tenant == nil {
		return
	}
	r.describe(ctx)
	if r.entry != nil {
		r.res.Journal = r.journalState()
	}
	if r.res.Outcome == result.Renewed {
		r.res.NextSteps = r.next()
		r.step(len(r.res.Steps)-1, result.Pass, stays(r.res.Remaining))
	}
}

// describe reads the objects again and reports which credentials exist now.
func (r *run) describe(ctx context.Context) {
	if r.added != nil || len(r.res.Removed) > 0 {
		ctx, cancel := anyway(ctx)
		defer cancel()
		if err := r.tenant.refresh(ctx); err != nil {
			r.note(msg.New("The secrets could not be read again at the end: %s", msg.Of(err)))
		}
	}
	own := ""
	if r.added != nil {
		own = r.added.KeyID
		all := r.tenant.credentials()
		if i := slices.IndexFunc(all, func(c objects.Credential) bool { return c.Kind == r.added.Kind && c.KeyID == own }); i >= 0 {
			r.added = &all[i] // its properties as they are listed, whatever the first answer said
		}
		row := r.row(*r.added)
		r.res.Added = &row
	}
	var rest []objects.Credential
	for _, c := range r.tenant.credentials() {
		if c.KeyID != own && c.Usable(r.clock.serviceNow()) && c.Usage != "Sign" {
			rest = append(rest, c)
		}
	}
	r.res.Remaining = r.rows(rest, r.facts.Activity.Value)
}

func (r *run) journalState() *result.JournalState {
	e := r.entry
	if pending, err := r.tenant.pending(r.Store, e.Kind); err != nil || pending == nil {
		return nil
	}
	return &result.JournalState{Path: r.Store.Path(e), Stage: string(e.Stage), KeyID: result.OrNil(e.KeyID), DisplayName: e.Name, Target: result.OrNil(e.Targets()), Summary: e.Summary()}
}

// stays returns the summary of the other valid credentials.
func stays(remaining []result.Credential) msg.Text {
	if len(remaining) == 0 {
		return msg.New("Nothing was removed. No other credential is valid.")
	}
	return msg.New("Nothing was removed. Everything that was valid before still is (%d).", len(remaining))
}

// nextSteps returns what a person has to do afterwards: reload the product, and later
// remove the old secret.
func (r *run) nextSteps() []result.Remedy {
	var steps []result.Remedy
	for _, t := range r.Targets {
		steps = append(steps, result.Remedy{Title: t.Next(), Commands: []result.Command{}})
	}
	steps = append(steps, result.Remedy{Title: msg.New("Check that the sign-in works with the product's settings:"), Commands: result.Typed("spcheck", "diagnose")})
	configured := r.tenant.configuredSecrets()
	replaced := func(c objects.Credential) bool {
		is := configured[c.KeyID]
		return is != nil && *is || r.entry != nil && slices.Contains(r.entry.Replaces, c.KeyID)
	}
	return append(steps, r.removals(objects.Password, replaced, func(c objects.Credential) msg.Text {
		if c.End == nil {
			return msg.New("Once the product uses the new secret, remove the old one, %s, which never expires:", c.Label())
		}
		return msg.New("Once the product uses the new secret, remove the old one, %s, which is valid until %s:", c.Label(), *c.End)
	})...)
}

// removals returns commands that remove the other valid credentials of a kind. Only a
// credential that the new one replaces is called the old one: it is not known who uses the
// others.
func (r *run) removals(kind string, replaced func(objects.Credential) bool, say func(objects.Credential) msg.Text) []result.Remedy {
	var steps []result.Remedy
	for _, c := range ofKind(r.tenant.credentials(), kind) {
		if r.added == nil || !c.Purpose.SignsIn() || c.KeyID == r.added.KeyID || !c.Usable(r.clock.serviceNow()) {
			continue
		}
		title := unknownUse(c)
		if replaced(c) {
			title = say(c)
		}
		steps = append(steps, result.Remedy{Title: title, Commands: result.Typed(removeCommand(r.tenant.appID(), c.KeyID)...)})
	}
	return steps
}

func unknownUse(c objects.Credential) msg.Text {
	if c.End == nil {
		return msg.New("It is not known whether anything uses %s, which never expires. Remove it only once nothing does:", c.Label())
	}
	return msg.New("It is not known whether anything uses %s, which is valid until %s. Remove it only once nothing does:", c.Label(), *c.End)
}
