package plan

import (
	"cmp"
	"context"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Options are what a run needs.
type Options struct {
	Common renew.Common
	Deps   target.Deps
	File   *planFile
	// Chosen is the plan that is applied; nil is all that is due.
	Chosen *choice
	// Within overrides the file's expiringWithin; 0 leaves it. Without either,
	// defaultWithin counts.
	Within time.Duration
	// VerifyFor is how long each new secret may take to sign in.
	VerifyFor time.Duration
	// RetireAfter removes replaced secrets that were unused for so long; 0 is never.
	RetireAfter time.Duration
	Mask        func(secrets.Value)
	// Parallel is how many applications are renewed at a time; 0 is DefaultParallel.
	Parallel int
	// Dry looks only.
	Dry bool
}

// defaultWithin is how soon a secret must expire to be renewed, where nothing is
// said; DefaultParallel is gentle on Graph's limits, which count for the tenant.
const (
	defaultWithin   = 30 * 24 * time.Hour
	DefaultParallel = 4
)

// Run looks at every application of the file, and renews what is due unless it is
// to look only. The report is complete in any case; the error says what ended the
// run before it began.
func Run(ctx context.Context, o Options) (*result.Batch, error) {
	settings := o.Common.Input.Settings
	b := &result.Batch{Tenant: settings.Value(config.Tenant), File: o.File.path, FileHash: o.File.hash,
		Header: result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: o.Common.Input.Now().UTC()}}
	if abs, err := filepath.Abs(b.File); err == nil {
		b.File = abs
	}
	if err := o.sameTenant(b.Tenant); err != nil {
		b.Status, b.ExitCode = result.Unknown, fail.CodeUsage
		return b, err
	}
	o.Common = o.Common.Shared()
	o.all(ctx, b)
	b.Count()
	b.Status, b.ExitCode = judge(ctx, b)
	return b, nil
}

// sameTenant refuses a file or a plan of another tenant: its names may mean other
// applications there.
func (o *Options) sameTenant(tenant string) error {
	tenants := []string{o.File.tenant}
	if o.Chosen != nil {
		tenants = append(tenants, o.Chosen.tenant)
	}
	for _, wanted := range tenants {
		if wanted != "" && !strings.EqualFold(wanted, tenant) {
			return fail.Usage(msg.New("the plan is for the tenant %s, but %s is configured; nothing was changed", wanted, tenant),
				msg.New("choose the tenant with --tenant or --profile"))
		}
	}
	return nil
}

// judge determines the status and exit code. What is unfinished or unknown counts more
// than what is impossible.
func judge(ctx context.Context, b *result.Batch) (result.Status, int) {
	switch t := b.Totals; {
	case ctx.Err() != nil:
		return result.Unknown, fail.CodeInterrupted
	case t.Unproven+t.Failed > 0 || withErrors(b):
		return result.Unknown, fail.CodeUnknown
	case t.Forbidden > 0:
		return result.Critical, fail.CodeCritical
	case t.Planned > 0:
		return result.Warning, fail.CodeWarning
	}
	return result.OK, fail.CodeOK
}

// withErrors reports a renewal that was done, with a command for after success
// that failed.
func withErrors(b *result.Batch) bool {
	for _, i := range b.Items {
		if i.Outcome == result.Renewed && i.Error != nil {
			return true
		}
	}
	return false
}

// all renews with bounded concurrency; each application has a journal of its own.
func (o *Options) all(ctx context.Context, b *result.Batch) {
	w := &work{Options: o, claimed: map[string]string{}}
	b.Items = make([]result.PlanItem, len(o.File.entries))
	next := make(chan int)
	var group sync.WaitGroup
	for range cmp.Or(o.Parallel, DefaultParallel) {
		group.Go(func() {
			for i := range next {
				b.Items[i] = w.one(ctx, &o.File.entries[i])
				w.tell(&b.Items[i], len(b.Items))
			}
		})
	}
	for i := range b.Items {
		next <- i
	}
	close(next)
	group.Wait()
}

// work is one run over all applications.
type work struct {
	*Options

	mu      sync.Mutex
	claimed map[string]string // names by application ID
	done    int
}

// claim refuses an application that the file has under another name as well.
func (w *work) claim(name string) func(string) error {
	return func(appID string) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		if first, taken := w.claimed[appID]; taken {
			return fail.Usage(msg.New("it is the same application as %s, which is also in the file; nothing was changed", first))
		}
		w.claimed[appID] = name
		return nil
	}
}

func (w *work) tell(item *result.PlanItem, all int) {
	if w.Common.Progress == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done++
	w.Common.Progress(msg.New("%d of %d: %s: %s", w.done, all, item.Application, item.Text()))
}

// one is one application.
func (w *work) one(ctx context.Context, e *entry) result.PlanItem {
	item := result.PlanItem{Application: e.App, Outcome: result.NotStarted, Targets: []string{}, Removed: []string{}}
	for _, t := range e.targets {
		item.Targets = append(item.Targets, t.Spec())
	}
	switch {
	case ctx.Err() != nil:
		return item
	case w.Chosen != nil && !w.Chosen.apps[strings.ToLower(e.App)]:
		why := msg.New("The plan does not renew it.")
		item.Reason = &why
		return item
	}
	then, _ := target.Then(e.Then, w.Deps) // it was understood when the file was read
	within := cmp.Or(w.Within, w.File.within, defaultWithin)
	req := renew.Request{
		Renewal: renew.Renewal{Common: w.Common, Lifetime: renew.Lifetime{Days: e.Days}, DisplayName: e.DisplayName, On: e.On,
			DryRun: w.Dry, IfExpiringWithin: &within, VerifyFor: w.VerifyFor, Then: then},
		Targets: e.targets, Parse: func(spec string) (target.Target, error) { return target.Parse(spec, w.Deps) },
		NewTargets: true, Mask: w.Mask, RetireAfter: w.RetireAfter}
	req.Input.SP, req.Progress, req.Dialog, req.Claim = e.App, nil, nil, w.claim(e.App)
	res, err := renew.Run(ctx, req)
	fill(&item, res, err)
	return item
}

// fill copies the outcome of a renewal into the report.
func fill(item *result.PlanItem, res *result.Renewal, err error) {
	if sp := res.ServicePrincipal; sp != nil {
		item.AppID, item.DisplayName = sp.AppID, sp.DisplayName
	}
	item.Notes, item.Reason = res.Notes, res.Reason
	if p := res.Plan; p != nil {
		item.Object, item.EndDateTime = &p.StoredOn, &p.EndDateTime
	}
	if a := res.Added; a != nil {
		item.KeyID, item.Object, item.EndDateTime = a.KeyID, &a.StoredOn, a.EndDateTime
	}
	for _, c := range res.Retired {
		if c.KeyID != nil {
			item.Removed = append(item.Removed, *c.KeyID)
		}
	}
	item.Outcome = outcomeOf(res, err)
	if err != nil {
		e := fail.From(err)
		item.Error = &result.Failure{Message: e.What, Hints: e.Hints}
	}
}

func outcomeOf(res *result.Renewal, err error) result.Outcome {
	switch {
	case res.Outcome == result.Renewed:
		return result.Renewed
	case res.Outcome == result.Planned:
		return result.Planned
	case res.Outcome == result.NotNeeded:
		return result.NotDue
	case res.Added != nil:
		return result.Unproven
	case err != nil && fail.From(err).Code == fail.CodeInterrupted:
		return result.NotStarted
	case err != nil && fail.From(err).Code == fail.CodeUsage && (res.ServicePrincipal != nil || res.Application != nil):
		return result.Forbidden
	}
	return result.Failed
}
