package scan

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// Outcome is a finished scan. Its findings lie in a spool, not in memory: read
// them with Findings and Inventory, and Close it.
type Outcome struct {
	// Scan holds everything but the findings and the inventory.
	Scan *result.Scan
	now  time.Time

	records spool
	spans   []tenantSpan
}

type tenantSpan struct {
	tenant string
	span   span
}

// Close removes what was kept on disk.
func (o *Outcome) Close() { o.records.close() }

// tenantDone is a tenant that was scanned.
type tenantDone struct {
	result.ScanTenant
	tenants      []string
	span         span
	counts       map[string]int // by rule
	severities   map[string]int
	excluded     map[string]int
	pages, units int
	changes      changes
	gone         *idSet
	compared     bool // with the baseline
	err          error
	// same is the tenant that was found to be this one under another name.
	same *tenantDone
}

// Run scans all targets. It always returns an outcome, be it of what could be
// read until the context ended; the error is of this machine only, such as a full
// disk.
func Run(ctx context.Context, targets []Target, o Options) (*Outcome, error) {
	if o.Progress == nil {
		o.Progress = &Progress{}
	}
	r := &run{options: &o, out: &Outcome{Scan: &result.Scan{}, now: o.Now()}, done: make([]*tenantDone, len(targets)), opened: map[string]*tenantDone{}}
	r.gate = newGate(o.Parallel, &o.Progress.throttled)
	o.Progress.begin(len(targets))
	begin := time.Now()
	var wg sync.WaitGroup
	for i := range targets {
		wg.Go(func() { r.done[i] = r.target(ctx, &targets[i]) })
	}
	wg.Wait()
	if err := r.summarize(ctx, begin); err != nil {
		r.out.Close()
		return nil, err
	}
	return r.out, nil
}

type run struct {
	options *Options
	gate    *gate
	done    []*tenantDone

	mu     sync.Mutex // guards out.records and opened
	out    *Outcome
	opened map[string]*tenantDone
}

// claim makes a tenant this target's, unless another one has it under another
// name: a profile may name a domain, the next one the GUID.
func (r *run) claim(tenant string, d *tenantDone) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d.same = r.opened[tenant]; d.same == nil {
		r.opened[tenant] = d
	}
	return d.same == nil
}

// target scans one tenant, when it is its turn.
func (r *run) target(ctx context.Context, target *Target) *tenantDone {
	d := &tenantDone{ScanTenant: result.ScanTenant{Tenant: neutral.Bound(target.Tenant, 300), Status: result.Unknown, Profiles: target.Profiles},
		counts: map[string]int{}, severities: map[string]int{}}
	if err := r.gate.enter(ctx); err != nil {
		d.fail([]failure{{"", err}})
		r.options.Progress.tenant(false)
		return d
	}
	defer r.gate.leave()
	begin := time.Now()
	r.scan(ctx, target, d)
	d.DurationMs = time.Since(begin).Milliseconds()
	r.options.Progress.tenant(d.Status != result.Unknown || d.same != nil)
	return d
}

func (r *run) scan(ctx context.Context, target *Target, d *tenantDone) {
	opened, err := target.Open(ctx, r.gate.throttled)
	if err != nil {
		d.fail([]failure{{"", err}})
		return
	}
	d.Tenant, d.Reader = strings.ToLower(opened.Tenant), &opened.Reader
	if !r.claim(d.Tenant, d) {
		return
	}
	t := &tenantScan{options: r.options, tenants: []string{d.Tenant, strings.ToLower(target.Tenant)}, now: r.out.now,
		within: target.Within, lister: opened.Lister}
	if b := r.options.Baseline; b != nil {
		if t.past = b.tenants[d.Tenant]; t.past == nil {
			d.Notes = append(d.Notes, "the baseline holds no complete scan of this tenant, so nothing was compared")
		}
	}
	defer t.close()
	t.read(ctx)
	d.tenants, d.pages, d.units = t.tenants, t.pages, t.units
	d.fail(t.failures)
	if err := r.collect(t, d); err != nil {
		d.err = err
	}
}

// collect joins a tenant and moves its records into the common spool.
func (r *run) collect(t *tenantScan, d *tenantDone) (err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	from := r.out.records.size
	var buffer []byte
	d.excluded, err = t.join(func(rec *record) error {
		if rec.rule != "" {
			d.counts[rec.rule]++
			d.severities[rec.severity]++
		}
		buffer = rec.appendTo(buffer[:0])
		return r.out.records.append(buffer)
	})
	d.span = span{from, r.out.records.size}
	d.Applications, d.ServicePrincipals = t.main[0].objects, t.main[1].objects
	for i := range t.main {
		d.Credentials += t.main[i].credentials
	}
	d.changes, d.compared = t.changes, t.past != nil
	if t.past != nil && t.complete() {
		d.gone = t.past.gone()
	}
	d.judge()
	return err
}

// fail words what could not be read.
func (d *tenantDone) fail(failures []failure) {
	var said []string
	for _, f := range failures {
		text := reasonOf(f.err)
		if f.what != "" {
			text = f.what + ": " + text
		}
		if !slices.Contains(said, text) {
			said = append(said, text)
		}
	}
	if len(said) > 0 {
		text := neutral.Bound(strings.Join(said, "; "), 1000)
		d.Error = &text
	}
}

