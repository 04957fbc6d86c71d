package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/diagnose/gather"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/session"
)

func newConfigCheckCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check each profile: its syntax, its credential and, with --online, its sign-in",
		Long: `Check that every profile of the config file is well-formed, and that its credential
can be read from where it is stored (environment, file, keyring or command). With
--online, each profile also signs in.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := config.Resolve(given(cmd), a.env)
			if err != nil {
				return err
			}
			if len(settings.File.Profiles) == 0 {
				return fail.Usage(msg.New("%s has no profile to check", settings.File.Path()), msg.New("write one with: spcheck config init"))
			}
			return a.checkProfiles(cmd, settings)
		},
	}
	cmd.Flags().String("config", "", "config `file`")
	cmd.Flags().String("profile", "", "`name` of the profile to use")
	cmd.Flags().Bool("online", false, "sign in with each profile")
	return cmd
}

// checkProfiles checks every profile and prints all results. It returns the error of
// the first profile that failed.
func (a *app) checkProfiles(cmd *cobra.Command, settings *config.Settings) error {
	online, _ := cmd.Flags().GetBool("online")
	var first *fail.Error
	for _, name := range settings.File.Names() {
		seen, problem := a.checkProfile(cmd, settings, name, online)
		said := msg.New("ok (checked: %s)", msg.Join(seen.parts, ", "))
		if problem != nil {
			said = problem.What
		}
		if first == nil && problem != nil {
			first = &fail.Error{Code: problem.Code, What: msg.New("profile %s: %s", name, problem.What), Hints: problem.Hints}
		}
		fmt.Fprintln(a.out, neutral.Line(msg.New("profile %s: %s", name, said).In(a.lang())))
		for _, w := range seen.warnings {
			fmt.Fprintln(a.out, neutral.Line(msg.New("profile %s: %s", name, msg.New("warning: %s", w)).In(a.lang())))
		}
	}
	if first == nil {
		return nil
	}
	return first
}

// profileCheck lists what was checked in a profile, and the warnings.
type profileCheck struct{ parts, warnings []msg.Text }

// checkProfile checks one profile. It returns what was checked and, if something is
// wrong, an error.
func (a *app) checkProfile(cmd *cobra.Command, settings *config.Settings, name string, online bool) (seen profileCheck, _ *fail.Error) {
	s, err := settings.ForProfile(name)
	if err != nil {
		return seen, fail.From(err)
	}
	seen.warnings = s.Notices
	if problem := formProblem(s); problem != nil {
		return seen, problem
	}
	seen.parts = append(seen.parts, msg.New("syntax"))
	if s.Credential != nil {
		c, err := session.LoadCredential(cmd.Context(), s.Credential, a.secretDeps())
		seen.warnings = append(seen.warnings, c.Warnings...)
		if err != nil {
			return seen, fail.Usage(msg.New("the credential cannot be read: %s", err))
		}
		if c.Certificate != nil {
			seen.warnings = append(seen.warnings, c.Certificate.Refusals...)
		}
		seen.parts = append(seen.parts, msg.New("credential"))
	}
	if !online {
		return seen, nil
	}
	line := a.statusLine(cmd)
	line.show(msg.New("signing in with the profile %s", name))
	problem := a.checkSignIn(cmd, s, name)
	line.clear()
	if problem != nil {
		return seen, problem
	}
	seen.parts = append(seen.parts, msg.New("sign-in"))
	return seen, nil
}

// checkSignIn signs in with the profile's own credential. If that fails, it runs a
// diagnosis with the profile's reader to find out why.
func (a *app) checkSignIn(cmd *cobra.Command, s *config.Settings, name string) *fail.Error {
	if s.Credential == nil {
		return fail.Unknown(msg.New("the sign-in fails: %s", msg.New("no credential is configured")))
	}
	o, err := a.sessionOptions(cmd, s)
	if err != nil {
		return fail.From(err)
	}
	// If nobody answers, half of the time is left to find out why.
	begun := time.Now()
	ctx, cancel := context.WithTimeout(cmd.Context(), s.Timeout/2)
	defer cancel()
	if err := session.New(o).Try(ctx); err == nil {
		return nil
	}
	in := session.New(o).Input()
	in.SkipSync, in.Timeout = true, s.Timeout-time.Since(begun)
	d := diagnose.Judge(gather.Facts(cmd.Context(), in))
	return signInFailure(d, msg.New("find out more with: %s", commandline.Words{"spcheck", "diagnose", "--profile", name}))
}

// signInFailure puts a diagnosis into one line.
func signInFailure(d *result.Diagnosis, hint msg.Text) *fail.Error {
	c := d.RootCause
	switch {
	case d.Status == result.OK, d.Status == result.Warning:
		return nil // The second sign-in succeeded.
	case c == nil:
		return fail.Unknown(msg.New("the sign-in failed, and the reason could not be determined"), hint)
	}
	if c.AADSTS != nil && c.AADSTS.Decisive != nil {
		return &fail.Error{Code: d.ExitCode, What: msg.New("the sign-in fails (%s): %s", "AADSTS"+*c.AADSTS.Decisive, c.Summary), Hints: []msg.Text{c.Explanation, hint}}
	}
	return &fail.Error{Code: d.ExitCode, What: msg.New("the sign-in fails: %s", c.Summary), Hints: []msg.Text{c.Explanation, hint}}
}

// formProblem checks the form of the tenant and the client ID, and returns nil if both
// are right. Otherwise the error has a hint at what was probably meant.
func formProblem(s *config.Settings) *fail.Error {
	for _, c := range []struct {
		setting config.Name
		problem func(string) msg.Text
		meant   func(string) string
	}{{config.Tenant, tenantProblem, near.Tenant}, {config.ClientID, clientIDProblem, near.GUID}} {
		v := s.Value(c.setting)
		if v == "" || c.problem(v).IsZero() {
			continue
		}
		problem := fail.Usage(c.problem(v))
		if meant := c.meant(v); meant != "" {
			problem.Hints = append(problem.Hints, msg.New("did you mean: %s", meant))
		}
		return problem
	}
	return nil
}
