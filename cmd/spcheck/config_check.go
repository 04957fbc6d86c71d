package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/session"
)

func newConfigCheckCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check each profile: its form, its credential and, with --online, its sign-in",
		Long: `Check the config file: that every profile has the right form, and that its
credential can be read from where it is kept (environment, file, keyring or
command). With --online, each profile also signs in.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := config.Resolve(given(cmd), a.env)
			if err != nil {
				return err
			}
			if len(settings.File.Profiles) == 0 {
				return fail.Usage(msg.New("there is no profile to check in %s", settings.File.Path()), msg.New("write one with: spcheck config init"))
			}
			return a.checkProfiles(cmd, settings)
		},
	}
	cmd.Flags().String("config", "", "config `file`")
	cmd.Flags().String("profile", "", "`name` of the profile to use")
	cmd.Flags().Bool("online", false, "sign in with each profile")
	return cmd
}

// checkProfiles looks at every profile, and fails with the first that is wrong
// once it has told of all.
func (a *app) checkProfiles(cmd *cobra.Command, settings *config.Settings) error {
	online, _ := cmd.Flags().GetBool("online")
	var first *fail.Error
	for _, name := range settings.File.Names() {
		checked, problem := a.checkProfile(cmd, settings, name, online)
		said := msg.New("ok (checked: %s)", msg.Join(checked, ", "))
		if problem != nil {
			said = problem.What
		}
		if first == nil && problem != nil {
			first = &fail.Error{Code: problem.Code, What: msg.New("profile %s: %s", name, problem.What), Hints: problem.Hints}
		}
		fmt.Fprintln(a.out, neutral.Line(msg.New("profile %s: %s", name, said).In(a.lang())))
	}
	if first == nil {
		return nil
	}
	return first
}

// checkProfile names what was checked of a profile, or what is wrong with it.
func (a *app) checkProfile(cmd *cobra.Command, settings *config.Settings, name string, online bool) ([]msg.Text, *fail.Error) {
	s, err := settings.ForProfile(name)
	if err != nil {
		return nil, fail.From(err)
	}
	if problem := formProblem(s); !problem.IsZero() {
		return nil, fail.Usage(problem)
	}
	checked := []msg.Text{msg.New("form")}
	if s.Credential != nil {
		deps := secrets.Deps{LookupEnv: a.env, Environ: a.environ, Stdin: a.in}
		if _, err := session.LoadCredential(cmd.Context(), s.Credential, deps); err != nil {
			return nil, fail.Usage(msg.New("the credential cannot be read: %s", err))
		}
		checked = append(checked, msg.New("credential"))
	}
	if !online {
		return checked, nil
	}
	if err := a.signInOnce(cmd, s); err != nil {
		return nil, fail.Unknown(msg.New("the sign-in fails: %s", err), msg.New("find out why with: %s", commandline.Words{"spcheck", "diagnose", "--profile", name}))
	}
	return append(checked, msg.New("sign-in")), nil
}

// signInOnce signs in as a profile's own application.
func (a *app) signInOnce(cmd *cobra.Command, s *config.Settings) error {
	if s.Credential == nil {
		return msg.Error(msg.New("no credential is configured"))
	}
	client, err := a.httpClient(cmd, s)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), s.Timeout)
	defer cancel()
	return session.New(session.Options{Settings: s, Env: a.env, Environ: a.environ, Stdin: a.in, Now: a.now, HTTPClient: client, Timeout: s.Timeout}).Try(ctx)
}

// formProblem is empty where the tenant and the client ID have the right form.
func formProblem(s *config.Settings) msg.Text {
	for _, c := range []struct {
		setting config.Name
		problem func(string) msg.Text
	}{{config.Tenant, tenantProblem}, {config.ClientID, clientIDProblem}} {
		if v := s.Value(c.setting); v != "" && !c.problem(v).IsZero() {
			return c.problem(v)
		}
	}
	return msg.Text{}
}
