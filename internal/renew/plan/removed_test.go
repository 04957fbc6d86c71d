package plan_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/renew/plan"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

// Every secret that a run removes is in its report, also one whose value was lost.
func TestLostSecretsAreReportedAsRemoved(t *testing.T) {
	t.Parallel()
	for lost, says := range map[int]string{1: "1 secret that was replaced, or whose value nobody has, was removed.", 2: "2 secrets that were replaced, or whose values nobody has, were removed."} {
		w := newTenant(t, 1)
		if err := w.server.SetFaults(sandbox.Fault{At: fault.AtGraph, Kind: fault.Lost, Times: lost, Path: "/addPassword"}); err != nil {
			t.Fatal(err)
		}
		b := w.apply(w.file(1, ""), func(o *plan.Options) { o.Parallel = 1 })
		if len(b.Items[0].Removed) != lost || b.Totals.Removed != lost || b.Totals.Renewed != 1 {
			t.Errorf("%d were lost: %+v %q", lost, b.Totals, b.Items[0].Removed)
		}
		var text bytes.Buffer
		if err := report.Write(&text, "text", &result.Apply{Batch: *b}, report.Options{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(strings.Fields(text.String()), " "), says) {
			t.Errorf("the report does not say %q:\n%s", says, text.String())
		}
	}
}
