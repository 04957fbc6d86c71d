//go:build !windows

package trust

import (
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"syscall"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
)

const (
	groupWrite  fs.FileMode = 0o020
	othersWrite fs.FileMode = 0o002
)

// writable says who else may change a file or, in a folder, replace one. The reason is zero
// if nobody else may.
func writable(path string, u use) (reason, cure msg.Text) {
	info, err := os.Lstat(path)
	if err != nil {
		return msg.New("its owner cannot be read"), readable
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return msg.Text{}, msg.Text{}
	}
	if reason, cure := owned(path, int(stat.Uid), u); !reason.IsZero() {
		return reason, cure
	}
	switch {
	case info.Mode()&fs.ModeSymlink != 0: // the mode of a link has no meaning
	case u == above && (info.Mode()&fs.ModeSticky != 0 || readOnly(path)): // only a file's owner can replace it there, or nobody
	case info.Mode()&othersWrite != 0:
		return msg.New("every user of this machine can change it (mode %s)", info.Mode().Perm().String()), closed(path, u, "chmod", "go-w")
	case info.Mode()&groupWrite != 0 && !ownGroup(int(stat.Gid)):
		return msg.New("its group can change it (mode %s)", info.Mode().Perm().String()), closed(path, u, "chmod", "go-w")
	case namedWriter(path):
		return msg.New("its access list lets another user or group change it"), closed(path, u, "setfacl", "-b")
	}
	return msg.Text{}, msg.Text{}
}

// owned reports a path that another user owns.
func owned(path string, uid int, u use) (reason, cure msg.Text) {
	switch {
	case uid == 0 || uid == os.Geteuid() || u == above && unmapped(uid):
		return msg.Text{}, msg.Text{}
	case u == above:
		return msg.New("it is owned by another user (ID %d)", uid), msg.New("use a folder that only you can write to, such as one in your home folder")
	}
	return msg.New("it is owned by another user (ID %d)", uid), msg.New("if you trust its content, take ownership of it: %s", commandline.Words{"sudo", "chown", strconv.Itoa(os.Geteuid()), path})
}

// closed says how to remove the permission of others to write. Others may need that
// permission for a folder, so there it also suggests another folder.
func closed(path string, u use, command ...string) msg.Text {
	words := append(commandline.Words(command), path)
	if u == file {
		return msg.New("remove that permission: %s", words)
	}
	return msg.New("use a folder that only you can write to, such as one in your home folder, or remove that permission: %s", words)
}

// ownGroup reports whether a group is the user's private group or that of the
// administrators, on macOS also admin. Many systems create a private group for each user,
// with the user's ID, and let it write by default.
func ownGroup(gid int) bool {
	const macAdmin = 80
	return gid == 0 || gid == os.Getegid() && gid == os.Geteuid() || runtime.GOOS == "darwin" && gid == macAdmin
}
