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

// tenantDone is the result of the scan of one tenant.
type tenantDone struct {
	result.ScanTenant
	names        []string // the GUID, and what was configured
	span         span
	counts       map[string]int // by rule
	severities   map[result.Severity]int
	excluded     map[string]int
	pages, units int
	changes      changes
	// past are the credentials in the baseline, nil if there is nothing to compare with.
	// whole is true if all credentials were read, so that missing ones are gone.
	past    *tenantBaseline
	whole   bool
	err     error
	wanted  wanted
	owners  ownersRead
	known   known
	notices []Notice
	// same is the tenant that was found to be this one under another name.
	same *tenantDone
}

// Run scans all targets. It returns an outcome with everything that could be read until the
// context ended. An error concerns only this machine, such as a full disk.
func Run(ctx context.Context, targets []Target, o Options) (*Outcome, error) {
	if o.Progress == nil {
		o.Progress = &Progress{}
	}
	r := &run{options: &o, out: &Outcome{Scan: &result.Scan{}, now: o.Now()}, done: make([]*tenantDone, len(targets)), opened: map[string]*tenantDone{}}
	r.gate = newGate(o.Parallel, o.Progress)
	o.Progress.note(func(c *Counts) { c.Tenants = int64(len(targets)) })
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

// claim reserves a tenant for this target, unless another target has it under another name:
// one profile may contain the domain, another the GUID.
func (r *run) claim(tenant string, d *tenantDone) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d.same = r.opened[tenant]; d.same == nil {
		r.opened[tenant] = d
	}
	return d.same == nil
}

// target scans one tenant when there is a free place.
func (r *run) target(ctx context.Context, target *Target) *tenantDone {
	d := &tenantDone{
		ScanTenant: result.ScanTenant{Tenant: neutral.Bound(target.Tenant, 300), Status: result.Unknown, Profiles: target.Profiles},
		counts:     map[string]int{}, severities: map[result.Severity]int{},
	}
	if err := r.gate.enter(ctx); err != nil {
		d.fail(failure{wholeTenant, err})
	} else {
		begin := time.Now()
		r.scan(ctx, target, d)
		d.DurationMs = time.Since(begin).Milliseconds()
		r.gate.leave()
	}
	r.options.Progress.note(func(c *Counts) {
		c.Done++
		if d.Status == result.Unknown && d.same == nil {
			c.Lost++
		}
	})
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
	d.names, d.wanted.of = []string{d.Tenant, strings.ToLower(target.Tenant)}, r.options.Owners
	t := &tenantScan{tenantDone: d, options: r.options, now: r.out.now, within: target.Within, lister: opened.Lister, cloud: target.Cloud}
	if b := r.options.Baseline; b != nil {
		if d.past = b.tenants[d.Tenant]; d.past == nil {
			d.Notes = append(d.Notes, msg.New("the baseline contains no complete scan of this tenant, so nothing was compared"))
		}
	}
	defer t.close()
	t.read(ctx)
	d.fail(t.failures...)
	left := t.unreadText()
	if !left.IsZero() {
		d.lacks(left)
	}
	d.whole = t.complete() && left.IsZero()
	if n := t.suspects(); n > 0 && !t.useKnown() && !t.options.needs(needActivity) {
		d.Notes = append(d.Notes, msg.New("%d secrets that spcheck added are counted as usable, because it could not be read whether they were ever used: %s", n, ReasonOf(t.activityErr)))
	}
	d.Notes = append(append(d.Notes, t.policies.notes()...), t.inquire(ctx)...)
	if d.err = r.collect(t); d.err == nil {
		d.readOwners(ctx, opened.Lister)
	}
}

// collect joins a tenant and moves its records to the common spool.
func (r *run) collect(t *tenantScan) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	d, from := t.tenantDone, r.out.records.size
	err := t.join(func(rec *record) error {
		if rec.rule != "" {
			d.counts[rec.rule]++
			d.severities[result.Severity(rec.severity)]++
			d.wanted.note(rec)
		}
		return r.out.records.add(rec)
	})
	d.span = span{from, r.out.records.size}
	d.Applications, d.ServicePrincipals = t.main[0].objects, t.main[1].objects
	for i := range t.main {
		d.Credentials += t.main[i].credentials
	}
	for i := range d.changes.list {
		d.known.addToChange(&d.changes.list[i])
	}
	d.judge()
	return err
}

// judge sets the tenant's status. Critical stays critical, and a tenant that could not be
// read is at best unknown.
func (d *tenantDone) judge() {
	switch {
	case d.severities[result.SevCritical] > 0:
		d.Status = result.Critical
	case !d.Error.IsZero():
		d.Status = result.Unknown
	case d.severities[result.SevWarning]+d.counts[result.RuleReplaced] > 0:
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
		r.out.Notices = append(r.out.Notices, d.notices...)
		add(&s.Totals, d.totals())
	}
	r.out.tenants = r.done
	s.Totals.Throttled = int(r.options.Progress.Counts().Throttled)
	s.Totals.DurationMs = time.Since(begin).Milliseconds()
	settle(s)
	return r.out.sumChanges(r.options.Baseline)
}
