package main

import (
	"errors"
	"io/fs"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/plan"
	"github.com/spcheck/spcheck/internal/result"
)

func newPlanCommand(a *app) *cobra.Command {
	o := &plan.Options{Dry: true, VerifyFor: 3 * time.Minute}
	var path string
	var first bool
	cmd := &cobra.Command{
		Use:   "plan [-f FILE]",
		Short: "Show which secrets are due for renewal, and what would be done; nothing is changed",
		Long: `Check every application in the renewals file, and show which secrets are due, what
would be done, what policies forbid, and what cannot be done and why. Nothing is
changed.

For each application the file lists the targets for its secret, and optionally its
lifetime and the object to add it to. spcheck plan --init writes a first file. Save
the report as JSON to apply it later: spcheck plan -o json > plan.json.`,
		Example: `  spcheck plan --init
  spcheck plan
  spcheck plan -f production.yaml --expiring-within 60d -o json > plan.json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if first {
				// If the settings cannot be read, the file has a placeholder for the tenant.
				tenant := ""
				if settings, err := config.Resolve(given(cmd), a.env); err == nil {
					tenant = settings.Value(config.Tenant)
				}
				return a.firstRenewals("-f", path, tenant)
			}
			res := &result.Plan{}
			return a.batch(cmd, o, res, &res.Batch, func(n int) msg.Text { return msg.New("checking %d applications", n) }, func() (err error) {
				o.File, err = plan.Load(a.bareFile(path), o.Deps)
				return err
			})
		},
	}
	addPlanFlags(cmd, o)
	f := cmd.Flags()
	f.StringVarP(&path, "file", "f", plan.DefaultFile, "`file` of applications and targets")
	f.BoolVar(&first, "init", false, "write a first file; an existing one is not changed")
	return cmd
}

func newApplyCommand(a *app) *cobra.Command {
	o := &plan.Options{}
	cmd := &cobra.Command{
		Use:   "apply PLAN",
		Short: "Renew every secret that is due according to a plan",
		Long: `Renew the secrets of many applications: those in a plan that was saved with spcheck
plan -o json, or everything that is due in a renewals file.

Each application is renewed as with spcheck renew-secret --if-expiring-within, and
has its own journal. Secrets that are no longer due are left alone, the next run
continues what was interrupted, and if one application fails, the others are still
renewed. With --wait-retire, secrets that an earlier run replaced are removed once
they have expired, or once the activity report and the sign-in log show no use for
that time.`,
		Example: `  spcheck apply renewals.yaml
  spcheck apply plan.json -o json
  spcheck apply renewals.yaml --wait-retire 7d`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fail.Usage(msg.New("apply needs exactly one plan"), msg.New("give a file saved with spcheck plan -o json, or the renewals file itself"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			res := &result.Apply{Plan: args[0]}
			return a.batch(cmd, o, res, &res.Batch, func(n int) msg.Text { return msg.New("renewing what is due of %d applications", n) }, func() (err error) {
				o.File, o.Chosen, err = plan.Open(a.bareFile(args[0]), o.Deps)
				return err
			})
		},
	}
	addPlanFlags(cmd, o)
	addVerifyFlag(cmd, &o.VerifyFor)
	addTime(cmd.Flags(), &o.RetireAfter, "wait-retire", "", "remove replaced secrets that have not been used for this `time` (7d, 4w)")
	return cmd
}

func addPlanFlags(cmd *cobra.Command, o *plan.Options) {
	addReportFlags(cmd)
	addStateFlag(cmd)
	f := cmd.Flags()
	addTime(f, &o.Within, "expiring-within", "", "treat secrets that expire within this `time` as due (default: as in the file, otherwise 30d)")
	f.StringArray("app", nil, "only the application with this `name`, as written in the renewals file (repeatable)")
	f.IntVar(&o.Parallel, "parallel", plan.DefaultParallel, "maximum `number` of applications to handle at the same time")
}

// firstRenewals writes a renewals file to start from, at the path that a flag names.
func (a *app) firstRenewals(flag, path, tenant string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fail.Usage(msg.New("the file %s already exists; nothing was changed", path), msg.New("choose another file with %s", flag))
	}
	if err == nil {
		_, err = f.WriteString(plan.Starter(tenant))
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return fail.Usage(msg.New("the file %s cannot be written: %s", path, msg.OfSystem(err)), msg.New("choose another file with %s", flag))
	}
	a.note(msg.New("%s was written; fill it in, then: %s", path, commandline.Words{"spcheck", "plan", "-f", path}))
	return nil
}

// batch runs over all applications and writes the report. doing says what is done with n
// applications, and open reads the file into the options.
func (a *app) batch(cmd *cobra.Command, o *plan.Options, res result.Report, into *result.Batch, doing func(n int) msg.Text, open func() error) error {
	settings, out, err := a.begin(cmd)
	if err != nil {
		return err
	}
	if o.Parallel < 1 || o.Parallel > maxParallel {
		return fail.Usage(msg.New("--parallel must be between 1 and %d", maxParallel))
	}
	in, err := a.input(cmd, settings)
	if err == nil {
		err = needsReader(cmd, settings)
	}
	if err != nil {
		return err
	}
	if err := a.common(cmd, in, out, &o.Common); err != nil {
		return err
	}
	// Many run at once, so one line could not show the requests and checks of each.
	o.Common.Input.Progress, o.Common.Input.Settled = nil, nil
	if o.Dry && !a.watched(cmd) {
		o.Common.Progress = nil // nothing is changed, so the report says it all
	}
	o.Deps, o.Mask = a.targetDeps(settings, in), a.mask()
	if err := open(); err != nil {
		return err
	}
	if names, _ := cmd.Flags().GetStringArray("app"); len(names) > 0 {
		if err := o.File.Only(names); err != nil {
			return err
		}
	}
	signal.Ignore(syscall.SIGPIPE) // see renew-secret
	a.tellDone(&o.Common, doing(len(o.File.Names())))
	b, err := plan.Run(cmd.Context(), *o)
	a.line.clear()
	if err != nil {
		return err
	}
	*into = *b
	return out.write(res)
}

// tellDone shows on a terminal what is being done, and above it what was done.
func (a *app) tellDone(c *renew.Common, doing msg.Text) {
	a.line.show(doing)
	if tell := c.Progress; tell != nil {
		c.Progress = func(t msg.Text) {
			tell(t)
			a.line.show(doing)
		}
	}
}
