package main

import (
	"strings"
	"testing"
)

// Each format that shows findings says whom to call, and that nobody owns one.
func TestOwnersInEveryFormat(t *testing.T) {
	t.Parallel()
	server := serve(t, "owners")
	const mail, notes, missing = "clara.albers", "ticket queue LABELS", "Old Intranet"
	for format, want := range map[string][]string{
		"json": {mail, notes, `"owners":[]`}, "ndjson": {mail, notes, `"owners":[]`}, "csv": {mail, notes, ",none,"},
		"html": {mail, "Plant Operations", "nobody"}, "markdown": {mail, "Plant Operations", "nobody"}, "junit": {mail, notes, "It has no owner."},
		"sarif": {mail, notes, "It has no owner."}, "github": {mail, notes, "It has no owner."},
	} {
		got := spcheck(t, server, nil, "scan", "-o", format)
		for _, s := range append(want, missing) {
			if !strings.Contains(got.stdout, s) {
				t.Errorf("%s: %q is not in\n%s", format, s, got.stdout)
			}
		}
	}
	text := spcheck(t, server, nil, "scan", "--group-by", "owner").stdout
	ada, nobody := strings.Index(text, "Ada Albers <ada.albers"), strings.Index(text, "no owner (1)")
	if ada < 0 || nobody < ada || strings.Count(text, "Payroll Export") != 2 {
		t.Errorf("grouped by owner:\n%s", text)
	}
	if skipped := spcheck(t, server, nil, "scan", "-o", "csv", "--skip-owners").stdout; strings.Contains(skipped, mail) || !strings.Contains(skipped, ",unknown,") {
		t.Errorf("without owners:\n%s", skipped)
	}
}
