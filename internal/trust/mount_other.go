//go:build !windows && !linux

package trust

// readOnly and unmapped are only needed for containers on Linux.
func readOnly(string) bool { return false }
func unmapped(int) bool    { return false }
