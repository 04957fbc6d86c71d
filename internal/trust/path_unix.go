//go:build !windows

package trust

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxLinks is how many links are followed, as in the kernel.
const maxLinks = 40

// examine checks everything that decides where a path leads, from the root down: each
// folder, each link, and the file or folder at the end.
func examine(path string, u use) error {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return unread(path)
	}
	at, rest, links := "/", names(absolute), 0
	if err := check(at, above); err != nil {
		return err
	}
	for len(rest) > 0 {
		next := filepath.Join(at, rest[0]) // at has no links, so ".." in a link's target is right
		rest = rest[1:]
		info, err := os.Lstat(next)
		if err != nil {
			return unread(path)
		}
		link := info.Mode()&fs.ModeSymlink != 0
		if link || len(rest) > 0 {
			err = check(next, above)
		} else {
			err = check(next, u)
		}
		if err != nil {
			return err
		}
		if !link {
			at = next
			continue
		}
		target, err := os.Readlink(next)
		if links++; err != nil || target == "" || links > maxLinks {
			return unread(path)
		}
		if filepath.IsAbs(target) {
			at = "/"
		}
		rest = append(names(target), rest...)
	}
	return nil
}

// names splits a path.
func names(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(name string) bool { return name == "" || name == "." })
}
