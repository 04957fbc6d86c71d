package main

import (
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/incident"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/scan"
)

// addIncidentFlags adds the flags for the history of one credential.
func addIncidentFlags(cmd *cobra.Command) {
	cmd.Flags().String("incident", "", "show the history of a credential (key `ID`), or of all credentials of an application (name or ID)")
	cmd.Flags().String("since", "", "with --incident: start at this `time`: 7d (7 days ago), a date or an RFC 3339 time (default: as far back as the logs go)")
}

// telling reports whether --incident was given.
func telling(cmd *cobra.Command) bool { return cmd.Flags().Changed("incident") }

// whole lists the flags that only make sense for a full scan.
var whole = []string{"all-profiles", "rules", "max-lifetime", "max-secrets", "parallel", "skip-owners", "policy-preview", "list-rules", "baseline", "shard", "group-by", "state", "full", "full-after",
	"notify", "notify-owners", "notify-template", "notify-dry-run"}

// incident writes the history of one credential.
func (a *app) incident(cmd *cobra.Command, profiles names) error {
	if err := checkIncidentFlags(cmd, profiles); err != nil {
		return err
	}
	settings, err := a.scanSettings(cmd, profiles)
	if err != nil {
		return err
	}
	out, err := a.reporting(&result.Incident{}, settings, cmd)
	if err != nil {
		return err
	}
	o := incident.Options{Now: a.now()}
	if o.Asked, err = asked(cmd); err != nil {
		return err
	}
	if o.Since, err = sinceFlag(cmd, o.Now); err != nil {
		return err
	}
	plan := &scanPlan{clients: map[string]*http.Client{}}
	target, err := a.target(cmd, plan, settings, settings.ProfileName)
	if err != nil {
		return err
	}
	return a.tell(cmd, settings, out, target, o)
}

func (a *app) tell(cmd *cobra.Command, s *config.Settings, out *reporting, target scan.Target, o incident.Options) error {
	path, err := outputFile(cmd)
	if err != nil {
		return err
	}
	ctx, cancel := a.scanDeadline(cmd.Context(), s)
	defer cancel()
	opened, err := target.Open(ctx, func() {})
	if err != nil {
		return fail.Unknown(msg.New("the tenant %s could not be read: %s", target.Tenant, scan.ReasonOf(err)))
	}
	o.TenantID = opened.Tenant
	reader, ok := opened.Lister.(incident.Tenant)
	if !ok {
		return fail.Unknown(msg.New("the tenant %s could not be read: %s", target.Tenant, msg.New("not known")))
	}
	history, err := incident.Reconstruct(ctx, reader, o)
	if stopped := interrupted(cmd.Context()); stopped != nil && err != nil {
		return stopped
	}
	if err != nil {
		return err
	}
	history.Tenant, history.Reader = opened.Tenant, &opened.Reader
	history.ExitCode = exitFor(history.ExitCode, out.failOn)
	if interrupted(cmd.Context()) != nil {
		history.ExitCode = fail.CodeInterrupted
	}
	if err := out.emitInto(path, history); err != nil {
		return err
	}
	if history.ExitCode == fail.CodeOK {
		return nil
	}
	return exitCode(history.ExitCode)
}

// checkIncidentFlags rejects flags that make no sense with --incident, which looks at one tenant
// only.
func checkIncidentFlags(cmd *cobra.Command, profiles names) error {
	if len(profiles) > 1 {
		return fail.Usage(msg.New("--incident reads one tenant, but %d profiles were given", len(profiles)), msg.New("give the profile of the tenant that has the credential"))
	}
	for _, name := range whole {
		if cmd.Flags().Changed(name) {
			return fail.Usage(msg.New("--%s cannot be used with --incident, which reports no findings", name), msg.New("leave one of the two out"))
		}
	}
	return nil
}

func asked(cmd *cobra.Command) (string, error) {
	text, _ := cmd.Flags().GetString("incident")
	if text = strings.TrimSpace(text); text == "" {
		return "", fail.Usage(msg.New("--incident is empty"), msg.New("write a key ID, or the name, application ID or object ID of an application"))
	}
	return text, nil
}

// sinceFlag reads --since. It rejects a time in the future.
func sinceFlag(cmd *cobra.Command, now time.Time) (time.Time, error) {
	text, _ := cmd.Flags().GetString("since")
	if text == "" {
		return time.Time{}, nil
	}
	at, err := parseSince(text, now)
	if err != nil || at.After(now) {
		return time.Time{}, fail.Usage(msg.New("--since has the value %q: it must be a time in the past, such as 7d, 2026-11-20 or 2026-11-20T22:00:00Z", text))
	}
	return at, nil
}

func parseSince(text string, now time.Time) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	d, err := config.ParseDuration(text)
	return now.Add(-d), err
}
