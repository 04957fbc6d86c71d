package trust

import (
	"bufio"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// readOnly reports whether a folder is on a read-only mount. Kubernetes mounts ConfigMaps
// like that, with a mode that lets everybody write.
func readOnly(path string) bool {
	var s unix.Statfs_t
	return unix.Statfs(path, &s) == nil && s.Flags&unix.ST_RDONLY != 0
}

// unmapped reports whether an ID stands for users that are not in this user namespace
// (user_namespaces(7)). In such a sandbox the root folder itself seems to be owned by
// nobody, and its real owner is not known.
func unmapped(uid int) bool {
	ids, err := os.Open("/proc/self/uid_map")
	if err != nil {
		return false
	}
	defer ids.Close()
	for lines := bufio.NewScanner(ids); lines.Scan(); {
		var inside, outside, count int64
		if n, _ := fmt.Sscan(lines.Text(), &inside, &outside, &count); n == 3 && int64(uid) >= inside && int64(uid) < inside+count {
			return false
		}
	}
	return true
}
