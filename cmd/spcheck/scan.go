package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/scan"
)

// scanTimeout is the default time limit of a scan. A whole tenant takes longer than one
// diagnosis.
const scanTimeout = time.Hour

// maxParallel limits --parallel, because every tenant that is being read has requests
// in progress.
const maxParallel = 64

func newScanCommand(a *app) *cobra.Command {
	profiles := &names{}
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
		RunE: func(cmd *cobra.Command, _ []string) error { return a.scan(cmd, profiles) },
	}
	addReportFlags(cmd)
	addScanFlags(cmd, profiles)
	addGroupFlag(cmd)
	cmd.Flags().Bool("skip-owners", false, "do not read the owners of the objects with findings")
	cmd.Flags().String("policy-preview", "", "show what an app management policy would forbid: a `file` with the policy, or the date for which to check the tenant's own policies")
	addIncidentFlags(cmd)
	cmd.Flags().Bool("list-rules", false, "list the rules and exit")
	cmd.Flags().String("baseline", "", "`file` with the JSON report of an earlier scan to compare with")
	addStateFlags(cmd)
	addNotifyFlags(cmd)
	cmd.Flags().String("output-file", "", "write the report to this `file`, either completely or not at all (default: standard output)")
	cmd.Flags().String("shard", "", "scan only one `part` of the tenants, such as 1/4: the first of four")
	return cmd
}

// addScanFlags adds the flags that scan and exporter share.
func addScanFlags(cmd *cobra.Command, profiles *names) {
	f := cmd.Flags()
	f.Lookup("timeout").DefValue = "1h" // see scanTimeout
	profile := f.Lookup("profile")
	profile.Value, profile.Usage = profiles, "scan the tenant of the profile with this `name` (repeatable)"
	f.Bool("all-profiles", false, "scan the tenants of all profiles of the config file")
	f.String("rules", "default", "`rules` to check, separated by commas: IDs, default or all")
	f.String("max-lifetime", "", "longest `time` for which a credential may be valid, such as 180d (default: any)")
	f.Int("max-secrets", 5, "`number` of usable secrets that one object may have; 0 means no limit")
	f.Int("parallel", 4, "maximum `number` of tenants to read at the same time")
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

func (a *app) scan(cmd *cobra.Command, profiles *names) error {
	if list, _ := cmd.Flags().GetBool("list-rules"); list && !telling(cmd) {
		return a.listRules()
	}
	if telling(cmd) {
		return a.incident(cmd, *profiles)
	}
	if cmd.Flags().Changed("since") {
		return fail.Usage(msg.New("--since needs --incident"), msg.New("a comparison with an earlier scan takes --baseline"))
	}
	settings, err := a.scanSettings(cmd, *profiles)
	if err != nil {
		return err
	}
	out, err := a.reporting(&result.Scan{}, settings, cmd)
	if err != nil {
		return err
	}
	part, err := shardOf(cmd)
	if err != nil {
		return err
	}
	plan, err := a.scanPlan(cmd, settings, *profiles)
	if err != nil {
		return err
	}
	plan.options.Inventory = report.NeedsInventory(out.format)
	plan.options.Owners = ownersFor(cmd, out)
	if plan.options.Preview, err = policyPreview(cmd); err != nil {
		return err
	}
	if plan.options.Baseline, err = a.baseline(cmd, out.format, plan.targets); err != nil {
		return err
	}
	tell, err := a.notifying(cmd, settings, plan.options.Baseline)
	if err != nil {
		return err
	}
	if tell != nil && plan.options.Owners != scan.OwnersOfNone {
		plan.options.Owners = scan.OwnersOfAll
	}
	if plan.targets, err = part.Take(plan.targets); err != nil {
		return err
	}
	if plan.options.Keep, err = a.keeping(cmd); err != nil {
		return err
	}
	path, err := outputFile(cmd)
	if err != nil {
		return err
	}
	a.frugal(plan.targets)
	plan.options.Progress = &scan.Progress{}
	stop := a.showProgress(cmd, plan.options.Progress)
	ctx, cancel := a.scanDeadline(cmd.Context(), settings)
	defer cancel()
	outcome, err := scan.Run(ctx, plan.targets, plan.options)
	stop()
	if err != nil {
		return err
	}
	defer outcome.Close()
	if part.Of > 0 {
		outcome.Scan.Shard = part.String()
	}
	out.settle(outcome)
	if tell != nil {
		outcome.Scan.Notification = tell.send(cmd.Context(), outcome.Scan)
	}
	end := ending{cut: interrupted(cmd.Context()) != nil, unkept: !a.tellOfState(outcome)}
	return out.writeScan(outcome, path, end)
}

// shardOf reads --shard. The zero Shard means all tenants.
func shardOf(cmd *cobra.Command) (scan.Shard, error) {
	text, _ := cmd.Flags().GetString("shard")
	if text == "" {
		return scan.Shard{}, nil
	}
	return scan.ParseShard(text)
}
