package main

import (
	"context"
	"os"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/session"
	"github.com/spcheck/spcheck/internal/where"
)

func newWhereCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "where --sp NAME [PATH...]",
		Short: "Find where an application's credentials are configured",
		Long: `Search files, the environment and other programs' secret stores for the credentials
of an application: values, certificates, key IDs, thumbprints and the client ID. For
each place the report shows which credential is there, how it was recognised, its
status (expired, expiring soon, damaged, superseded), and the target to give to
renew-secret for it.

No value is printed, stored or sent. With --prove, each distinct value that was
found is sent to Entra once, in a sign-in as this application.

Without a PATH or --in, the current folder and the environment are searched.
Folders that .gitignore excludes are searched only with --all; files that it
excludes are always searched. Sources for --in:

  environment                        the environment of this run
  kubernetes[:[CONTEXT/]NAMESPACE]   Secrets and ConfigMaps, through kubectl
  keyvault:VAULT                     secrets in all versions, through az
  appservice[:GROUP[/APP]]           application settings, through az
  functions[:GROUP[/APP]]            application settings of function apps, through az
  containerapps[:GROUP[/APP]]        secrets and variables of container apps
  github:OWNER/REPO                  variables, and the names of secrets, through gh
  azure-pipelines:ORG/PROJECT        service connections, through az devops`,
		Example: `  spcheck where --sp MailStoreSP /etc/sync
  spcheck where --sp MailStoreSP --in kubernetes:production --in keyvault:contoso-vault
  spcheck where --sp MailStoreSP --prove -o json`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, words []string) error { return a.where(cmd, pathsOf(cmd, words)) },
	}
	addReportFlags(cmd)
	f := cmd.Flags()
	addPrincipalFlag(cmd)
	f.StringArray("in", nil, "`source` to search in addition to the paths (repeatable)")
	f.Bool("prove", false, "sign in once with each distinct value that was found")
	f.Bool("all", false, "also search folders that .gitignore excludes")
	_ = cmd.RegisterFlagCompletionFunc("in", cobra.FixedCompletions(where.Forms(), cobra.ShellCompDirectiveNoSpace|cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// pathsOf returns the arguments that are paths. Without --sp, a first argument that is
// not an existing file is taken as the service principal, as in the other read-only
// commands.
func pathsOf(cmd *cobra.Command, words []string) []string {
	if len(words) == 0 || cmd.Flags().Changed("sp") || !plainName(words[0]) {
		return words
	}
	if _, err := os.Lstat(words[0]); err == nil || cmd.Flags().Set("sp", words[0]) != nil {
		return words
	}
	return words[1:]
}

func (a *app) where(cmd *cobra.Command, paths []string) error {
	settings, out, err := a.begin(cmd)
	if err != nil {
		return err
	}
	sources, err := a.sources(cmd, paths)
	if err != nil {
		return err
	}
	in, err := a.listInput(cmd, settings)
	if err != nil {
		return err
	}
	s := session.New(in)
	facts, err := a.listed(cmd, s.Input())
	if err != nil {
		return err
	}
	list := diagnose.List(facts)
	o := where.Options{App: searchedApp(list, in.SP, settings), Sources: sources}
	if o.App.ID == "" {
		return unreadable(facts)
	}
	if !facts.ServicePrincipals.Known() {
		a.complain(unreadable(facts))
	}
	if strings.EqualFold(o.App.ID, settings.Value(config.ClientID)) && settings.Credential != nil {
		if c, err := s.Credential(cmd.Context()); err == nil {
			o.App.Configured = c.Secret
		}
	}
	if on, _ := cmd.Flags().GetBool("prove"); on {
		o.Prove = func(ctx context.Context, v secrets.Value) result.CredentialStatus {
			return outcome(s.TryValue(ctx, o.App.ID, v))
		}
	}
	a.line.show(msg.New("searching the places"))
	found, err := where.Search(cmd.Context(), o)
	a.line.clear()
	if err != nil {
		return interrupted(cmd.Context())
	}
	showKeyIDs(list.Credentials)
	found.Header = result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: a.now().UTC()}
	found.AppID = &o.App.ID
	if sp := list.ServicePrincipal; sp != nil {
		found.DisplayName = sp.DisplayName
	}
	found.Settle()
	return out.write(found)
}

// sources returns the sources that the command line names, by path or with --in. If it
// names none, they are the current folder and the environment.
func (a *app) sources(cmd *cobra.Command, paths []string) ([]where.Source, error) {
	specs, _ := cmd.Flags().GetStringArray("in")
	all, _ := cmd.Flags().GetBool("all")
	if len(paths) == 0 && len(specs) == 0 {
		paths, specs = []string{"."}, []string{"environment"}
	}
	var list []where.Source
	if len(paths) > 0 {
		list = append(list, where.Files{Paths: paths, All: all})
	}
	for _, spec := range specs {
		s, err := where.Parse(spec, a.environ, a.wholeEnvironment())
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// wholeEnvironment returns the environment, including the secrets that other programs
// do not get.
func (a *app) wholeEnvironment() []string {
	all := slices.Clone(a.environ)
	for _, name := range secretVariables {
		if value, ok := a.env(name); ok {
			all = append(all, name+"="+value)
		}
	}
	return all
}

// searchedApp describes the application from what could be read of it, or from its ID
// if that was given.
func searchedApp(list *result.SecretList, sp string, s *config.Settings) where.App {
	app := where.App{Listed: list.Credentials, Known: list.ServicePrincipal != nil && list.Status != result.Unknown}
	switch {
	case list.ServicePrincipal != nil && list.ServicePrincipal.AppID != nil:
		app.ID = *list.ServicePrincipal.AppID
	case uuid.Validate(sp) == nil:
		app.ID = sp
	case sp == "" || sp == s.Value(config.ClientID):
		app.ID = s.Value(config.ClientID)
	}
	app.ID = strings.ToLower(app.ID)
	return app
}

// outcome converts a sign-in attempt with the value to a status.
func outcome(a entra.Attempt) result.CredentialStatus {
	said := func(rules ...aadsts.Rule) bool {
		return slices.ContainsFunc(a.Refusal.Codes, func(c string) bool { return aadsts.Filed(c, rules...) })
	}
	switch {
	case a.Token != nil:
		return result.Valid
	case a.Refusal == nil:
		return result.PlaceUnknown
	case said(aadsts.SecretExpired):
		return result.Expired
	case said(aadsts.SecretWrong, aadsts.OldSpelling):
		return result.PlaceRefused
	}
	return result.PlaceUnknown
}
