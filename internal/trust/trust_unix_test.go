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

// Whoever may replace a folder further up decides what a path leads to.
func TestFoldersThatOthersMayWriteOnTheWay(t *testing.T) {
	for _, c := range []struct {
		above  fs.FileMode
		file   bool
		folder bool
	}{{0o755, true, true}, {0o777, false, false}, {0o777 | fs.ModeSticky, true, true}} {
		above := filepath.Join(t.TempDir(), "above")
		folder := filepath.Join(above, "own")
		path := filepath.Join(folder, "config.yaml")
		if err := errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(path, nil, 0o600), os.Chmod(above, c.above)); err != nil {
			t.Fatal(err)
		}
		if err := File(path); (err == nil) != c.file {
			t.Errorf("a file below a folder %v: %v", c.above, err)
		}
		if err := Folder(folder); (err == nil) != c.folder {
			t.Errorf("a folder below a folder %v: %v", c.above, err)
		}
	}
}

// Nobody can replace what is another's in a sticky folder, but everybody can leave
// things there.
func TestAFolderThatAllMayWriteKeepsNothing(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777|fs.ModeSticky); err != nil {
		t.Fatal(err)
	}
	if Folder(dir) == nil {
		t.Error("a folder that every user may put files in is trusted")
	}
}

func TestLinks(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.yaml")
	err := errors.Join(os.WriteFile(path, nil, 0o600), os.Mkdir(filepath.Join(dir, "sub"), 0o700),
		os.Symlink("../config.yaml", filepath.Join(dir, "sub", "up")), os.Symlink("round", filepath.Join(dir, "round")), os.Symlink(dir, filepath.Join(dir, "sub", "whole")))
	if err != nil {
		t.Fatal(err)
	}
	for name, trusted := range map[string]bool{"sub/up": true, "sub/whole/config.yaml": true, "round": false} {
		if err := File(filepath.Join(dir, name)); (err == nil) != trusted {
			t.Errorf("%s: %v", name, err)
		}
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can give links away")
	}
	link := filepath.Join(dir, "theirs")
	if err := errors.Join(os.Symlink(path, link), os.Lchown(link, 65534, 65534)); err != nil {
		t.Skipf("links cannot be given away here: %v", err)
	}
	if File(link) == nil {
		t.Error("another user's link is trusted")
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
