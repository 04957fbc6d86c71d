package redact

import (
	"os"
	"path/filepath"
	"strings"
)

const (
	// longestPath is the limit of Linux, in bytes.
	longestPath = 4096
	// mostStarts bounds how many places before a word are tried as the beginning of its
	// path. With up to three ends for each, a word costs at most 27 look-ups.
	mostStarts = 8
)

// onDisk reports whether line[from:to] is part of the name of an existing file or folder,
// as in PATH, --to=file:PATH or 'PATH'. It tries the beginning of the line, and the nearest
// places where a path may begin.
func onDisk(line string, from, to int) bool {
	if len(line) > longestPath {
		return false
	}
	ends := []int{to}
	if n := strings.IndexAny(line[to:], "/\\#\r\n"); n > 0 {
		ends = append(ends, to+n)
	}
	if whole := len(strings.TrimRight(line, "\r\n")); whole > to {
		ends = append(ends, whole)
	}
	starts := []int{0}
	for at := from; at > 0 && len(starts) <= mostStarts; at-- {
		// A path contains the separators of its folders.
		if separates(rune(line[at-1])) && line[at-1] != '/' && line[at-1] != '\\' || at == from {
			starts = append(starts, at)
		}
	}
	for _, start := range starts {
		for _, end := range ends {
			if exists(line[start:end]) {
				return true
			}
		}
	}
	return false
}

// exists looks for a file or folder on this machine. It does not look up paths of other
// machines, because Windows would sign in to a machine that a pasted text names.
func exists(path string) bool {
	if len(filepath.VolumeName(path)) > len("C:") || strings.HasPrefix(path, `\\`) || strings.HasPrefix(path, "//") {
		return false
	}
	_, err := os.Lstat(path)
	return err == nil
}
