package scan

import (
	"maps"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/result"
)

// totalsOf counts one tenant.
func totalsOf(t result.ScanTenant) result.ScanTotals {
	one := result.ScanTotals{Tenants: 1, Applications: t.Applications, ServicePrincipals: t.ServicePrincipals, Credentials: t.Credentials}
	if !t.Error.IsZero() {
		one.TenantsUnknown = 1
	}
	return one
}

// add adds totals, except for durations, of which the longest counts: parts run
// at the same time.
func add(t *result.ScanTotals, o result.ScanTotals) {
	t.Tenants += o.Tenants
	t.TenantsUnknown += o.TenantsUnknown
	t.Applications += o.Applications
	t.ServicePrincipals += o.ServicePrincipals
	t.Credentials += o.Credentials
	t.Findings += o.Findings
	t.Critical += o.Critical
	t.Warning += o.Warning
	t.Info += o.Info
	t.Pages += o.Pages
	t.ResourceUnits += o.ResourceUnits
	t.Throttled += o.Throttled
	t.DurationMs = max(t.DurationMs, o.DurationMs)
	t.ByRule, t.Excluded = addMap(t.ByRule, o.ByRule), addMap(t.Excluded, o.Excluded)
}

func addMap(into, from map[string]int) map[string]int {
	if into == nil {
		into = map[string]int{}
	}
	for k, n := range maps.All(from) {
		into[k] += n
	}
	return into
}

// settle derives the status and the exit code from the totals: what is critical
// outweighs what is unknown, which outweighs a warning. The counts tell both.
func settle(s *result.Scan) {
	s.Totals.ByRule, s.Totals.Excluded = addMap(s.Totals.ByRule, nil), addMap(s.Totals.Excluded, nil)
	switch t := s.Totals; {
	case t.Critical > 0:
		s.Status, s.ExitCode = result.Critical, fail.CodeCritical
	case t.TenantsUnknown > 0 || s.Partial:
		s.Status, s.ExitCode = result.Unknown, fail.CodeUnknown
	case t.Warns():
		s.Status, s.ExitCode = result.Warning, fail.CodeWarning
	default:
		s.Status, s.ExitCode = result.OK, fail.CodeOK
	}
}

// ExitCode is the exit code by --fail-on, which hides warnings and what is
// critical, but never that something is unknown.
func ExitCode(s *result.Scan, failOn string) int {
	unknown := s.Totals.TenantsUnknown > 0 || s.Partial
	switch {
	case s.Totals.Critical > 0 && failOn != "never":
		return fail.CodeCritical
	case unknown:
		return fail.CodeUnknown
	case s.Totals.Warns() && failOn == "warning":
		return fail.CodeWarning
	}
	return fail.CodeOK
}
