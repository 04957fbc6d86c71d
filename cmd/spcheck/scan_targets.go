package main

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/scan"
	"github.com/spcheck/spcheck/internal/session"
	"github.com/spcheck/spcheck/internal/transport"
)

// scanSettings resolves the settings of the whole run. --profile here names the
// profiles to scan; it does not select the profile whose values flags and the
// environment override.
func (a *app) scanSettings(cmd *cobra.Command, profiles names) (*config.Settings, error) {
	flags := maps.Clone(given(cmd))
	delete(flags, "profile")
	env := a.env
	if len(profiles) == 1 {
		flags["profile"], env = profiles[0], withoutApplication(a.env)
	}
	return config.Resolve(flags, env)
}

// withoutApplication hides the environment variables for one tenant, application and
// credential. A profile that is named for a scan uses its own values, even if it is the
// only one.
func withoutApplication(env config.Env) config.Env {
	own := []string{"AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH",
		"AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_FEDERATED_TOKEN_FILE"}
	return func(name string) (string, bool) {
		if slices.Contains(own, name) {
			return "", false
		}
		return env(name)
	}
}

// scanTargets returns the tenants to scan, and completes the options.
func (a *app) scanTargets(cmd *cobra.Command, s *config.Settings, f *scanFlags) ([]scan.Target, error) {
	if err := a.completeScan(s, f); err != nil {
		return nil, err
	}
	profiles := f.profiles
	switch {
	case f.all && len(profiles) > 0:
		return nil, fail.Usage(msg.New("--profile and --all-profiles cannot be used together"))
	case f.all && len(s.File.Names()) == 0:
		return nil, fail.Usage(msg.New("the config file has no profiles"), msg.New("write one with: spcheck config init"))
	case f.all:
		profiles = s.File.Names()
	case len(profiles) <= 1:
		// One tenant, from flags, the environment and the profile, as in every other
		// command.
		target, err := a.target(cmd, s, s.ProfileName)
		return []scan.Target{target}, err
	}
	for _, name := range []string{"tenant", "client-id", "client-secret-file", "certificate", "federated-token-file"} {
		if cmd.Flags().Changed(name) {
			return nil, fail.Usage(msg.New("--%s selects one application, but several profiles were selected", name))
		}
	}
	return a.profileTargets(cmd, s, profiles)
}

// unknownRule adds hints at similar rules and at the list of all rules.
func unknownRule(e *fail.Error, id string) error {
	for _, rule := range near.Words(id, scan.IDs()) {
		e = e.Hint(msg.New("did you mean: %s", rule))
	}
	return e.Hint(msg.New("list the rules with: spcheck scan --list-rules"))
}

// completeScan checks the flags and adds the rules, the exclusions and the clock.
func (a *app) completeScan(s *config.Settings, f *scanFlags) error {
	o := &f.options
	o.Now, o.Exclusions = a.now, s.File.Exclude
	var unknown string
	ids := strings.FieldsFunc(f.rules, func(r rune) bool { return r == ',' || r == ' ' })
	if o.Rules, unknown = scan.Choose(ids); unknown != "" {
		return unknownRule(fail.Usage(msg.New("there is no rule %q", unknown)), unknown)
	}
	if len(o.Rules) == 0 {
		return fail.Usage(msg.New("--rules names no rule"), msg.New("list the rules with: spcheck scan --list-rules"))
	}
	if bad := scan.UnknownRule(o.Exclusions); bad != "" {
		return unknownRule(fail.Usage(msg.New("an exclusion in %s names the rule %q, which does not exist", s.File.Path(), bad)), bad)
	}
	for _, e := range o.Exclusions {
		if !e.In(a.now()) {
			a.note(msg.New("the exclusion %q expired on %s; what it excluded is reported again", e.Reason, e.Until))
		}
	}
	switch {
	case o.MaxPasswords < 0:
		return fail.Usage(msg.New("--max-secrets must not be negative"), msg.New("0 allows any number"))
	case o.Parallel < 1 || o.Parallel > maxParallel:
		return fail.Usage(msg.New("--parallel must be between 1 and %d", maxParallel), msg.New("the default is 4"))
	}
	return nil
}

// profileTargets merges all profiles of one tenant into one target.
func (a *app) profileTargets(cmd *cobra.Command, s *config.Settings, profiles names) ([]scan.Target, error) {
	var targets []scan.Target
	at := map[string]int{}
	for _, name := range profiles {
		own, err := a.profileSettings(cmd, s, name)
		if err != nil {
			return nil, err
		}
		t, err := a.target(cmd, own, name)
		if err != nil {
			return nil, err
		}
		key := strings.ToLower(strings.Join([]string{t.Tenant, own.Value(config.Cloud), own.Value(config.GraphEndpoint)}, " "))
		if i, seen := at[key]; seen {
			targets[i] = either(targets[i], t)
			continue
		}
		at[key] = len(targets)
		targets = append(targets, t)
	}
	return targets, nil
}

// profileSettings returns a profile's own settings, with those of the run on top.
func (a *app) profileSettings(cmd *cobra.Command, s *config.Settings, name string) (*config.Settings, error) {
	own, err := s.ForProfile(name)
	if err != nil {
		return nil, err
	}
	if s.Immediate(config.Reader) {
		own = own.With(config.Reader, s.Get(config.Reader))
	}
	if s.Immediate(config.Within) {
		own = own.With(config.Within, s.Get(config.Within))
		own.Within = s.Within
	}
	return own, nil
}

// either returns a target that opens the first of two, or the second if the first cannot
// be opened.
func either(first, second scan.Target) scan.Target {
	out := first
	out.Profiles = append(append([]string{}, first.Profiles...), second.Profiles...)
	out.Within = max(first.Within, second.Within)
	out.Open = func(ctx context.Context, throttled func()) (scan.Opened, error) {
		opened, err := first.Open(ctx, throttled)
		if err == nil || ctx.Err() != nil {
			return opened, err
		}
		if again, secondErr := second.Open(ctx, throttled); secondErr == nil {
			return again, nil
		}
		return opened, err
	}
	return out
}

// target returns the scan target for a set of settings.
func (a *app) target(cmd *cobra.Command, s *config.Settings, profile string) (scan.Target, error) {
	tenant := s.Value(config.Tenant)
	if tenant == "" {
		if profile != "" {
			return scan.Target{}, fail.Usage(msg.New("the profile %s names no tenant", profile))
		}
		return scan.Target{}, fail.Usage(msg.New("no tenant is configured"), msg.New("set AZURE_TENANT_ID, or use --tenant with a GUID or a verified domain"),
			msg.New("to try it without a tenant: spcheck sandbox -- spcheck scan"))
	}
	if _, ok := entra.CloudByName(s.Value(config.Cloud)); !ok {
		return scan.Target{}, fail.Usage(msg.New("there is no cloud %q", s.Value(config.Cloud)))
	}
	in, err := a.sessionOptions(cmd, s)
	if err != nil {
		return scan.Target{}, err
	}
	t := scan.Target{Tenant: tenant, Within: s.Within, Cloud: s.Value(config.Cloud)}
	if profile != "" {
		t.Profiles = []string{profile}
	}
	t.Open = func(ctx context.Context, throttled func()) (scan.Opened, error) {
		r, err := session.OpenTenant(ctx, in, func(transport.Wait) { throttled() })
		if err != nil {
			return scan.Opened{}, err
		}
		return scan.Opened{Lister: r.Client, Tenant: r.Tenant, Reader: r.Name}, nil
	}
	return t, nil
}
