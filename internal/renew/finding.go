package renew

import (
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// finding is the outcome of one question of the preflight.
type finding struct {
	status  result.CheckStatus
	summary msg.Text
	hints   []msg.Text
	code    int // of the exit, where it failed
}

func passed(t msg.Text) finding  { return finding{status: result.Pass, summary: t} }
func warned(t msg.Text) finding  { return finding{status: result.Warn, summary: t} }
func unknown(t msg.Text) finding { return finding{status: result.CheckUnknown, summary: t} }
func skipped(t msg.Text) finding { return finding{status: result.Skipped, summary: t} }

// failed is a request that cannot be carried out. Its summary is a clause, so that an
// error can contain it.
func failed(t msg.Text, hints ...msg.Text) finding {
	return finding{status: result.Fail, summary: t, hints: hints, code: fail.CodeUsage}
}

// unreadable says that the cause is not a mistake in the request.
func (f finding) unreadable() finding {
	f.code = fail.CodeUnknown
	return f
}

// failure is the error of a failed finding.
func (f finding) failure() *fail.Error {
	return &fail.Error{Code: f.code, What: msg.New("%s; nothing was changed", f.summary), Hints: f.hints}
}