// reasonOf words an error for the report.
func reasonOf(err error) string {
	var worded interface{ Text() msg.Text }
	var known *fail.Error
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted before it was read"
	case errors.Is(err, context.DeadlineExceeded):
		return "the deadline passed before it was read"
	case errors.As(err, &known):
		return known.What
	case errors.As(err, &worded):
		return worded.Text().String()
	}
	return err.Error()
}

// judge settles the tenant's status: what is critical stays critical, and what
// could not be read is never better than unknown.
func (d *tenantDone) judge() {
	switch {
	case d.severities[string(result.SevCritical)] > 0:
		d.Status = result.Critical
	case d.Error != nil:
		d.Status = result.Unknown
	case d.severities[string(result.SevWarning)] > 0:
		d.Status = result.Warning
	default:
		d.Status = result.OK
	}
}

func (r *run) summarize(ctx context.Context, begin time.Time) error {
	s := r.out.Scan
	s.SchemaVersion, s.GeneratedAt = result.SchemaVersion, r.out.now.UTC()
	s.Partial = ctx.Err() != nil
	for _, d := range r.done {
		if d.same != nil {
			d.same.Profiles = append(slices.Clone(d.same.Profiles), d.Profiles...)
		}
	}
	r.done = slices.DeleteFunc(r.done, func(d *tenantDone) bool { return d.same != nil })
	slices.SortStableFunc(r.done, func(a, b *tenantDone) int { return strings.Compare(a.Tenant, b.Tenant) })
	for _, d := range r.done {
		if d.err != nil {
			return fail.Unknown(d.err.Error())
		}
		s.Tenants = append(s.Tenants, d.ScanTenant)
		r.out.spans = append(r.out.spans, tenantSpan{d.Tenant, d.span})
		addTotals(&s.Totals, d)
	}
	s.Totals.Throttled = int(r.options.Progress.throttled.Load())
	s.Totals.DurationMs = time.Since(begin).Milliseconds()
	Settle(s)
	return r.out.sumChanges(r.done, r.options.Baseline)
}

func addTotals(t *result.ScanTotals, d *tenantDone) {
	one := TotalsOf(d.ScanTenant)
	one.Pages, one.ResourceUnits = d.pages, d.units
	one.Critical, one.Warning, one.Info = d.severities[string(result.SevCritical)], d.severities[string(result.SevWarning)], d.severities[string(result.SevInfo)]
	one.Findings = one.Critical + one.Warning + one.Info
	one.ByRule, one.Excluded = d.counts, d.excluded
	Add(t, one)
}

// Findings reads the findings, tenant by tenant.
func (o *Outcome) Findings() iter.Seq2[*result.Finding, error] {
	return func(yield func(*result.Finding, error) bool) {
		for tenant, r := range o.each(yieldError(yield)) {
			if r.rule == "" {
				continue
			}
			f := finding(tenant, r, o.now)
			if !yield(&f, nil) {
				return
			}
		}
	}
}

// Inventory reads all credentials, where the options wanted them kept.
func (o *Outcome) Inventory() iter.Seq2[*result.InventoryItem, error] {
	return func(yield func(*result.InventoryItem, error) bool) {
		for tenant, r := range o.each(yieldError(yield)) {
			if r.rule != "" {
				continue
			}
			item := inventoryItem(tenant, r)
			if !yield(&item, nil) {
				return
			}
		}
	}
}

func yieldError[T any](yield func(*T, error) bool) func(error) {
	return func(err error) { yield(nil, err) }
}

func (o *Outcome) each(failed func(error)) iter.Seq2[string, *record] {
	return func(yield func(string, *record) bool) {
		for _, s := range o.spans {
			for raw, err := range o.records.records(s.span) {
				if err != nil {
					failed(fmt.Errorf("the findings could not be read back: %w", err))
					return
				}
				r := readRecord(raw)
				if !yield(s.tenant, &r) {
					return
				}
			}
		}
	}
}

// finding is a record as reports have it.
func finding(tenant string, r *record, now time.Time) result.Finding {
	f := result.Finding{
		Rule: r.rule, Severity: result.Severity(r.severity), Tenant: tenant, ObjectID: r.object.ID,
		AppID: orNil(r.object.AppID), DisplayName: orNil(r.object.DisplayName), ObjectKind: r.object.Kind,
	}
	if c := r.credential; c != nil {
		full := c.Credential()
		f.KeyID, f.KeyName, f.Kind = orNil(c.KeyID), orNil(c.Name), &c.Kind
		f.StartDate, f.EndDateTime, f.DaysLeft = full.Start, full.End, full.DaysLeft(now)
		f.Status = result.CredentialStatus(r.status)
	}
	return f
}

func inventoryItem(tenant string, r *record) result.InventoryItem {
	full := r.credential.Credential()
	return result.InventoryItem{
		Tenant: tenant, ObjectID: r.object.ID, AppID: orNil(r.object.AppID), DisplayName: orNil(r.object.DisplayName),
		ObjectKind: r.object.Kind, KeyID: full.KeyID, Kind: full.Kind, EndDateTime: full.End, Replaced: r.replaced,
	}
}

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
