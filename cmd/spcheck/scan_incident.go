package main

import (
	"cmp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/incident"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/scan"
)

// addHistoryFlags adds --incident and --since.
func (a *app) addHistoryFlags(cmd *cobra.Command, f *scanCommand) {
	flags := cmd.Flags()
	flags.StringVar(&f.history.Asked, "incident", "", "show the history of a credential (key `ID`), or of all credentials of an application (name or ID)")
	flags.Func("since", "with --incident: start at this `time`: 7d (7 days ago), a date or an RFC 3339 time (default: as far back as the logs go)", func(text string) (err error) {
		f.history.Now = a.now()
		if f.history.Since, err = parseSince(text, f.history.Now); err != nil || f.history.Since.After(f.history.Now) {
			return msg.Error(msg.New("it must be a time in the past, such as 7d, 2026-11-20 or 2026-11-20T22:00:00Z"))
		}
		return nil
	})
}

// wantsHistory reports whether --incident was given.
func wantsHistory(cmd *cobra.Command) bool { return cmd.Flags().Changed("incident") }

// scanOnly lists the flags that make no sense with --incident.
var scanOnly = []string{"all-profiles", "rules", "max-lifetime", "max-secrets", "parallel", "skip-owners", "policy-preview", "list-rules", "baseline", "shard", "group-by", "state", "full", "full-after",
	"notify", "notify-owners", "notify-template", "notify-dry-run"}

// history reports the history of one credential, or of all credentials of an application.
func (a *app) history(cmd *cobra.Command, f *scanCommand) error {
	if err := checkIncidentFlags(cmd, f); err != nil {
		return err
	}
	settings, out, err := a.beginScan(cmd, f)
	if err != nil {
		return err
	}
	target, err := a.target(cmd, settings, settings.ProfileName)
	if err != nil {
		return err
	}
	ctx, cancel := a.scanDeadline(cmd.Context(), settings)
	defer cancel()
	a.line = a.statusLine(cmd)
	defer a.line.clear()
	a.line.show(msg.New("signing in"))
	opened, err := target.Open(ctx, func() {})
	if err != nil {
		return fail.Unknown(msg.New("the tenant %s could not be read: %s", target.Tenant, scan.ReasonOf(err)))
	}
	reader, ok := opened.Lister.(incident.Tenant)
	if !ok {
		return fail.Unknown(msg.New("the tenant %s could not be read: %s", target.Tenant, msg.New("not known")))
	}
	f.history.TenantID, f.history.Now = opened.Tenant, a.now()
	a.line.show(msg.New("reading the logs of the tenant"))
	history, err := incident.Reconstruct(ctx, reader, f.history)
	a.line.clear()
	stopped := interrupted(cmd.Context())
	if err != nil {
		return cmp.Or(stopped, err)
	}
	history.Tenant, history.Reader = opened.Tenant, &opened.Reader
	history.ExitCode = exitFor(history.ExitCode, out.failOn)
	if stopped != nil {
		history.ExitCode = fail.CodeInterrupted
	}
	return out.writeTo(f.output, history)
}

// checkIncidentFlags rejects flags that make no sense with --incident, which looks at
// one tenant only.
func checkIncidentFlags(cmd *cobra.Command, f *scanCommand) error {
	if f.history.Asked = strings.TrimSpace(f.history.Asked); f.history.Asked == "" {
		return fail.Usage(msg.New("--incident is empty"), msg.New("write a key ID, or the name, application ID or object ID of an application"))
	}
	if n := len(f.profiles); n > 1 {
		return fail.Usage(msg.New("--incident reads one tenant, but %d profiles were given", n), msg.New("give the profile of the tenant that has the credential"))
	}
	for _, name := range scanOnly {
		if cmd.Flags().Changed(name) {
			return fail.Usage(msg.New("--%s cannot be used with --incident, which reports no findings", name), msg.New("leave one of the two out"))
		}
	}
	return nil
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
