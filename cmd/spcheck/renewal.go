package main

import (
	"bufio"
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/session"
)

// change runs a command that changes something. The flags have filled in a part of the
// request; complete adds the rest.
func change[Q any, R result.Report](a *app, cmd *cobra.Command, req *Q,
	complete func(*cobra.Command, *config.Settings, *reporting, *Q) error, run func(context.Context, Q) (R, error)) error {
	settings, out, err := a.begin(cmd)
	if err != nil {
		return err
	}
	if err := complete(cmd, settings, out, req); err != nil {
		return err
	}
	res, err := run(cmd.Context(), *req)
	a.line.clear()
	return out.ended(res, err)
}

// ended writes the report of a run that changed something. It writes it in full even if
// the run failed, and returns the failure for standard error.
func (r *reporting) ended(res result.Report, err error) error {
	if err == nil {
		return r.write(res)
	}
	h, e := res.Head(), fail.From(err)
	if r.format == "text" {
		// Standard error has the error; the report shows how far the run got.
		kept := h.Error
		h.Error = nil
		defer func() { h.Error = kept }()
	}
	r.app.context.apply(res)
	if wErr := report.Write(r.app.out, r.format, res, r.opts); wErr != nil {
		return wErr
	}
	r.app.complain(e)
	return exitCode(e.Code)
}

// onObjects are the values of --on.
var onObjects = map[string]string{"application": objects.OnApplication, "service-principal": objects.OnServicePrincipal}

// addRenewalFlags adds the flags that renewals of secrets and certificates share.
func (a *app) addRenewalFlags(cmd *cobra.Command, r *renew.Renewal) {
	addReportFlags(cmd)
	addPrincipalFlag(cmd)
	addStateFlag(cmd)
	f := cmd.Flags()
	f.IntVar(&r.Lifetime.Days, "days", renew.DefaultDays, "`number` of days that the new credential is valid, or fewer if a policy requires it")
	f.Func("until", "last `day` on which the new credential is valid, in UTC, such as 2027-01-31", func(day string) (err error) {
		r.Lifetime.Until, err = renew.ParseUntil(day, a.now())
		return err
	})
	f.Func("display-name", "`name` of the new credential; a unique part is added", func(name string) error {
		r.DisplayName = name
		return renew.CheckDisplayName(name)
	})
	addChoice(f, "on", "`object` to add the credential to", "the application, if it is in this tenant", []string{"application", "service-principal"})
	f.BoolVar(&r.DryRun, "dry-run", false, "run the preflight checks and print the plan; change nothing")
	f.BoolVar(&r.Resume, "resume", false, "continue a renewal that was interrupted")
	f.String("then", "", "`command` to run once the new credential is verified and in place, such as systemctl restart NAME; it does not receive the value")
	addVerifyFlag(cmd, &r.VerifyFor)
	r.IfExpiringWithin = new(time.Duration)
	addTime(f, r.IfExpiringWithin, "if-expiring-within", "", "do nothing unless the credential expires within this `time` (30d, 4w)")
}

func addVerifyFlag(cmd *cobra.Command, to *time.Duration) {
	addTime(cmd.Flags(), to, "verify-timeout", "3m", "maximum `time` until the new credential works")
}

// renewal completes the request for a new credential.
func (a *app) renewal(cmd *cobra.Command, s *config.Settings, out *reporting, r *renew.Renewal) error {
	f := cmd.Flags()
	if r.Resume {
		// It continues an earlier renewal, and takes nothing that describes a new one.
		for _, name := range []string{"days", "until", "display-name", "on", "dry-run", "if-expiring-within"} {
			if f.Changed(name) {
				return fail.Usage(msg.New("--resume and --%s cannot be used together: --resume continues with what was begun", name), msg.New("leave one of them out"))
			}
		}
	}
	switch days, until := f.Changed("days"), f.Changed("until"); {
	case days && until:
		return fail.Usage(msg.New("--days and --until cannot be used together"), msg.New("use one of them"))
	case days:
		if err := renew.CheckDays(r.Lifetime.Days); err != nil {
			return err
		}
	default:
		r.Lifetime.Days = 0
	}
	r.On = onObjects[chosen(cmd, "on")]
	if !f.Changed("if-expiring-within") {
		r.IfExpiringWithin = nil
	}
	if err := a.changing(cmd, s, out, &r.Common); err != nil {
		return err
	}
	then, _ := f.GetString("then")
	var err error
	r.Then, err = target.Then(then, a.targetDeps(s, r.Input))
	return err
}

// addStateFlag adds --state, with which several machines share the record of their
// renewals.
func addStateFlag(cmd *cobra.Command) {
	cmd.Flags().String("state", "", "`folder` for the journals of unfinished renewals, which machines may share (default: the user's state folder)")
}

// changing completes what commands that change one application have in common.
func (a *app) changing(cmd *cobra.Command, s *config.Settings, out *reporting, c *renew.Common) error {
	in, err := a.listInput(cmd, s)
	if err != nil {
		return err
	}
	return a.common(cmd, in, out, c)
}

// common completes what all commands that change something have in common.
func (a *app) common(cmd *cobra.Command, in session.Options, out *reporting, c *renew.Common) (err error) {
	c.Input = in
	// The log of a pipeline shows the steps too: if it kills the run, they say how far it came.
	if !out.opts.Quiet {
		c.Progress = func(t msg.Text) {
			a.line.clear()
			a.note(t)
		}
	}
	if a.inTTY && a.errTTY {
		c.Dialog = &dialog{app: a, lines: bufio.NewReader(a.in), language: out.opts.Language}
	}
	dir := cmd.Flags().Lookup("state")
	switch {
	case dir == nil: // this command keeps no journal
	case dir.Value.String() != "":
		c.Store = journal.In(dir.Value.String(), a.now)
	default:
		if c.Store, err = journal.Open(a.env, a.now); err != nil {
			return fail.Usage(msg.Of(err))
		}
	}
	return nil
}

// targetDeps returns what the targets of a renewal need.
func (a *app) targetDeps(s *config.Settings, in session.Options) target.Deps {
	cloud, _ := entra.CloudByName(s.Value(config.Cloud))
	return target.Deps{Out: redact.Plain(a.out), Terminal: a.outTTY, Environ: a.environ, HTTPClient: in.HTTPClient,
		VaultResource: cloud.VaultResource, Now: a.now, Trials: &safefile.Trials{}}
}
