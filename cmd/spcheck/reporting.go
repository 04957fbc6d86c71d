package main

import (
	"cmp"
	"errors"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
)

// reporting says how to write a command's result.
type reporting struct {
	app    *app
	format string
	failOn string
	opts   report.Options
}

// begin reads the settings of a command and sets up its report.
func (a *app) begin(cmd *cobra.Command) (*config.Settings, *reporting, error) {
	settings, err := config.Resolve(given(cmd), a.env)
	if err != nil {
		return nil, nil, err
	}
	out, err := a.reporting(reportOf(cmd), settings, cmd)
	return settings, out, err
}

// reporting sets up the output before any work is done, so that an unknown format fails
// early.
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
		Width: widthOf(a.out, a.env), Shell: cmp.Or(chosen(cmd, "shell"), shellOf(a.env, runtime.GOOS)),
		Within: s.Within, Version: a.version.number,
	}
	r.opts.GroupBy = chosen(cmd, "group-by")
	// A flag that the command does not have reads as false.
	r.opts.Verbose, _ = cmd.Flags().GetBool("verbose")
	r.opts.Quiet, _ = cmd.Flags().GetBool("quiet")
	return r, nil
}

// write writes the result, applies --fail-on to its exit code, and returns that code as
// the command's error.
func (r *reporting) write(res result.Report) error {
	h := res.Head()
	h.ExitCode = exitFor(h.ExitCode, r.failOn)
	return r.writeTo("", res)
}

// exitFor applies --fail-on, which can only turn off the exit codes for warning and
// critical. The codes for unknown and for usage errors stay.
func exitFor(code int, failOn string) int {
	hidden := map[string][]int{"critical": {fail.CodeWarning}, "never": {fail.CodeWarning, fail.CodeCritical}}
	if slices.Contains(hidden[failOn], code) {
		return fail.CodeOK
	}
	return code
}

// failed writes a valid report of a failed run in JSON, or in another format that can
// show failures. It returns the error for standard error.
func (a *app) failed(cmd *cobra.Command, err error) error {
	var code exitCode
	if err == nil || errors.As(err, &code) {
		return err
	}
	e, of := advised(cmd, err), reportOf(cmd)
	format := a.outputAskedFor(cmd)
	if of == nil || !report.ShowsFailures(format) || report.Check(format, of) != nil {
		return e
	}
	of.Failed(result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: a.now().UTC(), Status: result.Unknown,
		ExitCode: e.Code, Error: &result.Failure{Message: e.What, Hints: e.Hints, NotFound: e.NotFound}})
	if wErr := report.Write(a.out, format, of, report.Options{Language: a.lang(), Version: a.version.number}); wErr != nil {
		return wErr
	}
	return e
}

// outputAskedFor finds the output format if the settings are invalid or the command
// line was not fully parsed.
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

// outputFlag matches --output with its value in one word.
var outputFlag = lazyregexp.New(`^(?:--output=|-o=?)([a-z]+)$`)

// reports makes a command write its failures as reports too, if JSON was requested.
// That includes errors in the command line, where the command never runs.
func (a *app) reports(cmd *cobra.Command) {
	run, check := cmd.RunE, cmd.Args
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return a.failed(cmd, run(cmd, args)) }
	cmd.Args = func(cmd *cobra.Command, args []string) error { return a.failed(cmd, check(cmd, args)) }
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return a.failed(cmd, flagError(cmd, err)) })
}
