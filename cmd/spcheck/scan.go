package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/scan"
)

// scanTimeout bounds a scan unless --timeout does: whole tenants take longer than
// one diagnosis.
const scanTimeout = time.Hour

// maxParallel bounds --parallel: each tenant that is read has requests under way.
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
exit code is 3, or 2 if something critical was found. If several profiles belong to the same
tenant, it is scanned once, with the first profile that may read it. The rules
that --list-rules marks "on request" need additional requests.

Findings name the owners of the application with their mail addresses; reading
them takes one more request for every 20 objects. Without a permission to read
users, such as User.ReadBasic.All, only their IDs are shown.

--incident tells the story of one credential, or of all those of an application, by the
audit log and the sign-in log: who added it, from where it was used, who removed it.

With --state the scan keeps what it read, and the next one asks Microsoft Graph only
for what changed. The report is the same. Everything is read anew where that is not
possible, after --full-after, or with --full.

--notify sends what is new since the baseline by mail or to Teams, Slack or a webhook.
The report is written whole, whatever becomes of the messages; one that was not
delivered makes the exit code 3, and a scan with that report as its baseline sends it
again. --notify-owners sends each owner a mail about what they own.

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
	addSettings(cmd, config.Connection, config.Judgement, config.Reporting)
	addTextFlags(cmd)
	addScanFlags(cmd, profiles)
	addGroupFlag(cmd)
	cmd.Flags().Bool("skip-owners", false, "do not read who owns the objects with findings")
	cmd.Flags().String("policy-preview", "", "preview an app management policy: a `file` with the policy, or a day on which to preview the tenant's own policies")
	addIncidentFlags(cmd)
	cmd.Flags().Bool("list-rules", false, "list the rules and exit")
	cmd.Flags().String("baseline", "", "saved JSON report (`file`) of an earlier scan to compare with")
	addStateFlags(cmd)
	addNotifyFlags(cmd)
	cmd.Flags().String("output-file", "", "write the report to this `file`, completely or not at all (default: standard output)")
	cmd.Flags().String("shard", "", "scan one `part` of the tenants only, such as 1/4: the first of four")
	return cmd
}

// addScanFlags adds what scan and exporter share.
func addScanFlags(cmd *cobra.Command, profiles *names) {
	f := cmd.Flags()
	f.Lookup("timeout").Usage = "maximum `time` for the whole run (default 1h)"
	profile := f.Lookup("profile")
	profile.Value, profile.Usage = profiles, "`name` of a profile whose tenant to scan (repeatable)"
	f.Bool("all-profiles", false, "scan the tenants of all profiles of the config file")
	f.String("rules", "default", "`rules` to check, separated by commas: IDs, default or all")
	f.String("max-lifetime", "", "longest allowed lifetime (`time`) of a credential, such as 180d (default: any)")
	f.Int("max-secrets", 5, "`number` of usable secrets that one object may have; 0 means no limit")
	f.Int("parallel", 4, "maximum `number` of tenants to read at the same time")
}

// names is a flag that may be repeated.
type names []string

// String joins the names, as config settings are compared by text.
func (n *names) String() string { return strings.Join(*n, ",") }

// Type is what help prints.
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
	path, _ := cmd.Flags().GetString("output-file")
	out.settle(outcome)
	if tell != nil {
		outcome.Scan.Notification = tell.send(cmd.Context(), outcome.Scan)
	}
	end := ending{cut: interrupted(cmd.Context()) != nil, unkept: !a.tellOfState(outcome)}
	return out.writeScan(outcome, path, end)
}

// settle gives the report what it is told and judged by.
func (r *reporting) settle(o *scan.Outcome) {
	o.Scan.Rules = ruleTexts()
	o.Scan.ReadFrom(o.Findings(), o.Inventory())
}

// ending is what beside the report decides on the exit code: that the scan was
// interrupted, and that what was read could not be kept as the user wished.
type ending struct{ cut, unkept bool }

// writeScan writes a scan, be it in part. An interrupted one ends with the code
// of an interrupt.
func (r *reporting) writeScan(o *scan.Outcome, path string, end ending) error {
	o.Scan.ExitCode = scan.ExitCode(o.Scan, r.failOn)
	switch {
	case end.cut:
		o.Scan.ExitCode = fail.CodeInterrupted
	case o.Scan.Notification.Unfinished():
		o.Scan.ExitCode = fail.CodeUnknown
	case end.unkept && o.Scan.ExitCode != fail.CodeCritical:
		o.Scan.ExitCode = fail.CodeUnknown
	}
	if err := r.emitInto(path, o.Scan); err != nil {
		return err
	}
	if o.Scan.ExitCode == fail.CodeOK {
		return nil
	}
	return exitCode(o.Scan.ExitCode)
}

// addGroupFlag adds what the findings of a scan are grouped by.
func addGroupFlag(cmd *cobra.Command) {
	cmd.Flags().String("group-by", "", "group findings by `what`: owner, application or tenant (default: the rule)")
	setGroup(cmd.Flags(), outputFlags, "group-by")
	_ = cmd.RegisterFlagCompletionFunc("group-by", cobra.FixedCompletions(groupings(), cobra.ShellCompDirectiveNoFileComp))
}

