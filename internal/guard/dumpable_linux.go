package guard

import "golang.org/x/sys/unix"

// notDumpable prevents the core dumps that a program collects (core_pattern),
// which the limit does not, and keeps other processes of the same user from
// reading this one's memory and environment. Source: prctl(2), core(5).
func notDumpable() { _ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) }
