//go:build !windows

package safefile

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/google/renameio/v2"

	"github.com/spcheck/spcheck/internal/msg"
)

const (
	ownerOnly   fs.FileMode = 0o600
	permissions             = fs.ModePerm
)

// owned accepts the user's own files, and of root any: the replacement gets the
// owner of what it replaces.
func owned(_ string, info fs.FileInfo) (bool, error) {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && (int(st.Uid) == os.Geteuid() || os.Geteuid() == 0), nil
}

// keepable refuses a file whose group the replacement could not be given, and one
// that has a second name, which would keep the old content.
func keepable(info fs.FileInfo) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	if ok && st.Nlink > 1 {
		return msg.Error(msg.New("it has another name (a hard link), under which the old content would remain"))
	}
	if !ok || os.Geteuid() == 0 || int(st.Gid) == os.Getegid() {
		return nil
	}
	groups, err := os.Getgroups()
	if err == nil && slices.Contains(groups, int(st.Gid)) {
		return nil
	}
	return msg.Error(msg.New("it belongs to a group that this user is not a member of, so the new file would lose that group"))
}

// restrict has nothing to do: the file was made with its permissions.
func restrict(string) error { return nil }

// replace writes path in the likeness of what lies at like.
func replace(path, like string, before fs.FileInfo, data []byte) error {
	dir := filepath.Dir(path)
	mode := ownerOnly
	if before != nil {
		mode = before.Mode() & permissions
	}
	// The library's own folder for temporary files may be one that others enter.
	f, err := renameio.NewPendingFile(path, renameio.WithTempDir(dir), renameio.WithPermissions(ownerOnly))
	if err != nil {
		return err
	}
	defer func() { _ = f.Cleanup() }()
	if uid, gid := ownersOf(dir, before); uid >= 0 || gid >= 0 {
		if err := f.Chown(uid, gid); err != nil {
			return err
		}
	}
	if err := f.Chmod(mode); err != nil {
		return err
	}
	if before != nil {
		if err := keepLabels(like, f.File); err != nil {
			return err
		}
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.CloseAtomicallyReplace(); err != nil {
		return err
	}
	return syncFolder(dir)
}

// ownersOf says whom a new file is to be given to, -1 where it is to stay as it is
// made: to the owner and group of what it replaces, and what root makes again in an
// account's own folder, to that account.
func ownersOf(dir string, before fs.FileInfo) (uid, gid int) {
	root := os.Geteuid() == 0
	if before == nil {
		info, err := os.Stat(dir)
		if err != nil || !root {
			return -1, -1
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid != 0 {
			return int(st.Uid), int(st.Gid)
		}
		return -1, -1
	}
	st, ok := before.Sys().(*syscall.Stat_t)
	if !ok {
		return -1, -1
	}
	uid, gid = -1, -1
	if root {
		uid = int(st.Uid)
	}
	if root || int(st.Gid) != os.Getegid() {
		gid = int(st.Gid)
	}
	return uid, gid
}

// syncFolder makes the new name last through a power failure. Some file systems
// cannot do that for folders, which is no reason to fail.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	_ = d.Sync()
	return d.Close()
}

// give hands what root makes in an account's own folder to that account.
func give(f *os.File, dir string) error {
	if uid, gid := ownersOf(dir, nil); uid >= 0 || gid >= 0 {
		return f.Chown(uid, gid)
	}
	return nil
}

func moveOver(name, path string) error { return os.Rename(name, path) }
