package main

import (
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/exporter"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/session"
	"github.com/spcheck/spcheck/internal/trust"
)

// defaultExporter is the default listen address. It is on loopback, so names and expiry
// dates of credentials are not exposed by accident.
const defaultExporter = "127.0.0.1:9717"

func newExporterCommand(a *app) *cobra.Command {
	f := &exporterFlags{}
	cmd := &cobra.Command{
		Use:   "exporter [--listen ADDR]",
		Short: "Serve the expiry dates of credentials as Prometheus metrics",
		Long: `Scan one tenant or many at an interval and serve the result at /metrics. A scrape
never triggers a scan. /-/healthy and /-/ready are for supervisors.

The first scan reads everything; later scans ask Microsoft Graph only for what has
changed. They read everything again after the time given with --full-after, or if that
is not possible.

It listens on loopback unless --listen says otherwise. --web-config adds TLS and
basic authentication, with a web configuration file of Prometheus' exporter
toolkit. deploy/ has alert rules, a dashboard and manifests.`,
		Example: `  spcheck exporter --all-profiles
  spcheck exporter --listen 0.0.0.0:9717 --web-config web.yaml --interval 6h`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.exporter(cmd, f) },
	}
	addSettings(cmd, config.Connection)
	a.addScanFlags(cmd, &f.scanFlags)
	flags := cmd.Flags()
	addOneSetting(flags, config.Within)
	flags.String("listen", defaultExporter, "`address` to listen on; port 0 picks a free port")
	addTimeFrom(flags, &f.interval, time.Second, "interval", "1h", "`time` from the start of one scan to the next")
	addFullAfter(cmd, &f.fullAfter)
	flags.String("web-config", "", "web configuration `file` of Prometheus' exporter toolkit, for TLS and basic authentication")
	return cmd
}

// exporterFlags are the flags of spcheck exporter.
type exporterFlags struct {
	scanFlags
	interval, fullAfter time.Duration
}

func (a *app) exporter(cmd *cobra.Command, f *exporterFlags) error {
	settings, err := a.scanSettings(cmd, f.profiles)
	if err != nil {
		return err
	}
	if err := checkListen(cmd); err != nil {
		return err
	}
	targets, err := a.scanTargets(cmd, settings, &f.scanFlags)
	if err != nil {
		return err
	}
	if session.FromStdin(settings) {
		return fail.Usage(msg.New("the exporter reads its credential repeatedly, but standard input provides it only once"), msg.New("use --client-secret-file with a file, or AZURE_CLIENT_SECRET"))
	}
	o := exporter.Options{
		Targets: targets, Scan: f.options, Timeout: scanTimeout, Interval: f.interval, FullAfter: f.fullAfter, Version: a.version.number,
		Log: slog.New(slog.NewTextHandler(a.err, nil)),
	}
	if settings.Given(config.Timeout) {
		o.Timeout = settings.Timeout
	}
	o.WebConfig, _ = cmd.Flags().GetString("web-config")
	var untrusted *trust.Error
	switch err := exporter.CheckWebConfig(o.WebConfig); {
	case errors.As(err, &untrusted):
		return fail.Usage(msg.New("%s, and it decides who may read the metrics", untrusted), untrusted.Cure)
	case err != nil:
		return fail.Usage(msg.New("the web configuration %s cannot be used", o.WebConfig), msg.New("its format is described at https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md"))
	}
	if o.Listener, err = a.listen(cmd, o.WebConfig); err != nil {
		return err
	}
	a.garbage.frugal(targets)
	a.note(msg.New("the exporter serves /metrics at %s until it is interrupted", o.Listener.Addr()))
	return exporter.Run(cmd.Context(), o)
}

// checkListen rejects an invalid address before any request is made.
func checkListen(cmd *cobra.Command) error {
	address, _ := cmd.Flags().GetString("listen")
	if !validAddress(address) {
		return fail.Usage(msg.New("%q is not an address to listen on", address), msg.New("use a host and a port, such as %s", defaultExporter))
	}
	return nil
}

// listen opens the address. It prints a warning if other machines can connect without a
// password.
func (a *app) listen(cmd *cobra.Command, webConfig string) (net.Listener, error) {
	address, _ := cmd.Flags().GetString("listen")
	l, err := (&net.ListenConfig{}).Listen(cmd.Context(), "tcp", address)
	if err != nil {
		return nil, fail.Usage(msg.New("cannot listen on %s: it is in use, or not an address of this machine", address), msg.New("choose another port with --listen, such as 127.0.0.1:0 for a free one"))
	}
	if tcp, ok := l.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() && webConfig == "" {
		a.note(msg.New("warning: anyone who can reach %s can read names and expiry dates of credentials; --web-config adds TLS and a password", l.Addr()))
	}
	return l, nil
}
