package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// metrics collects gauges for a textfile of node_exporter. Every series carries
// the tenant and the application, so that the files of several do not collide.
type metrics struct {
	families []*dto.MetricFamily
	common   []label
}

type label struct{ name, value string }

// writePrometheus writes a result as metrics in the text format of Prometheus.
func writePrometheus(w io.Writer, res any, _ Options) error {
	m := &metrics{}
	switch r := res.(type) {
	case *result.Diagnosis:
		m.common = []label{{"tenant", orEmpty(r.Target.Tenant)}, {"app_id", orEmpty(r.Target.ClientID)}}
		m.diagnosis(r)
	case *result.SecretList:
		if sp := r.ServicePrincipal; sp != nil {
			m.common = []label{{"app_id", orEmpty(sp.AppID)}}
		}
		m.report(ListSecrets, &r.Header)
		m.credentials(r.Credentials)
	default:
		return fmt.Errorf("no metrics are known for a %T", res)
	}
	var b bytes.Buffer
	for _, f := range m.families {
		if _, err := expfmt.MetricFamilyToText(&b, f); err != nil {
			return fmt.Errorf("report as metrics: %w", err)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (m *metrics) diagnosis(d *result.Diagnosis) {
	m.report(Diagnose, &d.Header)
	if d.Error != nil {
		return
	}
	if c := d.RootCause; c != nil {
		m.gauge("spcheck_root_cause_info", "The root cause that a diagnosis found, and how certain it is.", 1, label{"cause", c.ID}, label{"certainty", string(c.Certainty)})
	}
	for _, c := range d.Checks {
		if v, told := checkValue(c.Status); told {
			m.gauge("spcheck_check_status", "Outcome of a check: 0 passed, 1 warning, 2 failed, 3 unknown.", v, label{"check", c.ID})
		}
	}
	for _, c := range d.Checks {
		if c.DurationMs != nil {
			m.gauge("spcheck_check_duration_seconds", "How long the request behind a check took.", float64(*c.DurationMs)/1000, label{"check", c.ID})
		}
	}
	m.credentials(d.Credentials)
}

func checkValue(s result.CheckStatus) (value float64, told bool) {
	switch s {
	case result.Pass:
		return 0, true
	case result.Warn:
		return 1, true
	case result.Fail:
		return 2, true
	case result.Skipped:
		return 0, false
	}
	return 3, true
}

// report says how a run went; it is there for a run that failed, too.
func (m *metrics) report(kind Kind, h *result.Header) {
	v := map[result.Status]float64{result.OK: 0, result.Warning: 1, result.Critical: 2}
	status, known := v[h.Status]
	if !known {
		status = 3
	}
	m.gauge("spcheck_report_status", "Judgement of the last report: 0 ok, 1 warning, 2 critical, 3 unknown.", status, label{"report", string(kind)})
	m.gauge("spcheck_report_timestamp_seconds", "When the report was made, as Unix time.", float64(h.GeneratedAt.Unix()), label{"report", string(kind)})
}

func (m *metrics) credentials(list []result.Credential) {
	times := func(name, help string, of func(result.Credential) *time.Time) {
		seen := map[string]bool{}
		for _, c := range list {
			// A series may stand once only, or the file is refused whole.
			if t := of(c); t != nil && !seen[credentialKey(c)] {
				seen[credentialKey(c)] = true
				m.gauge(name, help, float64(t.Unix()), credentialLabels(c)...)
			}
		}
	}
	times("spcheck_credential_end_timestamp_seconds", "When a credential ends, as Unix time.", func(c result.Credential) *time.Time { return c.EndDateTime })
	times("spcheck_credential_last_used_timestamp_seconds", "When a credential was last used, as Unix time.", func(c result.Credential) *time.Time { return c.LastUsedDateTime })
	n := count(list)
	for _, x := range []struct {
		state string
		n     int
	}{{"usable", n.usable}, {"expiring", n.expiring}, {"expired", n.expired}, {"unknown", n.unknown}} {
		m.gauge("spcheck_credentials", "Number of credentials by state; those that end soon are usable too.", float64(x.n), label{"state", x.state})
	}
}

func credentialLabels(c result.Credential) []label {
	return []label{
		{"key_id", orEmpty(c.KeyID)}, {"kind", c.Kind}, {"stored_on", c.StoredOn}, {"name", orEmpty(c.DisplayName)},
	}
}

// gauge adds a series to its family. Labels without a value are left out, which
// means the same to Prometheus.
func (m *metrics) gauge(name, help string, value float64, labels ...label) {
	i := slices.IndexFunc(m.families, func(f *dto.MetricFamily) bool { return f.GetName() == name })
	if i < 0 {
		i = len(m.families)
		m.families = append(m.families, &dto.MetricFamily{Name: &name, Help: &help, Type: dto.MetricType_GAUGE.Enum()})
	}
	metric := &dto.Metric{Gauge: &dto.Gauge{Value: &value}}
	for _, l := range append(slices.Clone(m.common), labels...) {
		if v := neutral.Label(strings.TrimSpace(l.value)); v != "" {
			metric.Label = append(metric.Label, &dto.LabelPair{Name: &l.name, Value: &v})
		}
	}
	m.families[i].Metric = append(m.families[i].Metric, metric)
}
