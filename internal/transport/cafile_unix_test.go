//go:build unix

package transport

import (
	"errors"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/spcheck/spcheck/internal/msg"
)

// To open a pipe that nobody writes to would wait for ever, whatever the
// deadline of the run.
func TestCAFileThatIsAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := New(Options{CAFile: path}); !errors.As(err, new(msg.Worded)) {
		t.Errorf("%v", err)
	}
}
