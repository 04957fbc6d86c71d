package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/scan"
)

// settle gives the report its rules and its stored findings and inventory.
func (r *reporting) settle(o *scan.Outcome) {
	o.Scan.Rules = ruleTexts()
	o.Scan.ReadFrom(o.Findings(), o.Inventory())
}

// ending holds what else decides the exit code: whether the scan was interrupted, and
// whether the state could not be saved as requested.
type ending struct{ cut, unkept bool }

// writeScan writes a scan, complete or not. An interrupted scan ends with the exit code
// for an interrupt.
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

// ownersFor decides whose owners are read. The short text report leaves out info
// findings, and some formats show no findings at all.
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

// outputFile returns the value of --output-file. It rejects anything but a regular file
// before the scan starts, because writing would replace a pipe or /dev/null with a
// file.
func outputFile(cmd *cobra.Command) (string, error) {
	path, _ := cmd.Flags().GetString("output-file")
	if info, err := os.Stat(path); path != "" && err == nil && !info.Mode().IsRegular() {
		return "", fail.Usage(msg.New("the report cannot be written to %s", path), msg.New("choose an ordinary file, or redirect standard output"))
	}
	return path, nil
}

// emitInto writes a report to a file, or to standard output if path is empty.
func (r *reporting) emitInto(path string, res result.Report) error {
	if path == "" {
		return r.emit(res)
	}
	return into(path, func(w io.Writer) error { return report.Write(w, r.format, res, r.opts) })
}

// into replaces a file atomically, so that nobody reads half a report. The file is
// readable by others, as node_exporter requires; it contains no secret.
func into(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".spcheck-")
	if err != nil {
		return fail.Usage(msg.New("the report cannot be written to %s", path), msg.New("choose a file in an existing folder that you can write to"))
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

// addGroupFlag adds the flag that groups a scan's findings.
func addGroupFlag(cmd *cobra.Command) {
	addChoice(cmd.Flags(), "group-by", "group findings by this `criterion`", "the rule",
		[]string{result.GroupByOwner, result.GroupByApplication, result.GroupByTenant})
	annotate(cmd.Flags(), flagGroup, outputFlags, "group-by")
}
