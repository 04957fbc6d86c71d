//go:build unix

package transport

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/trust"
)

// Whoever can write the CA file can read what is sent.
func TestCAFileThatOthersMayWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chmod(path, 0o666)); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{CAFile: path}); !errors.As(err, new(*trust.Error)) {
		t.Errorf("%v", err)
	}
}

// Opening a pipe without a writer would block forever, despite the deadline.
func TestCAFileThatIsAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := New(Options{CAFile: path}); !errors.As(err, new(msg.Worded)) {
		t.Errorf("%v", err)
	}
}
