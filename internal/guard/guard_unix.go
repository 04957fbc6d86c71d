//go:build unix

package guard

import "golang.org/x/sys/unix"

// noCoreDumps sets the limit of core files to zero. Programs that spcheck starts
// inherit it, and may raise it again: they are the user's own.
func noCoreDumps() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) == nil {
		limit.Cur = 0
		_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit)
	}
	notDumpable()
}
