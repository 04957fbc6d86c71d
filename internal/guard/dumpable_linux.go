package guard

import "golang.org/x/sys/unix"

// notDumpable also prevents core dumps that are piped to a program (core_pattern), which the
// limit does not. It keeps other processes of the same user from reading this process's
// memory and environment. Source: prctl(2), core(5).
func notDumpable() { _ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) }
