package main

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/spcheck/spcheck/internal/result"
)

// readsOtherwise is what PowerShell would take for something else outside of
// single quotation marks: an @ before a word splats a variable.
var readsOtherwise = regexp.MustCompile("(^|[ =])@|`|;|&|\\|")

var singleQuoted = regexp.MustCompile(`'[^']*'`)

// Commands that are printed for PowerShell can be pasted into PowerShell.
func TestRemediesForPowerShell(t *testing.T) {
	t.Parallel()
	for _, scenario := range []string{"certificate-expired", "certificate-not-registered", "mailstore"} {
		got := spcheck(t, serve(t, scenario), []string{"SPCHECK_READER=environment"}, "diagnose", "-o", "json")
		var report result.Diagnosis
		if err := json.Unmarshal([]byte(got.stdout), &report); err != nil || report.RootCause == nil {
			t.Errorf("%s: %v\n%s", scenario, err, got.stderr)
			continue
		}
		seen := 0
		for _, r := range report.RootCause.Remedies {
			for _, c := range r.Commands {
				if c.Shell != "powershell" {
					continue
				}
				seen++
				if readsOtherwise.MatchString(singleQuoted.ReplaceAllString(c.Command, "''")) {
					t.Errorf("%s: PowerShell reads this otherwise: %s", scenario, c.Command)
				}
			}
		}
		if seen == 0 {
			t.Errorf("%s: no command for PowerShell", scenario)
		}
	}
}
