package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/common/expfmt"

	"github.com/spcheck/spcheck/internal/result"
)

// maxSeries bounds the credentials in a textfile. What is beyond is counted.
const maxSeries = 100_000

// writeScanMetrics writes a scan for the textfile collector of node_exporter,
// under the names that spcheck exporter uses.
func writeScanMetrics(w io.Writer, s *ScanSource, _ Options) error {
	m := &metrics{}
	m.report(Scan, &s.Scan.Header)
	for _, t := range s.Scan.Tenants {
		m.tenant(&t)
	}
	type counted struct{ tenant, rule, severity string }
	counts := map[counted]int{}
	for f, err := range s.Findings {
		if err != nil {
			return err
		}
		counts[counted{f.Tenant, f.Rule, string(f.Severity)}]++
	}
	for _, c := range slices.SortedFunc(maps.Keys(counts), func(a, b counted) int {
		return strings.Compare(a.tenant+"\x00"+a.rule+"\x00"+a.severity, b.tenant+"\x00"+b.rule+"\x00"+b.severity)
	}) {
		m.gauge("spcheck_findings", "Number of findings of the last scan.", float64(counts[c]),
			label{"tenant", c.tenant}, label{"rule", c.rule}, label{"severity", c.severity})
	}
	if err := m.inventory(s); err != nil {
		return err
	}
	for _, f := range m.families {
		if _, err := expfmt.MetricFamilyToText(w, f); err != nil {
			return fmt.Errorf("report as metrics: %w", err)
		}
	}
	return nil
}

func (m *metrics) tenant(t *result.ScanTenant) {
	up := 0.0
	if t.Error.IsZero() {
		up = 1
	}
	tenant := label{"tenant", t.Tenant}
	m.gauge("spcheck_tenant_up", "Whether the tenant could be read whole: 1 yes, 0 no.", up, tenant)
	for _, n := range []struct {
		kind  string
		count int
	}{{"application", t.Applications}, {"servicePrincipal", t.ServicePrincipals}, {"credential", t.Credentials}} {
		m.gauge("spcheck_tenant_objects", "Number of objects that were read.", float64(n.count), tenant, label{"kind", n.kind})
	}
	m.gauge("spcheck_scan_duration_seconds", "How long reading the tenant took.", float64(t.DurationMs)/1000, tenant)
}

func (m *metrics) inventory(s *ScanSource) error {
	seen := map[string]bool{}
	dropped := 0
	for i, err := range s.Inventory {
		key := ""
		switch {
		case err != nil:
			return err
		case i.EndDateTime == nil || i.Excluded:
			continue
		case len(seen) >= maxSeries:
			dropped++
			continue
		}
		// A series may stand once only, or the file is refused whole.
		if key = i.Tenant + " " + i.ObjectID + " " + i.KeyID + " " + i.Kind; seen[key] {
			continue
		}
		seen[key] = true
		m.gauge("spcheck_credential_end_timestamp_seconds", "When a credential ends, as Unix time.", float64(i.EndDateTime.Unix()),
			label{"tenant", i.Tenant}, label{"app_id", orEmpty(i.AppID)}, label{"app_name", orEmpty(i.DisplayName)}, label{"object_id", i.ObjectID},
			label{"stored_on", i.ObjectKind}, label{"key_id", i.KeyID}, label{"kind", i.Kind}, label{"replaced", fmt.Sprint(i.Replaced)})
	}
	m.gauge("spcheck_series_dropped", "Number of credentials beyond the bound of series.", float64(dropped))
	return nil
}
