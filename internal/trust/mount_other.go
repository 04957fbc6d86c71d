//go:build !windows && !linux

package trust

// readOnly and unmapped are asked on Linux alone, whose containers need them.
func readOnly(string) bool { return false }

func unmapped(int) bool { return false }