func groupings() []string {
	return []string{result.GroupByOwner, result.GroupByApplication, result.GroupByTenant}
}

// groupBy reads the flag, which some commands lack.
func groupBy(cmd *cobra.Command) (string, error) {
	by, _ := cmd.Flags().GetString("group-by")
	if by != "" && !slices.Contains(groupings(), by) {
		return "", fail.Usage(msg.New("findings cannot be grouped by %q", by), msg.New("use one of: %s", strings.Join(groupings(), ", ")))
	}
	return by, nil
}

// ownersFor says whose owners the report will show: a short text leaves out what is
// for information only, and some formats show no finding at all.
func ownersFor(cmd *cobra.Command, out *reporting) scan.OwnersOf {
	skip, _ := cmd.Flags().GetBool("skip-owners")
	switch {
	case skip, !report.ShowsFindings(out.format), out.opts.Quiet:
		return scan.OwnersOfNone
	case out.format == "text" && !out.opts.Verbose:
		return scan.OwnersOfUrgent
	}
	return scan.OwnersOfAll
}

// emitInto writes a report to a file, or to standard output.
func (r *reporting) emitInto(path string, res result.Report) error {
	if path == "" {
		return r.emit(res)
	}
	return into(path, func(w io.Writer) error { return report.Write(w, r.format, res, r.opts) })
}

// into writes a file that takes its place in one step, so that nobody reads half
// a report. Others may read it, as node_exporter must: it holds no secret.
func into(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".spcheck-")
	if err != nil {
		return fail.Usage(msg.New("the report cannot be written to %s", path), msg.New("name a file in a folder that exists and can be written to"))
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if err = errors.Join(write(f), f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fail.Unknown(msg.New("the report could not be written to %s", path))
	}
	return nil
}

func ruleTexts() map[string]result.RuleText {
	out := map[string]result.RuleText{}
	for _, r := range scan.Rules() {
		out[r.ID] = result.RuleText{Title: r.Title, Remedy: r.Remedy}
	}
	return out
}

func (a *app) listRules() error {
	for _, r := range scan.Rules() {
		when := msg.New("default")
		switch {
		case r.OnRequest:
			when = msg.New("on request")
		case r.Need == scan.NeedBaseline:
			when = msg.New("with --baseline")
		case r.Need == scan.NeedPreview:
			when = msg.New("with --policy-preview")
		case r.Need == scan.NeedLifetime:
			when = msg.New("with --max-lifetime")
		}
		lang := a.lang()
		fmt.Fprintf(a.out, "%s (%s, %s)\n  %s.\n  %s\n", r.ID, r.Severity, when.In(lang), r.Title.In(lang), r.Remedy.In(lang))
	}
	return nil
}

// baseline reads the earlier scan.
//
// Where the new report takes its place, a first one may be missing, and one of a bad
// night is no reason to stop: there would never be a better one.
func (a *app) baseline(cmd *cobra.Command, format string, targets []scan.Target) (*scan.Baseline, error) {
	path, _ := cmd.Flags().GetString("baseline")
	if path == "" {
		return nil, nil
	}
	path = a.bareFile(path)
	renewed, _ := cmd.Flags().GetString("output-file")
	goesOn := sameFile(path, renewed)
	if goesOn && format != "json" {
		return nil, fail.Usage(msg.New("--output-file is the baseline of the next scan, which takes JSON, not %s", format), msg.New("add: -o json"))
	}
	if _, err := os.Stat(path); goesOn && errors.Is(err, os.ErrNotExist) {
		a.note(msg.New("there is no baseline %s yet: this scan writes the first one", path))
		return nil, nil
	}
	b, err := scan.ReadBaseline(path)
	if err != nil || goesOn {
		return b, err
	}
	return b, b.Fits(targets)
}

// sameFile reports whether two paths name one file, be it one that does not exist yet.
func sameFile(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(infoA, infoB)
	}
	fullA, _ := filepath.Abs(a)
	fullB, _ := filepath.Abs(b)
	return fullA == fullB
}

// shardOf reads --shard; the zero Shard is all of the tenants.
func shardOf(cmd *cobra.Command) (scan.Shard, error) {
	text, _ := cmd.Flags().GetString("shard")
	if text == "" {
		return scan.Shard{}, nil
	}
	return scan.ParseShard(text)
}

// mergeable returns the scans of several saved reports, or an error that names
// the one that is none.
func mergeable(paths []string, all []result.Report) ([]*result.Scan, error) {
	var scans []*result.Scan
	for i, res := range all {
		s, ok := res.(*result.Scan)
		if !ok {
			return nil, fail.Usage(msg.New("%s is not a scan report", paths[i]), msg.New("only reports of scan can be merged; render others one at a time"))
		}
		scans = append(scans, s)
	}
	return scans, nil
}
