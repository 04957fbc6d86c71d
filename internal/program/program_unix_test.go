//go:build !windows

package program_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/program"
)

// A program that prints without end is stopped, and nothing of it is kept.
func TestBounded(t *testing.T) {
	out, err := program.Client{Name: "sh", Environ: os.Environ()}.Ask(t.Context(), "-c", "yes secret-value")
	if len(out) > 0 || err == nil || strings.Contains(err.Error(), "secret-value") {
		t.Errorf("%d bytes, %v", len(out), err)
	}
	_, err = program.Program{Argv: []string{"sh", "-c", "echo 12345"}, Limit: 3}.Output(t.Context())
	if !errors.Is(err, program.ErrTooMuch) {
		t.Error(err)
	}
}

func TestTaken(t *testing.T) {
	big := strings.Repeat("x", 1<<19)
	for script, want := range map[string]bool{"cat": true, "exit 3": false, "cat >/dev/null; exit 3": true} {
		_, taken, _ := program.Program{Argv: []string{"sh", "-c", script}, Environ: os.Environ()}.Give(t.Context(), big)
		if taken != want {
			t.Errorf("%s: taken %v", script, taken)
		}
	}
}
