//go:build !windows

package trust

import (
	"io/fs"
	"os"
	"strconv"
	"syscall"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
)

const (
	groupWrite  fs.FileMode = 0o020
	othersWrite fs.FileMode = 0o002
)

// writable says who else may change a file or, in a folder, replace one; zero
// where nobody may.
func writable(path string, folder bool) (reason, cure msg.Text) {
	info, err := os.Lstat(path)
	if err != nil {
		return msg.New("its owner cannot be read"), msg.New("check that the file exists and that you may read it")
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok:
		return msg.Text{}, msg.Text{}
	case stat.Uid != 0 && int(stat.Uid) != os.Geteuid():
		return msg.New("it is owned by another user (ID %d)", int(stat.Uid)), msg.New("if you trust its content, make it yours: %s", commandline.Words{"sudo", "chown", strconv.Itoa(os.Geteuid()), path})
	case folder && info.Mode()&fs.ModeSticky != 0:
		return msg.Text{}, msg.Text{} // only a file's owner can replace it there
	case info.Mode()&othersWrite != 0:
		return msg.New("every user of this machine may change it (mode %s)", info.Mode().Perm().String()), msg.New("remove that permission: %s", commandline.Words{"chmod", "go-w", path})
	case info.Mode()&groupWrite != 0 && !ownGroup(int(stat.Gid)):
		return msg.New("its group may change it (mode %s)", info.Mode().Perm().String()), msg.New("remove that permission: %s", commandline.Words{"chmod", "go-w", path})
	case namedWriter(path):
		return msg.New("its access list lets another user or group change it"), msg.New("remove that permission: %s", commandline.Words{"setfacl", "-b", path})
	}
	return msg.Text{}, msg.Text{}
}

// ownGroup reports whether a group is the user's private one, which many systems
// make for each user under the user's own number and let write by default, or that
// of the administrators.
func ownGroup(gid int) bool { return gid == 0 || gid == os.Getegid() && gid == os.Geteuid() }
