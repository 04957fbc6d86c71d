package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/scan"
	"github.com/spcheck/spcheck/internal/scan/kept"
)

// baseline reads the report of the earlier scan, or returns nil if there is none.
//
// If the new report replaces the baseline, the baseline may be missing, incomplete or
// of other tenants. If that were an error, no scan could ever write a better one.
func (a *app) baseline(f *scanCommand, format string, targets []scan.Target) (*scan.Baseline, error) {
	if f.baseline == "" {
		return nil, nil
	}
	path := a.bareFile(f.baseline)
	replaces := f.output != "" && sameFile(path, f.output)
	if replaces && format != "json" {
		return nil, fail.Usage(msg.New("--output-file is the baseline of the next scan, which takes JSON, not %s", format), msg.New("add: -o json"))
	}
	if _, err := os.Stat(path); replaces && errors.Is(err, os.ErrNotExist) {
		a.note(msg.New("there is no baseline %s yet: this scan writes the first one", path))
		return nil, nil
	}
	b, err := scan.ReadBaseline(path)
	if err != nil || replaces {
		return b, err
	}
	return b, b.Fits(targets)
}

// sameFile reports whether two paths name the same file, even if it does not exist yet.
func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(infoA, infoB)
	}
	fullA, _ := filepath.Abs(a)
	fullB, _ := filepath.Abs(b)
	return fullA == fullB
}

// keeping returns where and how a scan stores what it read. It is nil without --state.
func (a *app) keeping(cmd *cobra.Command, f *scanCommand) (*scan.Keep, error) {
	switch flags := cmd.Flags(); {
	case f.state != "":
		store, err := kept.Folder(a.bareFile(f.state))
		return &scan.Keep{Store: store, Full: f.full, MaxAge: f.fullAfter}, err
	case flags.Changed("state"):
		return nil, fail.Usage(msg.New("--state is empty"), msg.New("choose a folder for --state that you can write to"))
	case f.full || flags.Changed("full-after"):
		return nil, fail.Usage(msg.New("--full and --full-after need --state"), msg.New("every scan without --state reads everything"))
	}
	return nil, nil
}

// noteState prints how the tenants were read and what could not be saved. It returns
// whether everything was saved.
func (a *app) noteState(o *scan.Outcome) (saved bool) {
	saved = true
	for _, n := range o.Notices {
		text := msg.New("tenant %s: %s", n.Tenant, n.Text)
		if n.Unkept {
			saved, text = false, msg.New("warning: %s", text)
		}
		a.note(text)
	}
	return saved
}
