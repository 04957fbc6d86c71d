package safefile

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// refused checks that Check agrees with Replace: what it accepts can be replaced. What it
// refuses is named, and left as it is.
func refused(t *testing.T, path, why string) {
	t.Helper()
	err := Check(path, 100)
	if err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("the check says %v; replacing it says %v", err, Replace(path, []byte("new")))
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".spcheck*"))
	if len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestCheckOfAFileMountedByItself(t *testing.T) {
	dir := t.TempDir()
	path, other := write(t, filepath.Join(dir, "secret"), "old"), write(t, filepath.Join(dir, "other"), "theirs")
	if err := unix.Mount(other, path, "", unix.MS_BIND, ""); err != nil {
		t.Skip("nothing can be mounted here: ", err)
	}
	defer func() { _ = unix.Unmount(path, 0) }()
	refused(t, path, "mounted individually")
}

func TestCheckOfAnImmutableFile(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "secret"), "old")
	if out, err := exec.Command("chattr", "+i", path).CombinedOutput(); err != nil {
		t.Skipf("no file can be made immutable here: %v %s", err, out)
	}
	defer func() { _ = exec.Command("chattr", "-i", path).Run() }()
	refused(t, path, "immutable or append-only")
}

// A hard link would keep the old secret under its other name.
func TestCheckOfAHardLink(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "secret"), "old")
	if err := os.Link(path, filepath.Join(dir, "read by the product")); err != nil {
		t.Skip(err)
	}
	refused(t, path, "hard link")
}

func TestRootKeepsTheServiceAccountsFile(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can write for other accounts")
	}
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "secret"), "old")
	if err := os.Chown(path, 65534, 65533); err != nil {
		t.Skip(err)
	}
	if err := os.Chmod(path, 0o440); err != nil {
		t.Fatal(err)
	}
	if err := Check(path, 10); err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	belongsTo(t, path, 65534, 65533, 0o440)

	own := filepath.Join(dir, "of the service")
	if err := os.Mkdir(own, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(own, 65534, 65533); err != nil {
		t.Fatal(err)
	}
	if err := Replace(filepath.Join(own, "secret"), []byte("new")); err != nil {
		t.Fatal(err)
	}
	belongsTo(t, filepath.Join(own, "secret"), 65534, 65533, 0o600)
}

func belongsTo(t *testing.T, path string, uid, gid uint32, mode os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if st := info.Sys().(*syscall.Stat_t); st.Uid != uid || st.Gid != gid || info.Mode().Perm() != mode {
		t.Errorf("%s belongs to %d:%d, %v", path, st.Uid, st.Gid, info.Mode())
	}
}
