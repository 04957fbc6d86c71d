//go:build !windows

package safefile

import (
	"errors"
	"fmt"
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

// owned reports whether a file belongs to the user. Root may replace all files, since the
// new one gets the owner of the old one.
func owned(_ string, info fs.FileInfo) (bool, error) {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && (int(st.Uid) == os.Geteuid() || os.Geteuid() == 0), nil
}

// keepable refuses a file with a second name, under which the old content would remain, and
// a file whose group the new one could not get.
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

// likeness returns what a new file takes over from the file at path.
func likeness(path string, info fs.FileInfo) (string, error) {
	labels, err := labelsOf(path)
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		labels = fmt.Sprintf("%d:%d:%o %s", st.Uid, st.Gid, info.Mode(), labels)
	}
	return labels, err
}

// restrict does nothing: the file was created with its permissions.
func restrict(string) error { return nil }

// replace writes path with the owner, permissions and labels of the file at like, which
// before describes.
func replace(path, like string, before fs.FileInfo, data []byte) error {
	dir := filepath.Dir(path)
	mode := ownerOnly
	if before != nil {
		mode = before.Mode() & permissions
	}
	// The library's default folder for temporary files may be readable for others.
	f, err := renameio.NewPendingFile(path, renameio.WithTempDir(dir), renameio.WithPermissions(ownerOnly))
	if err != nil {
		return err
	}
	defer func() { _ = f.Cleanup() }()
	if err := errors.Join(chown(f.File, dir, before), f.Chmod(mode)); err != nil {
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

// ownersOf returns the owner and group of a new file: those of the file that it replaces,
// or those of the folder if root creates it in the folder of another account. -1 means no
// change.
func ownersOf(dir string, before fs.FileInfo) (uid, gid int) {
	root, created := os.Geteuid() == 0, before == nil
	if created {
		before, _ = os.Stat(dir)
	}
	if before == nil {
		return -1, -1
	}
	st, ok := before.Sys().(*syscall.Stat_t)
	switch {
	case !ok, created && (!root || st.Uid == 0):
		return -1, -1
	case root:
		return int(st.Uid), int(st.Gid)
	case int(st.Gid) != os.Getegid():
		return -1, int(st.Gid)
	}
	return -1, -1
}

// syncFolder writes the new name to disk. Some file systems cannot do that for folders,
// which is not an error.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	_ = d.Sync()
	return d.Close()
}

func chown(f *os.File, dir string, before fs.FileInfo) error {
	if uid, gid := ownersOf(dir, before); uid >= 0 || gid >= 0 {
		return f.Chown(uid, gid)
	}
	return nil
}

// give makes the owner of the folder the owner of a file that root creates there.
func give(f *os.File, dir string) error { return chown(f, dir, nil) }

func moveOver(name, path string) error { return os.Rename(name, path) }
