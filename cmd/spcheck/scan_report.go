package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/scan"
)

// writeTo writes a report to a file, or to standard output if path is empty. It returns
// the report's exit code as the command's error.
func (r *reporting) writeTo(path string, res result.Report) error {
	emit := r.emit
	if path != "" {
		emit = func(res result.Report) error {
			return into(path, func(w io.Writer) error { return report.Write(w, r.format, res, r.opts) })
		}
	}
	if err := emit(res); err != nil {
		return err
	}
	return exitWith(res.Head().ExitCode)
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

func ruleTexts() map[string]result.RuleText {
	out := map[string]result.RuleText{}
	for _, r := range scan.Rules() {
		out[r.ID] = result.RuleText{Title: r.Title, Remedy: r.Remedy}
	}
	return out
}
