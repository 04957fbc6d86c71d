//go:build unix

package guard

import "golang.org/x/sys/unix"

// Harden sets the size limit of core files to zero, and on Linux makes the process not
// dumpable. Programs that spcheck starts inherit the limit and may raise it again.
func Harden() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) == nil {
		limit.Cur = 0
		_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit)
	}
	notDumpable()
}
