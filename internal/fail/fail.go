// Package fail holds errors that end a run: what went wrong, what to do about
// it, and the exit code of the command-line contract.
package fail

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spcheck/spcheck/internal/neutral"
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
	What  string
	Hints []string
}

func (e *Error) Error() string { return e.What }

// Usage is a wrong command line or configuration.
func Usage(what string, hints ...string) *Error {
	return &Error{Code: CodeUsage, What: what, Hints: hints}
}

// Usagef is Usage with a format and no hint.
func Usagef(format string, args ...any) *Error {
	return Usage(fmt.Sprintf(format, args...))
}

// Unknown is something that could not be found out.
func Unknown(what string, hints ...string) *Error {
	return &Error{Code: CodeUnknown, What: what, Hints: hints}
}

// Hint adds a hint and returns the error.
func (e *Error) Hint(hint string) *Error {
	e.Hints = append(e.Hints, hint)
	return e
}

// From turns any error into an Error to show: cancellation is an interrupt, a
// passed deadline is unknown, and so is everything else. A secret that was typed
// in the place of a path or a name is hidden.
func From(err error) *Error {
	e := *from(err)
	e.What = neutral.WithoutSecrets(e.What)
	e.Hints = slices.Clone(e.Hints)
	for i, h := range e.Hints {
		e.Hints[i] = neutral.WithoutSecrets(h)
	}
	return &e
}

func from(err error) *Error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.Canceled):
		return &Error{Code: CodeInterrupted, What: "interrupted"}
	case errors.Is(err, context.DeadlineExceeded):
		return Unknown("the deadline passed", "allow more time with --timeout, for example --timeout 2m")
	}
	return Unknown(err.Error())
}
