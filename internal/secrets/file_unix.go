//go:build !windows

package secrets

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spcheck/spcheck/internal/msg"
)

const (
	othersRead   fs.FileMode = 0o004
	othersWrite  fs.FileMode = 0o002
	othersSearch fs.FileMode = 0o001
)

// exposure warns if users other than the owner and the group can read or change the
// file. Group access is fine, because it is a deliberate way to share with a service.
func exposure(path string) msg.Text {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return msg.Text{}
	}
	info, err := os.Stat(real)
	if err != nil || info.Mode()&(othersRead|othersWrite) == 0 || shielded(real) {
		return msg.Text{}
	}
	if info.Mode()&othersWrite != 0 {
		return msg.New("every user of this machine can change the file (mode %s)", info.Mode().Perm().String())
	}
	return msg.New("every user of this machine can read the file (mode %s)", info.Mode().Perm().String())
}

// shielded reports whether a folder above the file keeps other users out.
func shielded(path string) bool {
	path, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && info.Mode()&othersSearch == 0 {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}
