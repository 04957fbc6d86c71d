package main

import (
	"context"
	"fmt"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

func newRenewSecretCommand(a *app) *cobra.Command {
	req := &renew.Request{}
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
		RunE: func(cmd *cobra.Command, _ []string) error {
			return change(a, cmd, req, a.renewRequest, func(ctx context.Context, req renew.Request) (*result.Renewal, error) {
				// If the reader of standard output goes away, SIGPIPE must not end the run
				// between two steps. The write fails instead, and the user is asked for
				// another target.
				signal.Ignore(syscall.SIGPIPE)
				return renew.Run(ctx, req)
			})
		},
	}
	a.addRenewalFlags(cmd, &req.Renewal)
	f := cmd.Flags()
	f.StringArray("to", nil, "`target` for the new value (repeatable: either all of them get it, or none)")
	_ = f.SetAnnotation("to", flagValues, target.Forms())
	f.String("read-back", "", "`command` that prints the value stored in a target that cannot be read otherwise, such as command:")
	f.Bool("show", false, "allow --to stdout to write to a terminal")
	return cmd
}

func (a *app) renewRequest(cmd *cobra.Command, s *config.Settings, out *reporting, req *renew.Request) error {
	if err := a.renewal(cmd, s, out, &req.Renewal); err != nil {
		return err
	}
	req.Mask = a.mask()
	deps := a.targetDeps(s, req.Input)
	deps.Show, _ = cmd.Flags().GetBool("show")
	parse := func(spec string) (target.Target, error) { return target.Parse(spec, deps) }
	req.Parse = func(spec string) (target.Target, error) { return target.Reopen(spec, deps) }
	if d, ok := req.Dialog.(*dialog); ok {
		d.parse = parse
		d.screen = func() target.Target {
			deps.Out, deps.Show = redact.Plain(a.err), true
			t, _ := target.Parse("stdout", deps)
			return t
		}
	}
	specs, _ := cmd.Flags().GetStringArray("to")
	back, _ := cmd.Flags().GetString("read-back")
	switch stdout := slices.Contains(specs, "stdout"); {
	case len(specs) == 0 && (req.DryRun || req.Resume):
		return nil
	case len(specs) == 0:
		return fail.Usage(msg.New("no target was given for the new value"), msg.New("use --to with one of: %s", strings.Join(target.Forms(), ", ")))
	case stdout && out.format == "json":
		return fail.Usage(msg.New("standard output cannot carry both the value and the report as JSON"), msg.New("choose another target, or leave out -o json: the report then goes to standard error"))
	case back != "" && len(specs) > 1:
		return fail.Usage(msg.New("--read-back works with one target, but several were given"), msg.New("give each of them in a plan: spcheck plan"))
	case stdout: // only the value goes there
		other := *a
		other.out = a.err
		out.app = &other
	}
	for _, spec := range specs {
		t, err := parse(spec)
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
