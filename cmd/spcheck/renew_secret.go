package main

import (
	"fmt"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

func newRenewSecretCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "renew-secret --sp NAME --to TARGET",
		Short: "Add a new secret, store it, and check that it works; nothing is removed",
		Long: `Replace a client secret without an outage, step by step:

  preflight  check permission, ownership, policies, lock, limits, target and clock,
             before anything is changed
  add        add one new secret; existing ones stay valid
  store      store its value in the target at once
  verify     sign in on new connections until it works several times in a row
  report     what is new, what stays valid, and what is left to do

Nothing is removed. Once the product uses the new secret, remove the old one with
spcheck remove-secret.

TARGET is one of
  file:PATH               a file that contains only the value, readable only by its owner
  env-file:PATH#NAME      the variable NAME in a file of environment variables
  keyring:NAME            the system's keyring; a profile reads it with {keyring: NAME}
  keyvault:VAULT/NAME     Azure Key Vault, with the identity that makes the change
  kubernetes:[CONTEXT/]NAMESPACE/SECRET#KEY   through kubectl
  github:OWNER/REPO[/ENVIRONMENT]#NAME        an Actions secret, through gh
  azure-pipelines:ORG/PROJECT/GROUP#NAME      a secret variable, through az
  appsettings:GROUP/APP[/SLOT]#NAME           App Service and Functions, through az
  docker-secret:NAME      a new secret NAME-TIME in the swarm, through docker
  command:PROGRAM ARG…    a program that reads the value from its standard input;
                          words are split as in a shell, or given as a JSON list.
                          Use --read-back to read back what it stored
  stdout                  standard output, for the value alone; the report goes
                          to standard error

The identity that --reader names makes the change. It needs
Application.ReadWrite.OwnedBy and must own the object, or it needs
Application.ReadWrite.All; a person needs a role that allows this. With auto,
spcheck uses the first identity whose token allows changing applications.

With several targets, all of them get the value; if one fails, the others get their
previous value back. If a run is interrupted, the old secrets stay valid, and a
journal without the value stays on this machine or in the folder of --state:
continue with --resume. --timeout limits only the preflight; adding and storing may
take a minute each, and verifying as long as --verify-timeout allows.`,
		Example: `  spcheck renew-secret --sp MailStoreSP --to file:/etc/mailstore/secret
  spcheck renew-secret --sp MailStoreSP --days 180 --to env-file:/etc/sync.env#AZURE_CLIENT_SECRET
  spcheck renew-secret --sp MailStoreSP --to keyring:mailstore --dry-run
  spcheck renew-secret --sp MailStoreSP --to file:secret --if-expiring-within 30d -o json
  spcheck renew-secret --sp MailStoreSP --resume`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.renewSecret(cmd) },
	}
	addSettings(cmd, config.Connection, config.Judgement, config.Reporting)
	addTextFlags(cmd)
	addStateFlag(cmd)
	addRenewalFlags(cmd)
	f := cmd.Flags()
	f.StringArray("to", nil, "`target` for the new value (repeatable: either all of them get it, or none)")
	_ = f.SetAnnotation("to", flagValues, target.Forms())
	f.String("read-back", "", "`command` that prints the value stored in a target that cannot be read otherwise, such as command:")
	f.Bool("show", false, "allow --to stdout to write to a terminal")
	return cmd
}

func (a *app) renewSecret(cmd *cobra.Command) error {
	settings, out, err := a.begin(cmd, &result.Renewal{})
	if err != nil {
		return err
	}
	req, err := a.renewRequest(cmd, settings, out)
	if err != nil {
		return err
	}
	// If the reader of standard output goes away, SIGPIPE must not end the run between
	// two steps. The write fails instead, and the user is asked for another target.
	signal.Ignore(syscall.SIGPIPE)
	res, runErr := renew.Run(cmd.Context(), req)
	req.Input.Progress(msg.Text{})
	if slices.Contains(to(cmd), "stdout") {
		out.app = a.reportingToStderr()
	}
	return out.ended(res, runErr)
}

