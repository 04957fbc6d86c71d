package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/bundle"
	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/transport"
)

// support collects a support bundle during a diagnosis. It is nil if none was
// requested.
type support struct {
	app   *app
	path  string
	trace bundle.Recorder
	// hidden maps names to pseudonyms. It is nil if names are kept.
	hidden *bundle.Pseudonyms
}

func addBundleFlags(cmd *cobra.Command) {
	cmd.Flags().String("bundle", "", "also write a support bundle to this new ZIP `file`; nothing is sent")
	cmd.Flags().Bool("pseudonyms", false, "replace names, IDs and addresses in the support bundle with pseudonyms")
	annotate(cmd.Flags(), flagGroup, outputFlags, "bundle", "pseudonyms")
}

// supportBundle returns what collects the support bundle, or nil if none was requested. It
// checks that the file can be written before any request is made.
func (a *app) supportBundle(cmd *cobra.Command) (*support, error) {
	path, _ := cmd.Flags().GetString("bundle")
	pseudonyms, _ := cmd.Flags().GetBool("pseudonyms")
	switch {
	case path == "" && cmd.Flags().Changed("bundle"):
		return nil, fail.Usage(msg.New("the flag --bundle is empty"), msg.New("choose a new file, such as support.zip"))
	case path == "" && pseudonyms:
		return nil, fail.Usage(msg.New("--pseudonyms applies to a support bundle, and none was requested"), msg.New("choose a file for the bundle with --bundle"))
	case path == "":
		return nil, nil
	}
	if _, err := os.Lstat(path); err == nil {
		return nil, fail.Usage(msg.New("the file %s already exists", path), msg.New("choose a new file with --bundle"))
	}
	if err := safefile.Check(path, 4096); err != nil {
		return nil, fail.Usage(msg.New("the bundle %s cannot be written: %s", path, msg.Of(err)), msg.New("choose a new file with --bundle"))
	}
	s := &support{app: a, path: path}
	if pseudonyms {
		s.hidden = bundle.NewPseudonyms(publicSettings()...)
	}
	return s, nil
}

// publicSettings returns the names of all settings: flags, environment variables and
// profile keys. They are the same for everybody, so they need no pseudonym.
func publicSettings() []string {
	list := []string{"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_CONFIG_DIR", "AZURE_USERNAME", "AZURE_PASSWORD", "AZURE_SUBSCRIPTION_ID", "AZURE_TOKEN_CREDENTIALS",
		"ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_SUBSCRIPTION_ID", "IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "SYSTEM_OIDCREQUESTURI",
		"ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SPCHECK_READER_CLIENT_ID", "SPCHECK_READER_TENANT_ID",
		"KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT",
		"SPCHECK_CONFIG", "SPCHECK_PROFILE", "--client-secret-file", "--certificate", "--federated-token-file", "--profile", "--config", "--sp", "--error-text", "default"}
	for _, d := range config.Definitions() {
		list = append(list, "--"+d.Flag, string(d.Name))
		if d.Env != "" {
			list = append(list, d.Env)
		}
	}
	return append(list, secretVariables...)
}

// record makes the HTTP client record its requests and answers for the bundle.
func (s *support) record(o *transport.Options) {
	if s == nil {
		return
	}
	o.Record = redact.Writer(&s.trace)
	if s.hidden != nil {
		o.Word = func(t msg.Text) string { return t.WithArgs(s.hidden.Value).String() }
	}
}

// write writes the bundle and prints what is in it.
func (s *support) write(settings *config.Settings, f *diagnose.Facts, d *result.Diagnosis) error {
	if s == nil {
		return nil
	}
	members, err := s.members(settings, f, d)
	if err != nil {
		return err
	}
	a := s.app
	a.note(msg.New("the support bundle %s contains:", s.path))
	for _, m := range members {
		fmt.Fprintf(a.err, "  %-18s %7d  %s\n", m.Name, len(m.Data), neutral.Line(m.About.In(a.lang())))
	}
	if err := bundle.Write(s.path, members, a.now()); err != nil {
		return fail.Unknown(msg.New("the bundle %s cannot be written: %s", s.path, msg.Of(err)))
	}
	if s.hidden == nil {
		a.note(msg.New("it contains the names of your tenant, applications and hosts; --pseudonyms replaces them"))
	}
	a.note(msg.New("nothing was sent; check its content before you pass it on"))
	return nil
}

func (s *support) members(settings *config.Settings, f *diagnose.Facts, d *result.Diagnosis) ([]bundle.Member, error) {
	c := bundle.Contents{Environment: s.environment(settings, f), Trace: s.trace.String(), Pseudonyms: s.hidden != nil}
	if s.hidden != nil {
		d = s.hidden.Report(d)
		c.Environment, c.Trace = c.Environment.Under(s.hidden), s.hidden.Trace(c.Trace)
	}
	s.app.context.apply(d)
	var b bytes.Buffer
	if err := report.Write(&b, "json", d, report.Options{Version: s.app.version.number}); err != nil {
		return nil, err
	}
	c.Report = b.Bytes()
	return c.Members()
}

func (s *support) environment(settings *config.Settings, f *diagnose.Facts) bundle.Environment {
	a := s.app
	environ := a.environ
	for _, name := range secretVariables {
		if value, ok := a.env(name); ok {
			environ = append(environ[:len(environ):len(environ)], name+"="+value)
		}
	}
	e := bundle.Environment{Version: a.version.number, Revision: a.version.revision, Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
		Clock: bundle.ClockOf(f), Variables: bundle.VariablesOf(environ), Settings: []bundle.Setting{}, Proxies: []bundle.Proxy{}, Reader: f.Reader.Name}
	for _, definition := range config.Definitions() {
		if origin := settings.Get(definition.Name).Origin; origin.Place != "" {
			e.Settings = append(e.Settings, bundle.Setting{Name: string(definition.Name), Origin: origin.String()})
		}
	}
	getenv := func(name string) string { v, _ := a.env(name); return v }
	for _, host := range []string{f.Setup.AuthorityHost, f.Setup.GraphEndpoint} {
		if host != "" {
			p := transport.ProxyFor(getenv, host)
			e.Proxies = append(e.Proxies, bundle.Proxy{To: host, Proxy: p.Proxy, Credentials: p.Credentials, Malformed: p.Malformed, Exempt: p.Exempt})
		}
	}
	return e
}
