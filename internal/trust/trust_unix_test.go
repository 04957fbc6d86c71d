//go:build !windows

package trust

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// fileOf makes a file in a folder, with these modes. t.TempDir lies in a folder that
// is sticky, which is as good as a private one.
func fileOf(t *testing.T, folder, file fs.FileMode) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "d")
	path := filepath.Join(dir, "config.yaml")
	for _, err := range []error{os.Mkdir(dir, 0o700), os.WriteFile(path, nil, 0o600), os.Chmod(path, file), os.Chmod(dir, folder)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestFilesThatOthersMayWriteAreNotTrusted(t *testing.T) {
	for _, c := range []struct {
		folder, file fs.FileMode
		trusted      bool
	}{
		{0o700, 0o600, true}, {0o755, 0o644, true}, {0o700, 0o666, false}, {0o777, 0o600, false},
		{0o777 | fs.ModeSticky, 0o600, true}, {0o755, 0o646, false},
	} {
		path := fileOf(t, c.folder, c.file)
		err := File(path)
		var untrusted *Error
		if (err == nil) != c.trusted || err != nil && (!errors.As(err, &untrusted) || untrusted.Cure.IsZero()) {
			t.Errorf("file %v in folder %v: %v", c.file, c.folder, err)
		}
		link := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(path, link); err != nil {
			t.Fatal(err)
		}
		if err := File(link); (err == nil) != c.trusted {
			t.Errorf("through a link, file %v in folder %v: %v", c.file, c.folder, err)
		}
	}
	if File(filepath.Join(t.TempDir(), "absent")) == nil {
		t.Error("a file that is not there is trusted")
	}
}

func TestAnotherUsersFileIsNotTrusted(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	path := fileOf(t, 0o755, 0o644)
	if err := os.Chown(path, 65534, 65534); err != nil {
		t.Skipf("files cannot be given away here: %v", err)
	}
	if File(path) == nil {
		t.Error("a file of another user is trusted")
	}
}

func TestAGroupThatOthersMayBeInIsNotTrusted(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	path := fileOf(t, 0o755, 0o664)
	if err := File(path); err != nil {
		t.Errorf("root's own group: %v", err)
	}
	if err := os.Chown(path, 0, 65534); err != nil {
		t.Skipf("files cannot be given away here: %v", err)
	}
	if err := os.Chmod(path, 0o664); err != nil {
		t.Fatal(err)
	}
	if File(path) == nil {
		t.Error("a file that a foreign group may change is trusted")
	}
}
