package main

import (
	"errors"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
)

// reporting is how a command's result is to be written.
type reporting struct {
	app    *app
	format string
	failOn string
	opts   report.Options
}

// begin reads the settings of a command that reports, and settles its output.
func (a *app) begin(cmd *cobra.Command, of result.Report) (*config.Settings, *reporting, error) {
	settings, err := config.Resolve(given(cmd), a.env)
	if err != nil {
		return nil, nil, err
	}
	out, err := a.reporting(of, settings, cmd)
	return settings, out, err
}

// reporting settles the output before any work is done, so that a format that
// does not exist costs nothing.
func (a *app) reporting(of result.Report, s *config.Settings, cmd *cobra.Command) (*reporting, error) {
	a.context = contextOf(cmd)
	r := &reporting{app: a, format: s.Value(config.Output), failOn: s.Value(config.FailOn)}
	if err := report.Check(r.format, of); err != nil {
		return nil, err
	}
	lang, err := msg.Language(s.Value(config.Lang), a.env)
	if err != nil {
		return nil, fail.Usage(msg.Of(err))
	}
	a.language = lang
	for _, n := range s.Notices {
		a.note(msg.New("warning: %s", n))
	}
	r.opts = report.Options{
		Language: lang, Color: colorWanted(a.env, a.outTTY), Unicode: unicodeWanted(a.env, runtime.GOOS),
		Width: widthOf(a.out, a.env), Shell: shellOf(a.env, runtime.GOOS),
		Within: s.Within, Version: a.version.number,
	}
	if r.opts.GroupBy, err = groupBy(cmd); err != nil {
		return nil, err
	}
	// A command without such a flag gives false.
	r.opts.Verbose, _ = cmd.Flags().GetBool("verbose")
	r.opts.Quiet, _ = cmd.Flags().GetBool("quiet")
	if f := cmd.Flags().Lookup("shell"); f != nil && f.Changed {
		r.opts.Shell = f.Value.String()
		if !slices.Contains(remedyShells(), r.opts.Shell) {
			return nil, fail.Usage(msg.New("no commands are known for the shell %q", r.opts.Shell), msg.New("use one of: %s", strings.Join(remedyShells(), ", ")))
		}
	}
	return r, nil
}

// write writes the result, settles its exit code by --fail-on, and ends the
// command with it.
func (r *reporting) write(res result.Report) error {
	h := res.Head()
	h.ExitCode = exitFor(h.ExitCode, r.failOn)
	if err := r.emit(res); err != nil {
		return err
	}
	if h.ExitCode == fail.CodeOK {
		return nil
	}
	return exitCode(h.ExitCode)
}

// exitFor applies --fail-on, which hides warnings and critical states at most:
// what is unknown or wrongly called stays so.
func exitFor(code int, failOn string) int {
	hidden := map[string][]int{"critical": {fail.CodeWarning}, "never": {fail.CodeWarning, fail.CodeCritical}}
	if slices.Contains(hidden[failOn], code) {
		return fail.CodeOK
	}
	return code
}

// failed writes the valid report that a failed run owes to a reader of JSON or
// of another format that can show it, and returns the error for standard error.
func (a *app) failed(cmd *cobra.Command, of result.Report, err error) error {
	var code exitCode
	if err == nil || errors.As(err, &code) {
		return err
	}
	if telling(cmd) {
		of = &result.Incident{}
	}
	e := fail.From(err)
	format := a.outputAskedFor(cmd)
	if !report.ShowsFailures(format) || report.Check(format, of) != nil {
		return e
	}
	of = result.New(of.Kind()) // as empty as it was before the run
	of.Failed(result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: a.now().UTC(), Status: result.Unknown,
		ExitCode: e.Code, Error: &result.Failure{Message: e.What, Hints: e.Hints, NotFound: e.NotFound}})
	if wErr := report.Write(a.out, format, of, report.Options{Language: a.lang(), Version: a.version.number}); wErr != nil {
		return wErr
	}
	return e
}

// outputAskedFor finds the format where the settings themselves are in error, or
// the command line was not read to its end.
func (a *app) outputAskedFor(cmd *cobra.Command) string {
	if f := cmd.Flags().Lookup("output"); f != nil && f.Changed {
		return f.Value.String()
	}
	for i, word := range a.args {
		if m := outputFlag().FindStringSubmatch(word); m != nil {
			return m[1]
		}
		if (word == "-o" || word == "--output") && i+1 < len(a.args) {
			return a.args[i+1]
		}
	}
	v, _ := a.env("SPCHECK_OUTPUT")
	return v
}

// outputFlag is the flag --output in one word.
var outputFlag = lazyregexp.New(`^(?:--output=|-o=?)([a-z]+)$`)

// reports makes a command's failures reports, too, where JSON was asked for: those
// of its run, and those of a command line that never came to run.
func (a *app) reports(of result.Report, cmd *cobra.Command) *cobra.Command {
	run, check := cmd.RunE, cmd.Args
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return a.failed(cmd, of, run(cmd, args)) }
	cmd.Args = func(cmd *cobra.Command, args []string) error { return a.failed(cmd, of, check(cmd, args)) }
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return a.failed(cmd, of, flagError(cmd, err)) })
	return cmd
}
