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

func owned(_ string, info fs.FileInfo) (bool, error) {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid(), nil
}

// keepable refuses a file whose group the replacement could not be given.
func keepable(info fs.FileInfo) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() == 0 || int(st.Gid) == os.Getegid() {
		return nil
	}
	groups, err := os.Getgroups()
	if err == nil && slices.Contains(groups, int(st.Gid)) {
		return nil
	}
	return &Error{Reason: msg.New("it belongs to a group that this user is no member of, so that the new file would lose it")}
}

// restrict has nothing to do: the file was made with its permissions.
func restrict(string) error { return nil }

func replace(path string, before fs.FileInfo, data []byte) error {
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
	if before != nil {
		if st, ok := before.Sys().(*syscall.Stat_t); ok && int(st.Gid) != os.Getegid() {
			if err := f.Chown(-1, int(st.Gid)); err != nil {
				return err
			}
		}
	}
	if err := f.Chmod(mode); err != nil {
		return err
	}
	if before != nil {
		if err := keepLabels(path, f.Name()); err != nil {
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
