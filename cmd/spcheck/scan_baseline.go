package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/scan"
)

// baseline reads the earlier scan.
//
// If the new report replaces the baseline, the baseline may be missing or come from an
// incomplete scan. If that were an error, no scan could ever write a better one.
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

// sameFile reports whether two paths name the same file, even if it does not exist yet.
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
