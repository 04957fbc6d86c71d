// Package failtest reads errors that end a run, for tests of all packages.
package failtest

import (
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
)

// Text returns the error and its hints in English, one per line.
func Text(e *fail.Error) string {
	lines := []string{e.What.String()}
	for _, h := range e.Hints {
		lines = append(lines, h.String())
	}
	return strings.Join(lines, "\n")
}
