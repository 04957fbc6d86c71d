package safefile

import (
	"golang.org/x/sys/unix"

	"github.com/spcheck/spcheck/internal/msg"
)

// movable reports why a file cannot be replaced although its folder accepts new files
// (statx(2)). The file may be a mount point itself, as in containers, or it or its folder
// may be immutable. Old kernels do not tell, which counts as no.
func movable(path, dir string, there bool) error {
	if there {
		switch has := attributes(path); {
		case has&unix.STATX_ATTR_MOUNT_ROOT != 0:
			return msg.Error(msg.New("it is mounted individually, so it cannot be replaced; mount its folder instead"))
		case has&(unix.STATX_ATTR_IMMUTABLE|unix.STATX_ATTR_APPEND) != 0:
			return msg.Error(msg.New("it is marked as immutable or append-only (chattr); remove the attribute with: chattr -i -a"))
		}
	}
	if attributes(dir)&(unix.STATX_ATTR_IMMUTABLE|unix.STATX_ATTR_APPEND) != 0 {
		return msg.Error(msg.New("the folder %s is marked as immutable or append-only (chattr)", dir))
	}
	return nil
}

func attributes(path string) uint64 {
	var s unix.Statx_t
	if unix.Statx(unix.AT_FDCWD, path, unix.AT_SYMLINK_NOFOLLOW, unix.STATX_BASIC_STATS, &s) != nil {
		return 0
	}
	return s.Attributes & s.Attributes_mask
}
