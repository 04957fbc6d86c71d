// Package fail holds errors that end a run: what went wrong, what to do about
// it, and the exit code of the command-line contract.
package fail

import (
	"context"
	"errors"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
)

// Exit codes of the command-line contract; 0 to 3 are those of the
// monitoring-plugin convention.
const (
	CodeOK          = 0
	CodeWarning     = 1
	CodeCritical    = 2
	CodeUnknown     = 3
	CodeUsage       = 64
	CodeInterrupted = 130
)

// Error ends a run. What is lower case and without a full stop; each hint is a
// sentence that says what to do. Neither ever holds a secret.
type Error struct {
	Code  int
	What  msg.Text
	Hints []msg.Text
	// NotFound says that what was asked for does not exist, as far as everything
	// could be read.
	NotFound bool
}

// Error is What in English.
func (e *Error) Error() string { return e.What.String() }

// Text is what went wrong, without the hints.
func (e *Error) Text() msg.Text { return e.What }

// Everything is the error and its hints in English, a line each.
func (e *Error) Everything() string {
	lines := []string{e.What.String()}
	for _, h := range e.Hints {
		lines = append(lines, h.String())
	}
	return strings.Join(lines, "\n")
}

// Usage is a wrong command line or configuration.
func Usage(what msg.Text, hints ...msg.Text) *Error {
	return &Error{Code: CodeUsage, What: what, Hints: hints}
}

// Unknown is something that could not be found out.
func Unknown(what msg.Text, hints ...msg.Text) *Error {
	return &Error{Code: CodeUnknown, What: what, Hints: hints}
}

// Hint adds a hint and returns the error.
func (e *Error) Hint(hint msg.Text) *Error {
	e.Hints = append(e.Hints, hint)
	return e
}

// From turns any error into an Error to show: cancellation is an interrupt, a
// passed deadline is unknown, and so is everything else. A secret that was typed
// in the place of a path or a name is hidden.
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
		return &Error{Code: CodeInterrupted, What: msg.New("interrupted")}
	case errors.Is(err, context.DeadlineExceeded):
		return Unknown(msg.New("the time limit was reached"), msg.New("allow more time with --timeout, for example --timeout 2m"))
	}
	return Unknown(msg.Of(err))
}
