package renew

import (
	"slices"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// The steps by their index in the report.
const (
	stepPreflight = iota
	stepAdd
	stepStore
	stepVerify
	stepReport
)

func blankSteps() []result.Step {
	return []result.Step{
		blank("preflight", msg.New("Preflight")),
		blank("add", msg.New("Add")),
		blank("store", msg.New("Store")),
		blank("verify", msg.New("Verify")),
		blank("report", msg.New("Report")),
	}
}

func blank(id string, title msg.Text) result.Step {
	return result.Step{ID: id, Title: title, Status: result.Skipped}
}

// complete sets the exit code, the status and the error of a report.
func complete(h *result.Header, err error) {
	if h.ExitCode, h.Status = fail.CodeOK, result.OK; err == nil {
		return
	}
	e := fail.From(err)
	h.ExitCode, h.Status, h.Error = e.Code, result.Unknown, &result.Failure{Message: e.What, Hints: e.Hints}
	if e.Code == fail.CodeCritical {
		h.Status = result.Critical
	}
}

// record sets the result of a step.
func record(s *result.Step, status result.CheckStatus, summary msg.Text) {
	s.Status, s.Summary = status, summary
}

// step sets the result of a step by its index.
func (r *run) step(i int, status result.CheckStatus, summary msg.Text) {
	record(&r.res.Steps[i], status, summary)
}

// begin tells the user that a step begins.
func (r *run) begin(i int, what msg.Text) {
	r.tell(msg.New("step %d of %d: %s", i+1, len(r.res.Steps), what))
}

// note adds a note to the report unless it already contains it.
func (r *run) note(t msg.Text) {
	if !slices.ContainsFunc(r.res.Notes, func(said msg.Text) bool { return said.String() == t.String() }) {
		r.res.Notes = append(r.res.Notes, t)
	}
}
