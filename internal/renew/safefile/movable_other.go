//go:build !windows && !linux

package safefile

// movable has nothing to check: these systems only tell when the file is moved.
func movable(string, string, bool) error { return nil }
