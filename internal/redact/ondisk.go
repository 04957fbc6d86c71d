package redact

import (
	"os"
	"path/filepath"
	"strings"
)

const (
	// longestPath is that of Linux, in bytes.
	longestPath = 4096
	// mostStarts bounds at how many places of a line a path is thought to begin.
	mostStarts = 32
)

// onDisk reports whether the word at those places of a line belongs to the name of a
// file or folder that is there: PATH, --to=file:PATH, 'PATH'.
func onDisk(line string, from, to int) bool {
	if len(line) > longestPath {
		return false
	}
	ends := []int{to}
	for i, r := range line[to:] {
		if i > 0 && strings.ContainsRune("/\\#\r\n", r) {
			ends = append(ends, to+i)
			break
		}
	}
	if rest := strings.TrimRight(line, "\r\n"); len(rest) > to {
		ends = append(ends, len(rest))
	}
	for start, left := from, mostStarts; start >= 0 && left > 0; start, left = before(line, start), left-1 {
		for _, end := range ends {
			if isThere(line[start:end]) {
				return true
			}
		}
	}
	return isThere(line[:to])
}

// before is the nearest place in front of another at which a path may begin: after
// what is between words, unless it is between the folders of a path. It is negative
// where there is none.
func before(line string, start int) int {
	for i := start - 1; i >= 0; i-- {
		if i == 0 || separates(rune(line[i-1])) && line[i-1] != '/' && line[i-1] != '\\' {
			return i
		}
	}
	return -1
}

// isThere looks for a file or folder on this machine. Paths of other machines are not
// looked at: Windows would sign in to a machine that a pasted text names.
func isThere(path string) bool {
	if len(filepath.VolumeName(path)) > len("C:") || strings.HasPrefix(path, `\\`) || strings.HasPrefix(path, "//") {
		return false
	}
	_, err := os.Lstat(path)
	return err == nil
}
