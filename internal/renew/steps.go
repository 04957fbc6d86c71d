package renew

import (
	"slices"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// The steps, by their place in the list.
const (
	stepPreflight = iota
	stepAdd
	stepStore
	stepVerify
	stepReport
)

func blankSteps() []result.Step {
	step := func(id string, title msg.Text) result.Step {
		return result.Step{ID: id, Title: title, Status: result.Skipped}
	}
	return []result.Step{
		step("preflight", msg.New("Preflight")),
		step("add", msg.New("Add")),
		step("store", msg.New("Store")),
		step("verify", msg.New("Verify")),
		step("report", msg.New("Report")),
	}
}

// step settles what came of a step.
func (r *run) step(i int, status result.CheckStatus, summary msg.Text) {
	r.res.Steps[i].Status, r.res.Steps[i].Summary = status, summary
}

// begin says that a step begins.
func (r *run) begin(i int, what msg.Text) {
	r.tell(msg.New("step %d of %d: %s", i+1, len(r.res.Steps), what))
}

// note says something once in the report.
func (r *run) note(t msg.Text) {
	if !slices.ContainsFunc(r.res.Notes, func(said msg.Text) bool { return said.String() == t.String() }) {
		r.res.Notes = append(r.res.Notes, t)
	}
}
