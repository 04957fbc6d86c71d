package smallfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/trust"
)

func TestReadIsBoundedAndRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "small")
	if err := os.WriteFile(path, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := Read(path, 5); err != nil || string(data) != "12345" {
		t.Errorf("read %q, %v", data, err)
	}
	for path, says := range map[string]string{path: "larger than", dir: "it is a folder"} {
		if _, err := Read(path, 4); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := Read(filepath.Join(dir, "none"), 4); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// A file that others may write is not even opened. One that does not exist is reported as
// such, not as untrusted.
func TestReadTrusted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shared")
	if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chmod(path, 0o666)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm() == 0o666 && os.PathSeparator == '/' {
		var untrusted *trust.Error
		if _, err := ReadTrusted(path, 4); !errors.As(err, &untrusted) {
			t.Errorf("a file that others may write: %v", err)
		}
	}
	if _, err := ReadTrusted(path+"-none", 4); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
