package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/diagnose/gather"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/session"
	"github.com/spcheck/spcheck/internal/transport"
	"github.com/spcheck/spcheck/internal/trust"
)

func newDiagnoseCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "diagnose",
		Short: "Find out why the configured credential does not work",
		Long: `Sign in the way the configured product does, read what Microsoft Graph knows
about the application, and report the root cause, the evidence for it, and what
to do.

The secret is read from AZURE_CLIENT_SECRET, a file, standard input or a
profile, never from a flag. It is never shown.`,
		Example: `  spcheck diagnose
  spcheck diagnose --reader azure-cli
  spcheck diagnose --error-text "AADSTS7000222: The provided client secret keys are expired."
  spcheck sandbox -- spcheck diagnose`,
		Args: namesPrincipal,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.diagnose(cmd) },
	}
	addReportFlags(cmd)
	addPrincipalFlag(cmd)
	cmd.Flags().String("error-text", "", "error `message` that the product shows; - reads it from standard input")
	cmd.Flags().Bool("no-probe", false, "do not test corrected values by signing in with them")
	addBundleFlags(cmd)
	cmd.Flags().Bool("skip-sync", false, "do not test reading users and groups, as directory synchronization does")
	return cmd
}

// addPrincipalFlag adds --sp.
func addPrincipalFlag(cmd *cobra.Command) {
	cmd.Flags().String("sp", "", "service principal: `name`, application ID or object ID (default: the configured client ID)")
}

// addTextFlags adds the flags that change the text report.
func addTextFlags(cmd *cobra.Command) {
	cmd.Flags().BoolP("verbose", "v", false, "show more details")
	cmd.Flags().BoolP("quiet", "q", false, "show only the headline, and no progress")
	addChoice(cmd.Flags(), "shell", "print commands for this `shell`", "the current one", remedyShells())
	annotate(cmd.Flags(), flagGroup, outputFlags, "verbose", "quiet", "shell")
}

// remedyShells are the shells for which commands can be printed.
func remedyShells() []string { return []string{"sh", "powershell", "cmd"} }

func (a *app) diagnose(cmd *cobra.Command) error {
	settings, out, err := a.begin(cmd)
	if err != nil {
		return err
	}
	if a.support, err = a.supportBundle(cmd); err != nil {
		return err
	}
	options, err := a.input(cmd, settings)
	if err != nil {
		return err
	}
	in := session.New(options).Input()
	in.NoProbe, _ = cmd.Flags().GetBool("no-probe")
	in.SkipSync, _ = cmd.Flags().GetBool("skip-sync")
	if in.ErrorText, err = a.errorText(cmd, settings); err != nil {
		return err
	}
	facts := gather.Facts(cmd.Context(), in)
	a.line.clear()
	if err := interrupted(cmd.Context()); err != nil {
		return err
	}
	a.warnOf(facts)
	d := diagnose.Judge(facts)
	showKeyIDs(d.Credentials)
	kept := a.support.write(settings, facts, d)
	if kept != nil {
		a.complain(fail.From(kept))
	}
	if p := facts.Setup.Problem; p != nil {
		if out.format == "text" {
			return p.Failure()
		}
		a.complain(p.Failure())
	}
	if err := out.write(d); err != nil || kept == nil {
		return err
	}
	return exitCode(fail.CodeUnknown)
}

