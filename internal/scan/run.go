package scan

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

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
	wanted       wanted
	owners       ownersRead
	known        known
	notices      []Notice
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
		d.fail(failure{wholeTenant, err})
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
		d.fail(failure{wholeTenant, err})
		return
	}
	d.Tenant, d.Reader = strings.ToLower(opened.Tenant), &opened.Reader
	if !r.claim(d.Tenant, d) {
		return
	}
	t := &tenantScan{options: r.options, tenants: []string{d.Tenant, strings.ToLower(target.Tenant)}, now: r.out.now,
		within: target.Within, lister: opened.Lister, cloud: target.Cloud}
	if b := r.options.Baseline; b != nil {
		if t.past = b.tenants[d.Tenant]; t.past == nil {
			d.Notes = append(d.Notes, msg.New("the baseline contains no complete scan of this tenant, so nothing was compared"))
		}
	}
	defer t.close()
	t.read(ctx)
	d.notices = t.notices
	d.tenants, d.pages, d.units = t.tenants, t.pages, t.units
	d.fail(t.failures...)
	if n := t.suspects(); n > 0 && !t.useKnown() && !t.options.needs(needActivity) {
		d.Notes = append(d.Notes, msg.New("%d secrets that spcheck added are counted as usable, because it could not be read whether they were ever used: %s", n, ReasonOf(t.activityErr)))
	}
	d.Notes = append(d.Notes, t.policies.notes()...)
	d.Notes = append(d.Notes, t.inquire(ctx)...)
	d.known = known{t.authors, t.powers, foreignReasons(t.foreign)}
	d.wanted.of = r.options.Owners
	if d.err = r.collect(t, d); d.err == nil {
		r.readOwners(ctx, opened.Lister, d)
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
			d.wanted.note(rec)
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
	for i := range d.changes.list {
		d.known.change(&d.changes.list[i])
	}
	if t.past != nil && t.complete() {
		d.gone = t.past.gone()
	}
	d.judge()
	return err
}

// judge settles the tenant's status: what is critical stays critical, and what
// could not be read is never better than unknown.
func (d *tenantDone) judge() {
	switch {
	case d.severities[string(result.SevCritical)] > 0:
		d.Status = result.Critical
	case !d.Error.IsZero():
		d.Status = result.Unknown
	case d.severities[string(result.SevWarning)]+d.counts[result.RuleReplaced] > 0:
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
			return fail.Unknown(msg.Of(d.err))
		}
		s.Tenants = append(s.Tenants, d.ScanTenant)
		r.out.spans = append(r.out.spans, tenantSpan{d.Tenant, d.span, d.owners, d.known})
		r.out.Notices = append(r.out.Notices, d.notices...)
		addTotals(&s.Totals, d)
	}
	s.Totals.Throttled = int(r.options.Progress.throttled.Load())
	s.Totals.DurationMs = time.Since(begin).Milliseconds()
	settle(s)
	return r.out.sumChanges(r.done, r.options.Baseline)
}

func addTotals(t *result.ScanTotals, d *tenantDone) {
	one := totalsOf(d.ScanTenant)
	one.Pages, one.ResourceUnits = d.pages, d.units
	one.Critical, one.Warning, one.Info = d.severities[string(result.SevCritical)], d.severities[string(result.SevWarning)], d.severities[string(result.SevInfo)]
	one.Findings = one.Critical + one.Warning + one.Info
	one.ByRule, one.Excluded = d.counts, d.excluded
	add(t, one)
}
