package exporter

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/exporter-toolkit/web"

	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/scan"
	"github.com/spcheck/spcheck/internal/scan/kept"
)

// Options say what to serve, and where.
type Options struct {
	Targets []scan.Target
	// Scan says how to scan; the inventory is always kept.
	Scan scan.Options
	// Interval lies between the starts of two scans; one that takes longer delays
	// the next. Timeout bounds a scan.
	Interval, Timeout time.Duration
	// FullAfter is how long scans ask for changes only before one reads everything.
	FullAfter time.Duration
	Listener  net.Listener
	// WebConfig is a file of Prometheus' exporter toolkit with TLS and basic
	// authentication, or empty.
	WebConfig string
	Log       *slog.Logger
	Version   string
}

// Bounds of the server. Its clients are Prometheus servers.
const (
	headerTimeout = 10 * time.Second
	writeTimeout  = time.Minute
	idleTimeout   = 2 * time.Minute
	shutdownWait  = 5 * time.Second
	scrapesAtOnce = 4
)

// Run scans and serves until the context ends, which is no error.
func Run(ctx context.Context, o Options) error {
	e := &exporter{options: o, names: map[string]string{}}
	e.options.Scan.Inventory = true
	e.options.Scan.Keep = &scan.Keep{Store: kept.Memory(), MaxAge: o.FullAfter}
	handler, err := e.handler()
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader}
	pause.Finish()
	served := make(chan error, 1)
	go func() {
		addresses, systemd := []string{o.Listener.Addr().String()}, false
		flags := &web.FlagConfig{WebListenAddresses: &addresses, WebSystemdSocket: &systemd, WebConfigFile: &o.WebConfig}
		served <- web.Serve(limited(o.Listener), server, flags, o.Log)
	}()
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { e.loop(ctx) })
	select {
	case err = <-served:
	case <-ctx.Done():
		// The context is over; a scrape on its way may still end.
		end, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
		err = server.Shutdown(end)
		stop()
	}
	cancel()
	wg.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

type exporter struct {
	options   Options
	collector collector

	mu sync.Mutex
	// names gives the GUID of each tenant that was opened by what is configured.
	names map[string]string
}

func (e *exporter) handler() (http.Handler, error) {
	registry := prometheus.NewRegistry()
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "spcheck_build_info", Help: "The version of spcheck.", ConstLabels: prometheus.Labels{"version": e.options.Version}})
	build.Set(1)
	registry.MustRegister(&e.collector, build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	landing, err := web.NewLandingPage(web.LandingConfig{
		Name: "spcheck exporter", Description: "Ends of credentials of Microsoft Entra ID applications", Version: e.options.Version,
		Links: []web.LandingLinks{{Address: "/metrics", Text: "Metrics"}, {Address: "/-/ready", Text: "Ready"}, {Address: "/-/healthy", Text: "Healthy"}},
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", landing)
	mux.Handle("GET /metrics", queued(promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		Timeout: writeTimeout - 5*time.Second,
		// One series that is refused must not cost the others.
		ErrorHandling: promhttp.ContinueOnError, ErrorLog: slog.NewLogLogger(e.options.Log.Handler(), slog.LevelError),
	}), scrapesAtOnce))
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("healthy\n")) })
	mux.HandleFunc("GET /-/ready", e.ready)
	return guarded(mux, e.options.Listener.Addr()), nil
}

// ready says whether there is something to show yet.
func (e *exporter) ready(w http.ResponseWriter, _ *http.Request) {
	if e.collector.last.Load() == nil {
		http.Error(w, "the first scan has not ended", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}

// loop scans, and waits for the next turn.
func (e *exporter) loop(ctx context.Context) {
	ticker := time.NewTicker(e.options.Interval)
	defer ticker.Stop()
	for {
		e.read(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// read makes one scan and shows it. An interrupted one is not shown.
func (e *exporter) read(ctx context.Context) {
	limited, cancel := context.WithTimeout(ctx, e.options.Timeout)
	defer cancel()
	outcome, err := scan.Run(limited, e.targets(), e.options.Scan)
	if err != nil {
		e.collector.failures.Add(1)
		e.options.Log.Error("scan failed", "error", err.Error())
		return
	}
	defer outcome.Close()
	if ctx.Err() != nil {
		return
	}
	e.mu.Lock()
	next, err := e.collector.last.Load().next(outcome, e.names)
	e.mu.Unlock()
	if err != nil {
		e.collector.failures.Add(1)
		e.options.Log.Error("scan failed", "error", err.Error())
		return
	}
	e.collector.last.Store(next)
	e.collector.reads.Add(1)
	e.log(outcome)
}

func (e *exporter) log(o *scan.Outcome) {
	t := o.Scan.Totals
	if t.TenantsUnknown > 0 {
		e.collector.failures.Add(1)
	}
	for _, tenant := range o.Scan.Tenants {
		if !tenant.Error.IsZero() {
			e.options.Log.Warn("tenant not read whole", "tenant", tenant.Tenant, "reason", tenant.Error.String())
		}
	}
	for _, n := range o.Notices {
		e.options.Log.Info("how the tenant was read", "tenant", n.Tenant, "reason", n.Text.String())
	}
	e.options.Log.Info("scan done", "tenants", t.Tenants, "applications", t.Applications, "servicePrincipals", t.ServicePrincipals,
		"credentials", t.Credentials, "critical", t.Critical, "warning", t.Warning, "seconds", float64(t.DurationMs)/1000)
}

// targets are those of the options, watched for the GUIDs of their tenants.
func (e *exporter) targets() []scan.Target {
	out := make([]scan.Target, len(e.options.Targets))
	for i, t := range e.options.Targets {
		open := t.Open
		t.Open = func(ctx context.Context, throttled func()) (scan.Opened, error) {
			opened, err := open(ctx, throttled)
			if err == nil {
				e.mu.Lock()
				e.names[strings.ToLower(t.Tenant)] = strings.ToLower(opened.Tenant)
				e.mu.Unlock()
			}
			return opened, err
		}
		out[i] = t
	}
	return out
}