// input returns the session options of commands that are about one application: who reads,
// which application, and how progress is shown.
func (a *app) input(cmd *cobra.Command, s *config.Settings) (session.Options, error) {
	in, err := a.sessionOptions(cmd, s)
	if err != nil {
		return in, err
	}
	if err := session.CheckReader(s, a.env); err != nil {
		return in, err
	}
	sp, _ := cmd.Flags().GetString("sp")
	bare, removed := config.Bare(sp, true)
	if !objects.IsGUID(bare) { // brackets and full stops can belong to a name
		bare, removed = config.Bare(sp, false)
	}
	if bare != sp && bare != "" {
		a.note(msg.New("warning: %s", msg.New("--sp has %s around the name; they are ignored", msg.Join(removed, ", "))))
		sp = bare
	}
	if f := cmd.Flags().Lookup("sp"); f != nil && f.Changed && strings.TrimSpace(sp) == "" {
		return in, fail.Usage(msg.New("the flag --sp is empty"), msg.New("give the display name, application ID or object ID of a service principal"))
	}
	a.line = a.statusLine(cmd)
	in.SP, in.Interactive, in.Progress, in.Settled = sp, a.inTTY && a.errTTY, a.line.show, a.line.settled
	in.Prompt = func(t msg.Text) {
		a.line.clear()
		a.note(t)
	}
	return in, nil
}

// sessionOptions returns what every session needs.
func (a *app) sessionOptions(cmd *cobra.Command, s *config.Settings) (session.Options, error) {
	client, err := a.httpClient(cmd, s)
	return session.Options{Settings: s, Env: a.env, Environ: a.environ, Stdin: a.in, Now: a.now, HTTPClient: client, Timeout: s.Timeout}, err
}

// secretDeps returns what loading a secret needs.
func (a *app) secretDeps() secrets.Deps {
	return secrets.Deps{LookupEnv: a.env, Environ: a.environ, Stdin: a.in}
}

// httpClient returns a client that trusts the configured CAs. All tenants with the same
// CA file share one: a thousand clients would each have their own connections and a copy
// of the system's certificates.
func (a *app) httpClient(cmd *cobra.Command, s *config.Settings) (*http.Client, error) {
	if client := a.clients[s.Value(config.CAFile)]; client != nil {
		return client, nil
	}
	o := transport.Options{CAFile: s.Value(config.CAFile), UserAgent: "spcheck/" + a.version.number,
		Getenv: func(name string) string { v, _ := a.env(name); return v }}
	if debug, _ := cmd.Flags().GetBool("debug"); debug {
		o.Debug = a.err
	}
	a.support.record(&o)
	client, err := transport.New(o)
	if err != nil {
		hint := msg.New("check --ca-file and SPCHECK_CA_FILE")
		var untrusted *trust.Error
		if errors.As(err, &untrusted) {
			hint = untrusted.Cure
		}
		return nil, fail.Usage(msg.Of(err), hint)
	}
	if a.clients == nil {
		a.clients = map[string]*http.Client{}
	}
	a.clients[s.Value(config.CAFile)] = client
	return client, nil
}

// errorText opens the pasted error, or returns nil if none was given.
func (a *app) errorText(cmd *cobra.Command, s *config.Settings) (io.Reader, error) {
	f := cmd.Flags().Lookup("error-text")
	switch {
	case !f.Changed:
		return nil, nil
	case namesFile(f.Value.String()):
		return nil, fail.Usage(notAText("--error-text"),
			msg.New("explain all errors in a file: spcheck explain --file PATH"),
			msg.New("or diagnose with the error in it, as standard input of: spcheck diagnose --error-text -"))
	case f.Value.String() != "-":
		return strings.NewReader(f.Value.String()), nil
	case s.Credential != nil && s.Credential.Secret != nil && s.Credential.Secret.File == secrets.Stdin:
		return nil, fail.Usage(msg.New("standard input cannot provide both the secret and the error text"))
	}
	return a.in, nil
}

// warnOf prints warnings about how the credential is stored, such as a file that others
// can read.
func (a *app) warnOf(f *diagnose.Facts) {
	for _, w := range f.Setup.Warnings {
		a.note(msg.New("warning: %s", w))
	}
	for _, r := range f.Certificate.Value.Refusals {
		a.note(msg.New("warning: the certificate file: %s", r))
	}
}

// interrupted returns the error for a run that was ended by a person or a scheduler.
func interrupted(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return nil
}
