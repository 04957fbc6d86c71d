// Package fail defines errors that end a run: what went wrong, what to do about it, and
// the exit code of the command-line contract.
package fail

import (
	"context"
	"errors"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
)

// Exit codes of the command-line contract. Codes 0 to 3 are those of the
// monitoring-plugin convention.
const (
	CodeOK          = 0
	CodeWarning     = 1
	CodeCritical    = 2
	CodeUnknown     = 3
	CodeUsage       = 64
	CodeInterrupted = 130
)

// Error ends a run. What starts in lower case and has no full stop. Each hint is a
// sentence that says what to do. Neither ever contains a secret.
type Error struct {
	Code  int
	What  msg.Text
	Hints []msg.Text
	// NotFound means that the requested object does not exist, and that everything
	// could be read.
	NotFound bool
}

// Error returns What in English.
func (e *Error) Error() string { return e.What.String() }

// Text returns what went wrong, without the hints.
func (e *Error) Text() msg.Text { return e.What }

// Usage returns an error for a wrong command line or configuration.
func Usage(what msg.Text, hints ...msg.Text) *Error {
	return &Error{Code: CodeUsage, What: what, Hints: hints}
}

// Critical returns an error for something that certainly does not work.
func Critical(what msg.Text, hints ...msg.Text) *Error {
	return &Error{Code: CodeCritical, What: what, Hints: hints}
}

// Interrupted returns an error for a run that the user interrupted.
func Interrupted(what msg.Text, hints ...msg.Text) *Error {
	return &Error{Code: CodeInterrupted, What: what, Hints: hints}
}

// Unknown returns an error for something that could not be determined.
func Unknown(what msg.Text, hints ...msg.Text) *Error {
	return &Error{Code: CodeUnknown, What: what, Hints: hints}
}

// Hint adds a hint and returns the error.
func (e *Error) Hint(hint msg.Text) *Error {
	e.Hints = append(e.Hints, hint)
	return e
}

// From converts any error. A cancelled context becomes an interrupt; a missed deadline
// and everything else become unknown. A secret typed in place of a path or a name is
// hidden.
func From(err error) *Error {
	e := *from(err)
	e.What = e.What.Through(redact.String)
	hints := make([]msg.Text, len(e.Hints))
	for i, h := range e.Hints {
		hints[i] = h.Through(redact.String)
	}
	e.Hints = hints
	return &e
}

func from(err error) *Error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.Canceled):
		return Interrupted(msg.New("interrupted"))
	case errors.Is(err, context.DeadlineExceeded):
		return Unknown(msg.New("the time limit was reached"), msg.New("allow more time with --timeout, for example --timeout 2m"))
	}
	return Unknown(msg.Of(err))
}
