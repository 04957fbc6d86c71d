package renew

import (
	"cmp"
	"context"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
)

// preflight checks everything before anything is changed. It goes on after a failed check,
// so that the user can fix everything at once.
func (r *run) preflight(ctx context.Context, p procedure) error {
	ctx, cancel := context.WithTimeout(ctx, r.Input.Timeout+target.Patience)
	defer cancel()
	// An unfinished renewal is reported first, so that it always has the same exit code.
	earlier := r.checkEarlier()
	if err := p.plan(ctx); err != nil && earlier.code == 0 {
		r.step(stepPreflight, result.Fail, msg.Of(err))
		return err
	} else if err != nil {
		r.step(stepPreflight, result.Fail, earlier.summary)
		refusal := earlier.failure()
		refusal.What = r.unchanged(refusal.What)
		return refusal
	}
	refusal, overall := ask(ctx, p.questions(), &r.res.Checks)
	if err := ctx.Err(); err != nil {
		return err
	}
	if refusal != nil {
		refusal.What = r.unchanged(refusal.What)
		r.step(stepPreflight, result.Fail, refusal.What)
		return refusal
	}
	on, end := holder(r.res.Plan.StoredOn), r.res.Plan.EndDateTime
	summary := msg.New("The new secret will be added to the %s and expires on %s.", on, end)
	if r.kind == journal.Certificate {
		summary = msg.New("The new certificate will be added to the %s and expires on %s.", on, end)
	}
	r.step(stepPreflight, overall, summary)
	return nil
}

// ask runs the checks. refusal contains the summaries and hints of all that failed, or is
// nil.
func ask(ctx context.Context, questions []question, checks *[]result.Check) (refusal *fail.Error, overall result.CheckStatus) {
	overall = result.Pass
	for _, q := range questions {
		f := q.ask(ctx)
		*checks = append(*checks, result.Check{ID: q.id, Title: q.title, Status: f.status, Summary: f.summary})
		switch {
		case f.status == result.Fail && refusal == nil:
			refusal, overall = f.failure(), result.Fail
		case f.status == result.Fail:
			refusal.Hint(f.summary)
			refusal.Hints = append(refusal.Hints, f.hints...)
		case f.status != result.Pass && f.status != result.Skipped && overall == result.Pass:
			overall = result.Warn
		}
	}
	return refusal, overall
}

// plan decides which object gets the secret, and its name. The expiry date may be changed
// later by checkPolicy.
func (r *run) plan(context.Context) error {
	t := r.tenant
	on := r.On
	switch {
	case on == "" && t.app != nil:
		on = objects.OnApplication
	case on == "":
		on = objects.OnServicePrincipal
	}
	switch {
	case on == objects.OnApplication && t.app == nil:
		return fail.Usage(r.unchanged(msg.New("the application is not registered in this tenant")), msg.New("add it to the service principal: --on service-principal"))
	case on == objects.OnServicePrincipal && t.sp == nil:
		return fail.Usage(r.unchanged(msg.New("the application has no service principal in this tenant")),
			msg.New("create one with: %s", commandline.Words{"az", "ad", "sp", "create", "--id", t.appID()}))
	}
	now := r.clock.serviceNow()
	if u := r.Lifetime.Until; !u.IsZero() && !u.After(now) {
		return passedUntil(u)
	}
	p := &result.RenewalPlan{StoredOn: on, DisplayName: uniqueName(r.DisplayName), EndDateTime: r.Lifetime.end(now)}
	p.ObjectID = t.objectID(on)
	r.res.Plan = p
	return nil
}

// question is one check of the preflight.
type question struct {
	id    string
	title msg.Text
	ask   func(context.Context) finding
}

// plain adapts a check that sends no request.
func plain(f func() finding) func(context.Context) finding {
	return func(context.Context) finding { return f() }
}

func (r *run) checkJournal() finding {
	if err := r.Store.Check(r.tenant.key(), r.tenant.appID()); err != nil {
		return failed(msg.New("the journal cannot be written: %s", msg.Of(err)), stateHints(err)...)
	}
	return passed(msg.New("Each step will be recorded."))
}

// checkEarlier looks for an unfinished renewal. If its value is lost, it will be cleaned up
// first. If its value may be in use, the user must continue it first.
func (r *run) checkEarlier() finding {
	switch e := r.entry; {
	case e == nil:
		return passed(msg.New("No earlier renewal is unfinished."))
	case e.Stage == journal.Making:
		return warned(msg.New("An earlier run was interrupted: %s Its file is removed first.", e.Summary()))
	case e.Kind == journal.Secret && e.Stage.ValueLost():
		return warned(msg.New("An earlier run was interrupted: %s If it was added, it is removed first.", e.Summary()))
	default:
		return failed(msg.New("an earlier renewal of %s is unfinished", cmp.Or(r.tenant.name(), r.tenant.appID())),
			e.Summary(), continueWith(e.Resume())).unreadable()
	}
}
