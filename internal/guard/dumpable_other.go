//go:build unix && !linux

package guard

// notDumpable has no counterpart here.
func notDumpable() {}
