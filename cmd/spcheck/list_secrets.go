package main

import (
	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/diagnose/gather"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/session"
)

func newListSecretsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list-secrets --sp NAME",
		Short: "List the credentials of a service principal and its application",
		Long: `List the passwords, certificates and federated credentials of a service principal
and of its application: which of the two each belongs to, and when it expires.

--sp takes the display name, a service principal name such as a URI, the
application (client) ID or the object ID.`,
		Example: `  spcheck list-secrets --sp MailStoreSP
  spcheck list-secrets --sp MailStoreSP --reader azure-cli -o json`,
		Args: namesPrincipal,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listSecrets(cmd) },
	}
	addReportFlags(cmd)
	addPrincipalFlag(cmd)
	return cmd
}

func (a *app) listSecrets(cmd *cobra.Command) error {
	settings, out, err := a.begin(cmd)
	if err != nil {
		return err
	}
	in, err := a.listInput(cmd, settings)
	if err != nil {
		return err
	}
	facts, err := a.listed(cmd, session.New(in).Input())
	if err != nil {
		return err
	}
	list := diagnose.List(facts)
	showKeyIDs(list.Credentials)
	if !facts.ServicePrincipals.Known() {
		e := unreadable(facts)
		if out.format == "text" {
			return e
		}
		a.complain(e)
		list.Error = &result.Failure{Message: e.What, Hints: e.Hints}
	}
	return out.write(list)
}

// listed collects only the facts that are needed to list credentials.
func (a *app) listed(cmd *cobra.Command, in gather.Input) (*diagnose.Facts, error) {
	in.ListOnly = true
	facts := gather.Facts(cmd.Context(), in)
	a.line.clear()
	if err := interrupted(cmd.Context()); err != nil {
		return nil, err
	}
	a.warnOf(facts)
	if p := facts.Setup.Problem; p != nil {
		return nil, p.Failure()
	}
	return facts, nil
}

func (a *app) listInput(cmd *cobra.Command, s *config.Settings) (session.Options, error) {
	in, err := a.input(cmd, s)
	if err != nil {
		return in, err
	}
	switch {
	case in.SP == "" && s.Value(config.ClientID) == "":
		return in, fail.Usage(msg.New("no service principal was given"), msg.New("use --sp with a name, an application ID or an object ID"))
	case in.SP == "":
		in.SP = s.Value(config.ClientID)
	}
	return in, needsReader(cmd, s)
}

// needsReader returns an error if the settings give no way to read the tenant.
func needsReader(cmd *cobra.Command, s *config.Settings) error {
	if s.Value(config.Reader) == "none" {
		return fail.Usage(msg.New("%s needs a reader, but --reader is none", cmd.Name()), msg.New("leave out --reader, or choose a reader, for example --reader azure-cli"))
	}
	if s.Value(config.Tenant) == "" {
		return fail.Usage(msg.New("no tenant is configured"), msg.New("set AZURE_TENANT_ID, or use --tenant with a GUID or a verified domain"),
			msg.New("to try it without a tenant: spcheck sandbox -- spcheck list-secrets --sp MailStoreSP"))
	}
	return nil
}

// unreadable returns the error for credentials that could not be read: the reason, and for
// several readers the reason of each.
func unreadable(f *diagnose.Facts) *fail.Error {
	e := fail.Unknown(msg.New("the credentials could not be read: %s", f.ServicePrincipals.Err()))
	tried := f.Reader.Tried
	if len(tried) == 1 {
		// The error already says so.
		tried = nil
	}
	for _, t := range tried {
		e.Hints = append(e.Hints, msg.New("%s: %s", t.Name, t.Reason))
	}
	if advice := f.GraphAdvice(); !advice.IsZero() {
		return e.Hint(advice)
	}
	return e.Hint(msg.New("choose a reader for Microsoft Graph with --reader, for example --reader azure-cli after az login"))
}

// showKeyIDs allows the key IDs of listed credentials to be printed, even if one of
// them is configured in place of the secret. The report names that mistake, and a key
// ID that Graph lists is not a secret.
func showKeyIDs(listed []result.Credential) {
	for _, c := range listed {
		if c.KeyID != nil {
			redact.Show(*c.KeyID)
		}
	}
}
