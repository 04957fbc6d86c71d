package renew

import (
	"context"
	"slices"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// stepPreflight is the index of the first step in every report.
const stepPreflight = 0

func blank(id string, title msg.Text) result.Step {
	return result.Step{ID: id, Title: title, Status: result.Skipped}
}

// complete sets the exit code, the status and the error of a report.
func complete(h *result.Header, err error) {
	if h.ExitCode, h.Status = fail.CodeOK, result.OK; err == nil {
		return
	}
	e := fail.From(err)
	h.ExitCode, h.Status, h.Error = e.Code, result.Unknown, &result.Failure{Message: e.What, Hints: e.Hints}
	if e.Code == fail.CodeCritical {
		h.Status = result.Critical
	}
}

// record sets the result of a step.
func record(s *result.Step, status result.CheckStatus, summary msg.Text) {
	s.Status, s.Summary = status, summary
}

// step sets the result of a step by its index.
func (r *run) step(i int, status result.CheckStatus, summary msg.Text) {
	record(&r.res.Steps[i], status, summary)
}

// begin tells the user that a step begins.
func (r *run) begin(i int, what msg.Text) {
	r.tell(msg.New("step %d of %d: %s", i+1, len(r.res.Steps), what))
}

// note adds a note to the report unless it already contains it.
func (r *run) note(t msg.Text) {
	if !slices.ContainsFunc(r.res.Notes, func(said msg.Text) bool { return said.String() == t.String() }) {
		r.res.Notes = append(r.res.Notes, t)
	}
}

// finish completes the report, however the run ended.
func (r *run) finish(ctx context.Context, p procedure, err error) {
	complete(&r.res.Header, err)
	if r.tenant == nil {
		return
	}
	r.describe(ctx)
	if r.entry != nil {
		r.res.Journal = r.journalState()
	}
	if r.res.Outcome == result.Renewed {
		r.res.NextSteps = p.nextSteps()
		r.step(len(r.res.Steps)-1, result.Pass, stays(r.res.Remaining))
	}
}

// describe reads the objects again and reports which credentials exist now.
func (r *run) describe(ctx context.Context) {
	if r.added != nil || len(r.res.Removed) > 0 {
		r.readAgain(ctx)
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
	if r.Input.ObjectsOnly {
		return
	}
	var rest []objects.Credential
	for _, c := range r.tenant.credentials() {
		if c.KeyID != own && c.Usable(r.clock.serviceNow()) && c.Usage != "Sign" {
			rest = append(rest, c)
		}
	}
	r.res.Remaining = r.rows(rest, r.facts.Activity.Value)
}

// readAgain reads what the report describes.
func (r *run) readAgain(ctx context.Context) {
	ctx, cancel := anyway(ctx)
	defer cancel()
	read := r.tenant.refresh
	if r.Input.ObjectsOnly && r.added != nil {
		read = func(ctx context.Context) error { return r.tenant.refreshOne(ctx, r.added.StoredOn) }
	}
	if err := read(ctx); err != nil {
		r.note(msg.New("The secrets could not be read again at the end: %s", msg.Of(err)))
	}
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

// removals returns commands that remove the other valid credentials of a kind. oldOne
// describes those that the new one replaces, which are configured here or were in a target.
// It is not known who uses the others.
func (r *run) removals(kind string, configured map[string]*bool, oldOne func(objects.Credential) msg.Text) []result.Remedy {
	var steps []result.Remedy
	for _, c := range ofKind(r.tenant.credentials(), kind) {
		if r.added == nil || !c.Purpose.SignsIn() || c.KeyID == r.added.KeyID || !c.Usable(r.clock.serviceNow()) {
			continue
		}
		title := unknownUse(c)
		if isTrue(configured[c.KeyID]) || slices.Contains(r.replaced, c.KeyID) {
			title = oldOne(c)
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

// row returns a credential for the report.
func (r *run) row(c objects.Credential) result.Credential {
	return r.rows([]objects.Credential{c}, nil)[0]
}

func (r *run) rows(creds []objects.Credential, used []objects.Activity) []result.Credential {
	configured := r.tenant.configuredSecrets()
	return diagnose.Rows(creds, r.clock.serviceNow(), r.Input.Settings.Within, used,
		func(c objects.Credential) *bool { return configured[c.KeyID] })
}

// checkSignIn is the advice to test the product's settings.
func checkSignIn() result.Remedy {
	return result.Remedy{Title: msg.New("Check that the sign-in works with the product's settings:"), Commands: result.Typed("spcheck", "diagnose")}
}
