package main

import (
	"bufio"
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/session"
)

// addRenewalFlags adds the flags that renewals of secrets and certificates share.
func addRenewalFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	addPrincipalFlag(cmd)
	f.Int("days", renew.DefaultDays, "`number` of days that the new credential is valid, or fewer if a policy requires it")
	f.String("until", "", "last `day` on which the new credential is valid, in UTC, such as 2027-01-31")
	f.String("display-name", "", "`name` of the new credential; a unique part is added")
	addChoice(f, "on", "`object` to add the credential to", "the application, if it is in this tenant", []string{"application", "service-principal"})
	f.Bool("dry-run", false, "run the preflight checks and print the plan; change nothing")
	f.String("verify-timeout", "3m", "maximum `time` until the new credential works")
	f.Bool("resume", false, "continue a renewal that was interrupted")
	f.String("then", "", "`command` to run once the new credential is verified and in place, such as systemctl restart NAME; it does not receive the value")
	f.String("if-expiring-within", "", "do nothing unless the credential expires within this `time` (30d, 4w)")
}

// renewal reads the flags that describe the new credential.
func (a *app) renewal(cmd *cobra.Command, s *config.Settings, out *reporting) (r renew.Renewal, err error) {
	if r.Common, err = a.changeInput(cmd, s, out); err != nil {
		return r, err
	}
	f := cmd.Flags()
	r.DryRun, _ = f.GetBool("dry-run")
	r.Resume, _ = f.GetBool("resume")
	if err := resumesOnly(cmd); err != nil {
		return r, err
	}
	r.DisplayName, _ = f.GetString("display-name")
	if err := renew.CheckDisplayName(r.DisplayName); err != nil {
		return r, err
	}
	if r.Lifetime, err = a.lifetime(cmd); err != nil {
		return r, err
	}
	if r.On, err = objectOf(cmd); err != nil {
		return r, err
	}
	if r.VerifyFor, err = durationOf(cmd, "verify-timeout"); err != nil {
		return r, err
	}
	if f.Changed("if-expiring-within") {
		d, err := durationOf(cmd, "if-expiring-within")
		if err != nil {
			return r, err
		}
		r.IfExpiringWithin = &d
	}
	return r, nil
}

// resumesOnly rejects flags for a new credential together with --resume, which
// continues an earlier renewal.
func resumesOnly(cmd *cobra.Command) error {
	f := cmd.Flags()
	if on, _ := f.GetBool("resume"); !on {
		return nil
	}
	for _, name := range []string{"days", "until", "display-name", "on", "dry-run", "if-expiring-within"} {
		if f.Changed(name) {
			return fail.Usage(msg.New("--resume and --%s cannot be used together: --resume continues with what was begun", name), msg.New("leave one of them out"))
		}
	}
	return nil
}

func (a *app) lifetime(cmd *cobra.Command) (l renew.Lifetime, err error) {
	f := cmd.Flags()
	if f.Changed("days") && f.Changed("until") {
		return l, fail.Usage(msg.New("--days and --until cannot be used together"), msg.New("use one of them"))
	}
	if f.Changed("days") {
		l.Days, _ = f.GetInt("days")
		return l, renew.CheckDays(l.Days)
	}
	if f.Changed("until") {
		until, _ := f.GetString("until")
		l.Until, err = renew.ParseUntil(until, a.now())
	}
	return l, err
}

func objectOf(cmd *cobra.Command) (string, error) {
	switch on, _ := cmd.Flags().GetString("on"); on {
	case "":
		return "", nil
	case "application":
		return objects.OnApplication, nil
	case "service-principal":
		return objects.OnServicePrincipal, nil
	}
	return "", fail.Usage(msg.New("--on takes application or service-principal"))
}

// durationOf reads a flag whose value must be a positive duration.
func durationOf(cmd *cobra.Command, flag string) (time.Duration, error) {
	d, err := anyDurationOf(cmd, flag)
	if err == nil && d <= 0 {
		return 0, fail.Usage(msg.New("the flag --%s must be longer than zero", flag))
	}
	return d, err
}

// anyDurationOf reads a flag whose value is a duration.
func anyDurationOf(cmd *cobra.Command, flag string) (time.Duration, error) {
	text, _ := cmd.Flags().GetString(flag)
	d, err := config.ParseDuration(text)
	if err != nil {
		return 0, fail.Usage(msg.New("the flag --%s has the value %q: %s", flag, text, msg.Of(err)))
	}
	return d, nil
}

// addStateFlag adds --state, with which several machines share the record of their
// renewals.
func addStateFlag(cmd *cobra.Command) {
	cmd.Flags().String("state", "", "`folder` for the journals of unfinished renewals, which machines may share (default: the user's state folder)")
}

func (a *app) state(cmd *cobra.Command) (*journal.Store, error) {
	if dir, _ := cmd.Flags().GetString("state"); dir != "" {
		return journal.In(dir, a.now), nil
	}
	store, err := journal.Open(a.env, a.now)
	if err != nil {
		return nil, fail.Usage(msg.Of(err))
	}
	return store, nil
}

// changeInput returns the common starting point of commands that change something.
func (a *app) changeInput(cmd *cobra.Command, s *config.Settings, out *reporting) (renew.Common, error) {
	in, err := a.listInput(cmd, s)
	if err != nil {
		return renew.Common{}, err
	}
	return a.changing(cmd, in, out)
}

// changing returns what a run that changes something needs besides its settings.
func (a *app) changing(cmd *cobra.Command, in session.Options, out *reporting) (c renew.Common, err error) {
	c = a.stateless(in, out)
	c.Store, err = a.state(cmd)
	return c, err
}

// stateless does the same for a run that keeps no journal.
func (a *app) stateless(in session.Options, out *reporting) renew.Common {
	c := renew.Common{Input: in}
	if !out.opts.Quiet {
		c.Progress = func(t msg.Text) {
			in.Progress(msg.Text{}) // clears the status line
			a.note(t)
		}
	}
	if a.inTTY && a.errTTY {
		c.Dialog = &dialog{app: a, lines: bufio.NewReader(a.in), language: out.opts.Language}
	}
	return c
}
