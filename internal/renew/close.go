package renew

import (
	"context"
	"strings"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// close puts things in order once the new secret is proven. What goes wrong here
// harms nobody, and is noted.
func (r *run) close(ctx context.Context) {
	ctx, cancel := anyway(ctx)
	defer cancel()
	if err := r.Target.Keep(ctx); err != nil {
		r.note(msg.New("The former value could not be given up: %s", wordsOf(err)))
	}
	r.sweep(ctx)
	r.leave()
	r.reached(AtClosed)
}

// finish completes the report, whatever ended the run.
func (r *run) finish(ctx context.Context, err error) {
	r.res.ExitCode, r.res.Status = fail.CodeOK, result.OK
	if err != nil {
		e := fail.From(err)
		r.res.ExitCode, r.res.Status = e.Code, result.Unknown
		if e.Code == fail.CodeCritical {
			r.res.Status = result.Critical
		}
		r.res.Error = &result.Failure{Message: e.What, Hints: e.Hints}
	}
	if r.tenant == nil {
		return
	}
	r.describe(ctx)
	if r.entry != nil {
		r.res.Journal = r.journalState()
	}
	if r.res.Outcome == result.Renewed {
		r.res.NextSteps = r.nextSteps()
		r.step(stepReport, result.Pass, r.stays())
	}
}

// describe reads the objects once more, so that the report shows what stands.
func (r *run) describe(ctx context.Context) {
	if r.added != nil || len(r.res.Removed) > 0 {
		ctx, cancel := anyway(ctx)
		defer cancel()
		if err := r.tenant.refresh(ctx); err != nil {
			r.note(msg.New("The secrets could not be read once more at the end: %s", wordsOf(err)))
		}
	}
	own := ""
	if r.added != nil {
		own = r.added.KeyID
		if listed := named(r.tenant.credentials(), nil, own); len(listed) > 0 {
			r.added = &listed[0] // as it stands, whatever the answer to the request said
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
	rows := diagnose.Rows(rest, r.clock.serviceNow(), r.Input.Settings.Within, lastUse(r.facts))
	configured := r.tenant.configuredSecrets()
	for i, c := range rest {
		rows[i].Configured = configured[c.KeyID]
	}
	r.res.Remaining = diagnose.SortRows(rows)
}

func lastUse(f *diagnose.Facts) map[string]objects.Activity {
	used := map[string]objects.Activity{}
	for _, a := range f.Activity.Value {
		used[a.KeyID] = a
	}
	return used
}

func (r *run) journalState() *result.JournalState {
	e := r.entry
	if pending, err := r.Store.Pending(r.tenant.key(), e.AppID); err != nil || pending == nil {
		return nil
	}
	return &result.JournalState{Path: r.Store.Path(e), Stage: string(e.Stage), KeyID: orNil(e.KeyID), DisplayName: e.Name, Target: orNil(e.Target), Summary: e.Summary()}
}

// stays says what is valid beside the new secret.
func (r *run) stays() msg.Text {
	if len(r.res.Remaining) == 0 {
		return msg.New("Nothing was removed. No other credential is valid.")
	}
	return msg.New("Nothing was removed. What was valid before still is (%d).", len(r.res.Remaining))
}

// nextSteps are what is left to a person: the product, and later the old secret.
func (r *run) nextSteps() []result.Remedy {
	appID := r.tenant.appID()
	steps := []result.Remedy{r.inProduct(), {Title: msg.New("Check that the product's settings sign in:"), Commands: same("spcheck diagnose")}}
	for _, c := range r.tenant.credentials() {
		if c.Kind != objects.Password || c.SAML || r.added == nil || c.KeyID == r.added.KeyID || !c.Usable(r.clock.serviceNow()) {
			continue
		}
		title := msg.New("Once the product uses the new secret, remove the old one, %s, which never ends:", c.KeyID)
		if c.End != nil {
			title = msg.New("Once the product uses the new secret, remove the old one, %s, which is valid until %s:", c.KeyID, *c.End)
		}
		steps = append(steps, result.Remedy{Title: title, Commands: same(removeCommand(appID, c.KeyID))})
	}
	return steps
}

func (r *run) inProduct() result.Remedy {
	kind, _, _ := strings.Cut(r.Target.Spec(), ":")
	title := msg.New("The product reads the new value from %s. A product that keeps it in memory must be restarted, or told to read its settings again.", r.Target.Spec())
	switch kind {
	case "stdout":
		title = msg.New("Enter the new value where the product keeps its client secret. It cannot be read a second time.")
	case "command":
		title = msg.New("The value was given to the program %s. A product that keeps it in memory must be restarted, or told to read its settings again.", strings.TrimPrefix(r.Target.Spec(), "command:"))
	}
	return result.Remedy{Title: title, Commands: []result.Command{}}
}

// same is a command that every shell takes as it stands.
func same(command string) []result.Command {
	return []result.Command{{Shell: "sh", Command: command}, {Shell: "powershell", Command: command}, {Shell: "cmd", Command: command}}
}
