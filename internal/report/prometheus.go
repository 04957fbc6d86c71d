package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// writePrometheus writes gauges in the text format of Prometheus, for the textfile
// collector of node_exporter. A failed run still has the metrics of its status and time.
func writePrometheus(w io.Writer, r result.Measured, _ Options) error {
	h := r.Head()
	status := slices.Index([]result.Status{result.OK, result.Warning, result.Critical}, h.Status)
	if status < 0 {
		status = 3
	}
	report := [2]string{"report", string(r.Kind())}
	labels, samples, err := r.Metrics()
	if err != nil {
		return err
	}
	m := &metrics{common: labels}
	m.add(result.Metric{Name: "spcheck_report_status", Labels: [][2]string{report},
		Help: "Judgement of the last report: 0 ok, 1 warning, 2 critical, 3 unknown.", Value: float64(status)})
	m.add(result.Metric{Name: "spcheck_report_timestamp_seconds", Labels: [][2]string{report},
		Help: "When the report was made, as Unix time.", Value: float64(h.GeneratedAt.Unix())})
	for _, x := range samples {
		m.add(x)
	}
	var b bytes.Buffer
	for _, f := range m.families {
		if _, err := expfmt.MetricFamilyToText(&b, f); err != nil {
			return fmt.Errorf("report as metrics: %w", err)
		}
	}
	_, err = w.Write(b.Bytes())
	return err
}

// metrics groups samples by family, as the format requires.
type metrics struct {
	families []*dto.MetricFamily
	common   [][2]string
}

// add adds a sample to its family. It omits labels with an empty value, which means the
// same to Prometheus.
func (m *metrics) add(x result.Metric) {
	i := slices.IndexFunc(m.families, func(f *dto.MetricFamily) bool { return f.GetName() == x.Name })
	if i < 0 {
		i = len(m.families)
		m.families = append(m.families, &dto.MetricFamily{Name: &x.Name, Help: &x.Help, Type: dto.MetricType_GAUGE.Enum()})
	}
	metric := &dto.Metric{Gauge: &dto.Gauge{Value: &x.Value}}
	for _, l := range append(slices.Clone(m.common), x.Labels...) {
		if v := neutral.Label(strings.TrimSpace(l[1])); v != "" {
			metric.Label = append(metric.Label, &dto.LabelPair{Name: &l[0], Value: &v})
		}
	}
	m.families[i].Metric = append(m.families[i].Metric, metric)
}
