//go:build !windows

package trust

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxLinks is how many links may lead on, as the kernel has it.
const maxLinks = 40

// examine asks about everything that decides what a path leads to, from the root down:
// each folder, each link on the way, and what is at the end.
func examine(path string, u use) error {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return unread(path)
	}
	at, rest, links := "/", split(absolute), 0
	if err := check(at, above); err != nil {
		return err
	}
	for len(rest) > 0 {
		name := rest[0]
		rest = rest[1:]
		if name == ".." { // of a link's target; at is free of links
			at = filepath.Dir(at)
			continue
		}
		next := filepath.Join(at, name)
		info, err := os.Lstat(next)
		switch {
		case err != nil:
			return unread(path)
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := follow(next, &links)
			if err != nil {
				return err
			}
			if filepath.IsAbs(target) {
				at = "/"
			}
			rest = append(split(target), rest...)
			continue
		case len(rest) > 0:
			err = check(next, above)
		default:
			err = check(next, u)
		}
		if err != nil {
			return err
		}
		at = next
	}
	return nil
}

// follow reads a link that nobody else has made.
func follow(path string, links *int) (string, error) {
	if *links++; *links > maxLinks {
		return "", unread(path)
	}
	if err := check(path, above); err != nil {
		return "", err
	}
	target, err := os.Readlink(path)
	if err != nil || target == "" {
		return "", unread(path)
	}
	return target, nil
}

// split are the names of a path that lead somewhere.
func split(path string) []string {
	var names []string
	for name := range strings.SplitSeq(path, "/") {
		if name != "" && name != "." {
			names = append(names, name)
		}
	}
	return names
}
