package plan

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
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

// Options are the settings of a run.
type Options struct {
	// Common are the settings of all renewals, and Deps those of their targets.
	Common renew.Common
	Deps   target.Deps
	// File lists the applications.
	File *File
	// Chosen is the plan to apply. If it is nil, all secrets that are due are renewed.
	Chosen *Choice
	// Within replaces the file's expiringWithin unless it is 0. If both are missing, the
	// default is 30 days.
	Within time.Duration
	// VerifyFor limits the time for the test sign-ins of each new secret.
	VerifyFor time.Duration
	// RetireAfter removes a replaced secret once it was not used for this time. 0 removes
	// none.
	RetireAfter time.Duration
	// Mask is that of renew.Request.
	Mask func(secrets.Value)
	// Parallel is the number of applications that are renewed at the same time. 0 means
	// DefaultParallel.
	Parallel int
	// Dry changes nothing.
	Dry bool
}

// defaultWithin is how soon a secret must expire to be renewed if the file does not say.
// DefaultParallel stays below Graph's limits, which apply to the whole tenant.
const (
	defaultWithin   = 30 * 24 * time.Hour
	DefaultParallel = 4
)

// Run checks every application of the file, and renews what is due unless Dry is set. The
// report is always complete. The error is a *fail.Error if nothing was started.
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
	o.renewAll(ctx, b)
	b.Count()
	b.Status, b.ExitCode = statusOf(ctx, b)
	return b, nil
}

// sameTenant refuses a file or plan for another tenant, in which the same names may be
// other applications.
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

// statusOf returns the status and exit code. An unfinished or failed renewal counts more
// than a forbidden one.
func statusOf(ctx context.Context, b *result.Batch) (result.Status, int) {
	switch t := b.Totals; {
	case ctx.Err() != nil:
		return result.Unknown, fail.CodeInterrupted
	case t.Unproven+t.Failed > 0 || thenFailed(b):
		return result.Unknown, fail.CodeUnknown
	case t.Forbidden > 0:
		return result.Critical, fail.CodeCritical
	case t.Planned > 0:
		return result.Warning, fail.CodeWarning
	}
	return result.OK, fail.CodeOK
}

// thenFailed reports whether the command after a renewal has failed.
func thenFailed(b *result.Batch) bool {
	for _, i := range b.Items {
		if i.Outcome == result.Renewed && i.Error != nil {
			return true
		}
	}
	return false
}

// renewAll renews several applications at a time.
func (o *Options) renewAll(ctx context.Context, b *result.Batch) {
	w := &work{Options: o, claimed: map[string]string{}}
	b.Items = make([]result.PlanItem, len(o.File.entries))
	next := make(chan int)
	var group sync.WaitGroup
	for range cmp.Or(o.Parallel, DefaultParallel) {
		group.Go(func() {
			for i := range next {
				b.Items[i] = w.renewOne(ctx, &o.File.entries[i])
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
	claimed map[string]string // the names in the file by application ID
	done    int
}

// claim returns a function that refuses an application which the file also lists under
// another name.
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

// renewOne renews one application.
func (w *work) renewOne(ctx context.Context, e *entry) result.PlanItem {
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
	then, _ := target.Then(e.Then, w.Deps) // the file was checked
	within := cmp.Or(w.Within, w.File.within, defaultWithin)
	req := renew.Request{
		Renewal: renew.Renewal{Common: w.Common, Lifetime: renew.Lifetime{Days: e.Days}, DisplayName: e.DisplayName, On: e.On,
			DryRun: w.Dry, IfExpiringWithin: &within, VerifyFor: w.VerifyFor, Then: then},
		Targets: e.targets, Parse: func(spec string) (target.Target, error) { return target.Reopen(spec, w.Deps) },
		NewTargets: true, Mask: w.Mask, RetireAfter: w.RetireAfter}
	req.Input.SP, req.Progress, req.Dialog, req.Claim = e.App, nil, nil, w.claim(e.App)
	res, err := renew.Run(ctx, req)
	copyResult(&item, res, err)
	return item
}

// copyResult copies the result of a renewal to the report.
func copyResult(item *result.PlanItem, res *result.Renewal, err error) {
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
	for _, c := range slices.Concat(res.Removed, res.Retired) {
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
