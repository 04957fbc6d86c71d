package exporter

import (
	"strconv"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// collector shows the last snapshot.
type collector struct {
	last     atomic.Pointer[snapshot]
	reads    atomic.Int64
	failures atomic.Int64
}

// The metrics. docs/exporter.md describes them, and a test holds that it does.
var (
	endDesc      = desc("credential_end_timestamp_seconds", "When a credential expires, as Unix time.", "tenant", "app_id", "app_name", "object_id", "stored_on", "key_id", "kind", "purpose", "replaced")
	upDesc       = desc("tenant_up", "Whether the last read of the tenant was complete: 1 yes, 0 no.", "tenant")
	successDesc  = desc("tenant_last_success_timestamp_seconds", "When the tenant was last read completely, as Unix time; 0 means never.", "tenant")
	objectsDesc  = desc("tenant_objects", "Number of objects in the last complete read.", "tenant", "kind")
	findingsDesc = desc("findings", "Number of findings of the last scan.", "tenant", "rule", "severity")
	durationDesc = desc("scan_duration_seconds", "How long reading the tenant took.", "tenant")
	excludedDesc = desc("excluded", "Number of credentials and findings that were excluded.", "reason")
	droppedDesc  = desc("series_dropped", "Number of credentials not exported because of the limit on series.", "tenant")
	readsDesc    = desc("scans_total", "Number of scans since the exporter started.")
	failedDesc   = desc("scan_failures_total", "Number of scans in which a tenant was not read completely.")
	lastDesc     = desc("report_timestamp_seconds", "When the last scan was run, as Unix time.", "report")
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("spcheck_"+name, help, labels, nil)
}

func descs() []*prometheus.Desc {
	return []*prometheus.Desc{endDesc, upDesc, successDesc, objectsDesc, findingsDesc, durationDesc, excludedDesc, droppedDesc, readsDesc, failedDesc, lastDesc}
}

// Describe names the metrics.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range descs() {
		ch <- d
	}
}

// Collect writes the last snapshot.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	ch <- prometheus.MustNewConstMetric(readsDesc, prometheus.CounterValue, float64(c.reads.Load()))
	ch <- prometheus.MustNewConstMetric(failedDesc, prometheus.CounterValue, float64(c.failures.Load()))
	s := c.last.Load()
	if s == nil {
		return
	}
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	gauge(lastDesc, float64(s.at.Unix()), "scan")
	for reason, n := range s.excluded {
		gauge(excludedDesc, float64(n), reason)
	}
	for _, t := range s.tenants {
		t.collect(gauge)
	}
}

func (t *tenant) collect(gauge func(*prometheus.Desc, float64, ...string)) {
	up, success := 0.0, 0.0
	if t.up {
		up = 1
	}
	if !t.success.IsZero() {
		success = float64(t.success.Unix())
	}
	gauge(upDesc, up, t.name)
	gauge(successDesc, success, t.name)
	gauge(durationDesc, t.duration.Seconds(), t.name)
	if !t.success.IsZero() { // nothing read is not the same as nothing there
		gauge(objectsDesc, float64(t.applications), t.name, "application")
		gauge(objectsDesc, float64(t.principals), t.name, "servicePrincipal")
		gauge(objectsDesc, float64(t.judged), t.name, "credential")
	}
	gauge(droppedDesc, float64(t.dropped), t.name)
	for f, n := range t.findings {
		gauge(findingsDesc, float64(n), t.name, f.rule, f.severity)
	}
	for i := range t.credentials {
		c := &t.credentials[i]
		gauge(endDesc, float64(c.end), t.name, c.appID, c.appName, c.objectID, c.storedOn, c.keyID, c.kind, c.purpose, strconv.FormatBool(c.replaced))
	}
}
