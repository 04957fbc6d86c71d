//go:build !windows

package main

// movesCursor reports whether a terminal supports the sequences that move its cursor.
func movesCursor(uintptr) bool { return true }
