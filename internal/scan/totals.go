package scan

import (
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/result"
)

// totals returns the totals of one tenant.
func (d *tenantDone) totals() result.ScanTotals {
	t := result.ScanTotals{
		Tenants: 1, Applications: d.Applications, ServicePrincipals: d.ServicePrincipals, Credentials: d.Credentials,
		Critical: d.severities[result.SevCritical], Warning: d.severities[result.SevWarning], Info: d.severities[result.SevInfo],
		Pages: d.pages, ResourceUnits: d.units, ByRule: d.counts, Excluded: d.excluded,
	}
	t.Findings = t.Critical + t.Warning + t.Info
	if !d.Error.IsZero() {
		t.TenantsUnknown = 1
	}
	return t
}

// add adds totals. Of the durations, the longest counts, because parts run in parallel.
func add(t *result.ScanTotals, o result.ScanTotals) {
	for into, n := range map[*int]int{
		&t.Tenants: o.Tenants, &t.TenantsUnknown: o.TenantsUnknown, &t.Applications: o.Applications,
		&t.ServicePrincipals: o.ServicePrincipals, &t.Credentials: o.Credentials, &t.Findings: o.Findings,
		&t.Critical: o.Critical, &t.Warning: o.Warning, &t.Info: o.Info,
		&t.Pages: o.Pages, &t.ResourceUnits: o.ResourceUnits, &t.Throttled: o.Throttled,
	} {
		*into += n
	}
	t.DurationMs = max(t.DurationMs, o.DurationMs)
	t.ByRule, t.Excluded = addMap(t.ByRule, o.ByRule), addMap(t.Excluded, o.Excluded)
}

func addMap(into, from map[string]int) map[string]int {
	if into == nil {
		into = map[string]int{}
	}
	for k, n := range from {
		into[k] += n
	}
	return into
}

// settle derives the status and the exit code from the totals. Critical takes precedence
// over unknown, and unknown over a warning.
func settle(s *result.Scan) {
	s.Totals.ByRule, s.Totals.Excluded = addMap(s.Totals.ByRule, nil), addMap(s.Totals.Excluded, nil)
	s.ExitCode = ExitCode(s, "warning")
	s.Status = map[int]result.Status{
		fail.CodeCritical: result.Critical, fail.CodeUnknown: result.Unknown, fail.CodeWarning: result.Warning, fail.CodeOK: result.OK,
	}[s.ExitCode]
}

// ExitCode returns the exit code for --fail-on. That option hides warnings and critical
// findings, but never that something is unknown.
func ExitCode(s *result.Scan, failOn string) int {
	switch {
	case s.Totals.Critical > 0 && failOn != "never":
		return fail.CodeCritical
	case s.Totals.TenantsUnknown > 0 || s.Partial:
		return fail.CodeUnknown
	case s.Totals.Warns() && failOn == "warning":
		return fail.CodeWarning
	}
	return fail.CodeOK
}