// reportingToStderr returns the app for a run that writes the secret to standard
// output.
func (a *app) reportingToStderr() *app {
	other := *a
	other.out = a.err
	return &other
}

// ended writes the report of a run that changed something. It writes it in full even if
// the run failed, and returns the failure for standard error.
func (r *reporting) ended(res result.Report, err error) error {
	h := res.Head()
	if err == nil {
		return r.write(res)
	}
	e := fail.From(err)
	if r.format == "text" {
		// Standard error has the error; the report shows how far the run got.
		kept := h.Error
		h.Error = nil
		defer func() { h.Error = kept }()
	}
	r.app.context.apply(res)
	if wErr := report.Write(r.app.out, r.format, res, r.opts); wErr != nil {
		return wErr
	}
	r.app.complain(e)
	return exitCode(e.Code)
}

func (a *app) renewRequest(cmd *cobra.Command, s *config.Settings, out *reporting) (req renew.Request, err error) {
	if req.Renewal, err = a.renewal(cmd, s, out); err != nil {
		return req, err
	}
	req.Mask = a.mask()
	return req, a.targets(cmd, s, out, &req)
}

// targets reads --to, and adds what the run needs to ask for other targets.
func (a *app) targets(cmd *cobra.Command, s *config.Settings, out *reporting, req *renew.Request) error {
	cloud, _ := entra.CloudByName(s.Value(config.Cloud))
	deps := target.Deps{Out: redact.Plain(a.out), Terminal: a.outTTY, Environ: a.environ, HTTPClient: req.Input.HTTPClient,
		VaultResource: cloud.VaultResource, Now: a.now}
	deps.Show, _ = cmd.Flags().GetBool("show")
	req.Parse = func(spec string) (target.Target, error) { return target.Parse(spec, deps) }
	if d, ok := req.Dialog.(*dialog); ok {
		d.parse = req.Parse
		d.screen = func() target.Target {
			deps.Out, deps.Show = redact.Plain(a.err), true
			t, _ := target.Parse("stdout", deps)
			return t
		}
	}
	then, _ := cmd.Flags().GetString("then")
	var err error
	if req.Then, err = target.Then(then, deps); err != nil {
		return err
	}
	specs := to(cmd)
	switch {
	case len(specs) == 0 && (req.DryRun || req.Resume):
		return nil
	case len(specs) == 0:
		return fail.Usage(msg.New("no target was given for the new value"), msg.New("use --to with one of: %s", strings.Join(target.Forms(), ", ")))
	case slices.Contains(specs, "stdout") && out.format == "json":
		return fail.Usage(msg.New("standard output cannot carry both the value and the report as JSON"), msg.New("choose another target, or leave out -o json: the report then goes to standard error"))
	}
	back, _ := cmd.Flags().GetString("read-back")
	if back != "" && len(specs) > 1 {
		return fail.Usage(msg.New("--read-back works with one target, but several were given"), msg.New("give each of them in a plan: spcheck plan"))
	}
	for _, spec := range specs {
		t, err := req.Parse(spec)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(req.Targets, func(other target.Target) bool { return other.Spec() == t.Spec() }) {
			return fail.Usage(msg.New("the target %s is given twice", t.Spec()))
		}
		if t, err = target.WithReadBack(t, back, deps); err != nil {
			return err
		}
		req.Targets = append(req.Targets, t)
	}
	return nil
}

// to returns the targets as the user typed them.
func to(cmd *cobra.Command) []string {
	specs, _ := cmd.Flags().GetStringArray("to")
	return specs
}

// mask returns a function that makes GitHub Actions hide the value in its log. The
// runner's ScriptHandler reads such commands from standard error as well as standard
// output, and standard error is seldom captured. Outside GitHub Actions it returns nil,
// because the command would print the value.
func (a *app) mask() func(secrets.Value) {
	if on, _ := a.env("GITHUB_ACTIONS"); on != "true" {
		return nil
	}
	return func(v secrets.Value) {
		escaped := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(v.Reveal())
		fmt.Fprintf(redact.Plain(a.err), "::add-mask::%s\n", escaped)
	}
}
