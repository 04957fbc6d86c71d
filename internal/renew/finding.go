package renew

import (
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// finding is the result of one check of the preflight.
type finding struct {
	status  result.CheckStatus
	summary msg.Text
	hints   []msg.Text
	code    int // the exit code, if the check failed
}

func passed(t msg.Text) finding  { return finding{status: result.Pass, summary: t} }
func warned(t msg.Text) finding  { return finding{status: result.Warn, summary: t} }
func unknown(t msg.Text) finding { return finding{status: result.CheckUnknown, summary: t} }
func skipped(t msg.Text) finding { return finding{status: result.Skipped, summary: t} }

// failed returns the finding for a request that cannot be carried out. The summary is a
// clause that errors can contain.
func failed(t msg.Text, hints ...msg.Text) finding {
	return finding{status: result.Fail, summary: t, hints: hints, code: fail.CodeUsage}
}

// unreadable changes the exit code of a failed finding: the request itself is not wrong.
func (f finding) unreadable() finding {
	f.code = fail.CodeUnknown
	return f
}

// failure returns a failed finding as an error.
func (f finding) failure() *fail.Error {
	return &fail.Error{Code: f.code, What: f.summary, Hints: f.hints}
}
