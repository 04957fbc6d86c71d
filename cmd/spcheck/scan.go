package main

import (
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/incident"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/scan"
)

// scanTimeout is the default time limit of a scan. A whole tenant takes longer than one
// diagnosis.
const scanTimeout = time.Hour

// maxParallel limits --parallel, because every tenant that is being read has requests
// in progress.
const maxParallel = 64

func newScanCommand(a *app) *cobra.Command {
	f := &scanCommand{}
	cmd := &cobra.Command{
		Use:   "scan [--profile NAME]… | --all-profiles",
		Short: "Check the credentials of every application in one tenant or many",
		Long: `Read every application and service principal of a tenant, or of the tenants of all
profiles in the config file, and report credentials that have expired, expire soon
or never expire, and other weaknesses (--list-rules lists them).

If a tenant could not be read completely, its status is unknown, not healthy: the
exit code is 3, or 2 if something critical was found. If several profiles belong to
the same tenant, it is scanned once, with the first profile that is allowed to read
it. The rules that --list-rules marks "on request" need additional requests.

Findings name the owners of the application with their mail addresses. Reading
them takes one more request for every 20 objects. Without a permission to read
users, such as User.ReadBasic.All, only the owners' IDs are shown.

--incident shows the history of one credential, or of every credential of an
application, from the audit log and the sign-in log: who added it, where it was used
from, and who removed it.

With --state the scan saves what it read, and the next scan asks Microsoft Graph only
for what has changed. The report is the same. Everything is read again if that is not
possible, after the time given with --full-after, or with --full.

--notify sends what is new since the baseline by mail, or to Teams, Slack or a
webhook. The full report is written even if sending fails. If a message was not
delivered, the exit code is 3, and the next scan sends it again if this report is its
baseline. --notify-owners sends each owner a mail about the objects they own.

Unless --timeout is given, a scan may take up to an hour.`,
		Example: `  spcheck scan
  spcheck scan --all-profiles --within 60d -o csv > findings.csv
  spcheck scan --group-by owner
  spcheck scan --rules policy-refused,policy-starting -v
  spcheck scan --policy-preview 2027-03-01
  spcheck scan --rules default,unused,ownerless -v
  spcheck scan -o json > today.json; spcheck scan --baseline today.json
  spcheck scan --baseline last.json --output-file last.json -o json --notify env:TEAMS_URL
  spcheck scan --incident "Identity Governance"
  spcheck scan --all-profiles --state scan-state
  spcheck scan --all-profiles --shard 1/4 -o json > part-1.json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.scan(cmd, f) },
	}
	addReportFlags(cmd)
	a.addScanFlags(cmd, &f.scanFlags)
	a.addHistoryFlags(cmd, f)
	addNotifyFlags(cmd, &f.notify)
	flags := cmd.Flags()
	addGroupFlag(cmd)
	flags.BoolVar(&f.skipOwners, "skip-owners", false, "do not read the owners of the objects with findings")
	flags.Func("policy-preview", "show what an app management policy would forbid: a `file` with the policy, or the date for which to check the tenant's own policies", func(text string) (err error) {
		f.options.Preview, err = policyPreview(text)
		return err
	})
	flags.BoolVar(&f.listRules, "list-rules", false, "list the rules and exit")
	flags.StringVar(&f.baseline, "baseline", "", "`file` with the JSON report of an earlier scan to compare with")
	flags.StringVar(&f.state, "state", "", "save what was read in this `folder` (no secret values), so that the next scan asks only for what has changed")
	_ = cmd.MarkFlagDirname("state")
	flags.BoolVar(&f.full, "full", false, "with --state: read everything again")
	addFullAfter(cmd, &f.fullAfter)
	flags.StringVar(&f.output, "output-file", "", "write the report to this `file`, either completely or not at all (default: standard output)")
	flags.Func("shard", "scan only one `part` of the tenants, such as 1/4: the first of four", func(text string) (err error) {
		f.part, err = scan.ParseShard(text)
		return err
	})
	return cmd
}

// scanFlags are the flags that scan and exporter share. options has the rest of what a
// scan needs once scanTargets has read the settings.
type scanFlags struct {
	profiles names
	all      bool
	rules    string
	options  scan.Options
}

// scanCommand holds the flags of spcheck scan.
type scanCommand struct {
	scanFlags
	listRules, skipOwners, full bool
	baseline, state, output     string
	fullAfter                   time.Duration
	part                        scan.Shard
	history                     incident.Options
	notify                      notifyFlags
}

// addScanFlags adds the flags that scan and exporter share.
func (a *app) addScanFlags(cmd *cobra.Command, s *scanFlags) {
	f := cmd.Flags()
	f.Lookup("timeout").DefValue = "1h" // see scanTimeout
	profile := f.Lookup("profile")
	profile.Value, profile.Usage = &s.profiles, "scan the tenant of the profile with this `name` (repeatable)"
	f.BoolVar(&s.all, "all-profiles", false, "scan the tenants of all profiles of the config file")
	f.StringVar(&s.rules, "rules", "default", "`rules` to check, separated by commas: IDs, default or all")
	addTime(f, &s.options.MaxLifetime, "max-lifetime", "", "longest `time` for which a credential may be valid, such as 180d (default: any)")
	f.IntVar(&s.options.MaxPasswords, "max-secrets", 5, "`number` of usable secrets that one object may have; 0 means no limit")
	f.IntVar(&s.options.Parallel, "parallel", 4, "maximum `number` of tenants to read at the same time")
}

func addFullAfter(cmd *cobra.Command, to *time.Duration) {
	addTime(cmd.Flags(), to, "full-after", "7d", "read everything again if the last full scan is older than this `time`")
}

// names is the value of a flag that may be repeated.
type names []string

// String joins the names with commas, because config settings are compared as text.
func (n *names) String() string { return strings.Join(*n, ",") }

// Type returns the type that the help prints.
func (n *names) Type() string { return "string" }

// Set adds a name.
func (n *names) Set(s string) error {
	*n = append(*n, s)
	return nil
}

func (a *app) scan(cmd *cobra.Command, f *scanCommand) error {
	switch {
	case wantsHistory(cmd):
		return a.history(cmd, f)
	case f.listRules:
		return a.listRules()
	case !f.history.Since.IsZero():
		return fail.Usage(msg.New("--since needs --incident"), msg.New("a comparison with an earlier scan takes --baseline"))
	}
	settings, out, err := a.beginScan(cmd, f)
	if err != nil {
		return err
	}
	targets, err := a.scanTargets(cmd, settings, &f.scanFlags)
	if err != nil {
		return err
	}
	o := &f.options
	o.Inventory = report.NeedsInventory(out.format)
	o.Owners = f.owners(out)
	if o.Baseline, err = a.baseline(f, out.format, targets); err != nil {
		return err
	}
	tell, err := a.notifying(cmd, settings, f)
	if err != nil {
		return err
	}
	if tell != nil && o.Owners != scan.OwnersOfNone {
		o.Owners = scan.OwnersOfAll
	}
	if targets, err = f.part.Take(targets); err != nil {
		return err
	}
	if o.Keep, err = a.keeping(cmd, f); err != nil {
		return err
	}
	a.garbage.frugal(targets)
	o.Progress = &scan.Progress{}
	stop := a.showProgress(cmd, o.Progress)
	ctx, cancel := a.scanDeadline(cmd.Context(), settings)
	defer cancel()
	outcome, err := scan.Run(ctx, targets, *o)
	stop()
	if err != nil {
		return err
	}
	defer outcome.Close()
	res := outcome.Scan
	if f.part.Of > 0 {
		res.Shard = f.part.String()
	}
	res.Rules = ruleTexts()
	res.ReadFrom(outcome.Findings(), outcome.Inventory())
	if tell != nil {
		line := a.statusLine(cmd)
		line.show(msg.New("sending the messages"))
		res.Notification = tell.send(cmd.Context(), res)
		line.clear()
	}
	saved := a.noteState(outcome)
	res.ExitCode = scan.ExitCode(res, out.failOn)
	switch {
	case interrupted(cmd.Context()) != nil:
		res.ExitCode = fail.CodeInterrupted
	case res.Notification.Unfinished(), !saved && res.ExitCode != fail.CodeCritical:
		res.ExitCode = fail.CodeUnknown
	}
	return out.writeTo(f.output, res)
}

// beginScan reads the settings of a scan and sets up its report. An output file must be
// a regular file, because writing would replace a pipe or /dev/null with a file.
func (a *app) beginScan(cmd *cobra.Command, f *scanCommand) (*config.Settings, *reporting, error) {
	settings, err := a.scanSettings(cmd, f.profiles)
	if err != nil {
		return nil, nil, err
	}
	if info, err := os.Stat(f.output); f.output != "" && err == nil && !info.Mode().IsRegular() {
		return nil, nil, fail.Usage(msg.New("the report cannot be written to %s", f.output), msg.New("choose an ordinary file, or redirect standard output"))
	}
	out, err := a.reporting(reportOf(cmd), settings, cmd)
	return settings, out, err
}

// owners decides whose owners are read. The short text report leaves out info findings,
// and some formats show no findings at all.
func (f *scanCommand) owners(out *reporting) scan.OwnersOf {
	switch {
	case f.skipOwners, !report.ShowsFindings(out.format), out.opts.Quiet:
		return scan.OwnersOfNone
	case out.format == "text" && !out.opts.Verbose:
		return scan.OwnersOfUrgent
	}
	return scan.OwnersOfAll
}
