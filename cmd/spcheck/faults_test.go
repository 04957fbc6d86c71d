package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
)

// faultGrace is what a busy machine may add to the --timeout of a run before it
// counts as hung.
const faultGrace = 15 * time.Second

// deadline is the --timeout of runs against the fault: a short one where they wait
// for what never comes, and else one that a busy machine keeps.
func (row faultRow) deadline() time.Duration {
	if slices.Contains(row.causes, "connection-timeout") || slices.Contains(row.causes, "service-unavailable") {
		return 3 * time.Second
	}
	return 15 * time.Second
}

// TestFaults tries every fault of the table with every command that meets it:
// the right cause or a clear error in time, and nothing healthy that is not. That
// nothing is left running is counted once all tests have ended (see leavings).
func TestFaults(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it waits for answers that never come")
	}
	var runs atomic.Int64
	rows := faultRows()
	t.Run("rows", func(t *testing.T) {
		for i, row := range rows {
			t.Run(row.name, func(t *testing.T) {
				t.Parallel()
				p := newFaultPlace(t, row)
				for j, m := range meetings() {
					// In the shorter form those that are slow meet some rows each.
					if row.diagnoseOnly && !m.first || !thorough() && m.seldom > 0 && (i+j)%m.seldom != 0 {
						continue
					}
					runs.Add(1)
					m.meet(p, t, row)
				}
			})
		}
	})
	t.Logf("%d faults, %d runs", len(rows), runs.Load())
	figure(t, "Faults in the table", int64(len(rows)))
	figure(t, "Commands that meet them", int64(len(meetings())))
	figure(t, "Runs against faults", runs.Load())
	faultTable(t, rows)
	if len(rows) < 60 {
		t.Errorf("the table has only %d faults", len(rows))
	}
}

func (p *faultPlace) try(t *testing.T, row faultRow, kind result.Kind, args ...string) ran {
	t.Helper()
	got, took := p.run(t, row.deadline(), append(args, "-o", "json")...)
	if took > row.deadline()+faultGrace {
		t.Errorf("%v took %s", args, took)
	}
	schematest.Validate(t, kind, []byte(got.stdout))
	var h result.Header
	if err := json.Unmarshal([]byte(got.stdout), &h); err != nil {
		t.Fatalf("%v: no report: %v\n%s", args, err, got.stderr)
	}
	if h.ExitCode != got.code {
		t.Errorf("%v: exit code %d, in the report %d", args, got.code, h.ExitCode)
	}
	if !row.harmless && (got.code == 0 || h.Status == result.OK || h.Status == result.Warning) {
		t.Errorf("%v: a false %s (exit code %d)\n%s", args, h.Status, got.code, got.stdout)
	}
	if got.code > 3 && !slices.Contains(row.codes, got.code) {
		t.Errorf("%v: exit code %d\n%s", args, got.code, got.stderr)
	}
	return got
}

func (p *faultPlace) diagnose(t *testing.T, row faultRow) {
	t.Helper()
	reader := "none"
	if row.at == atGraph {
		reader = "self"
	}
	got := p.try(t, row, "diagnose", "diagnose", "--reader", reader)
	var d result.Diagnosis
	if err := json.Unmarshal([]byte(got.stdout), &d); err != nil {
		t.Fatal(err)
	}
	codes := row.codes
	if len(codes) == 0 {
		codes = []int{3}
	}
	switch {
	case d.RootCause == nil && row.harmless && got.code == 0:
	case d.RootCause == nil && len(row.causes) > 0 && !row.harmless && row.causes[0] != "":
		t.Errorf("diagnose: no cause, want %v\n%s", row.causes, got.stdout)
	case d.RootCause != nil && !slices.Contains(row.causes, d.RootCause.ID):
		t.Errorf("diagnose: %s, want %v\n%s", d.RootCause.ID, row.causes, got.stdout)
	case !row.harmless && !slices.Contains(codes, got.code):
		t.Errorf("diagnose: exit code %d, want %v\n%s", got.code, codes, got.stdout)
	}
}

func (p *faultPlace) list(t *testing.T, row faultRow) {
	t.Helper()
	got := p.try(t, row, "list-secrets", "list-secrets", "--sp", "Dock Planner", "--reader", "environment")
	var l result.SecretList
	if err := json.Unmarshal([]byte(got.stdout), &l); err != nil {
		t.Fatal(err)
	}
	if got.code == 0 && len(l.Credentials) != 1 {
		t.Errorf("list-secrets: %d credentials", len(l.Credentials))
	}
	if got.code != 0 && got.code != 3 && !slices.Contains(row.codes, got.code) {
		t.Errorf("list-secrets: exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
}

// scan checks that a damaged item loses no other one, and that what was not read
// whole is said.
func (p *faultPlace) scan(t *testing.T, row faultRow, more ...string) {
	t.Helper()
	got := p.try(t, row, "scan", append([]string{"scan", "--reader", "environment"}, more...)...)
	var s result.Scan
	if err := json.Unmarshal([]byte(got.stdout), &s); err != nil {
		t.Fatal(err)
	}
	whole := len(s.Tenants) == 1 && s.Tenants[0].Error.IsZero() && !s.Partial
	found := slices.ContainsFunc(s.Findings, func(f result.Finding) bool { return f.DisplayName != nil && *f.DisplayName == "Berth Board" })
	switch {
	case !whole && s.ExitCode == 0:
		t.Errorf("scan: unread and healthy\n%s", got.stdout)
	case whole && (!row.harmless || row.unread):
		t.Errorf("scan: nothing is said of the fault\n%s", got.stdout)
	case whole && !found:
		t.Errorf("scan: the item beside the damaged one is lost\n%s", told(s))
	}
}

func told(s result.Scan) string {
	var b strings.Builder
	for _, f := range s.Findings {
		fmt.Fprintf(&b, "%s %v\n", f.Rule, deref2(f.DisplayName))
	}
	return fmt.Sprintf("%+v\n%s", s.Tenants, b.String())
}

func deref2(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}
