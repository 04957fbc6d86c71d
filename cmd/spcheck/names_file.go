package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
)

// namesFile reports whether a text is a path and not an error: an absolute path without
// spaces, or a file that exists.
func namesFile(text string) bool {
	if strings.Contains(text, "AADSTS") {
		return false
	}
	return isFile(text) || filepath.IsAbs(text) && !strings.ContainsAny(text, " \t\r\n")
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// open opens a file that the command line names. It refuses a folder, which systems notice
// only on reading it.
func (a *app) open(path string) (*os.File, error) {
	f, err := os.Open(a.bareFile(path))
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errors.Join(&os.PathError{Op: "open", Path: path, Err: syscall.EISDIR}, f.Close())
	}
	return f, nil
}

// notAText says that a path stands in place of an error.
func notAText(place string) msg.Text {
	return msg.New("%s takes the text of an error, but this is the path of a file", place)
}

// fileToExplain is the error for a path in place of the text to explain. It repeats the
// path of a file that exists; anything else that begins with a slash may be a secret.
func fileToExplain(path string) error {
	if !isFile(path) {
		path = "PATH"
	}
	return fail.Usage(notAText("explain"), msg.New("did you mean: %s", commandline.Words{"spcheck", "explain", "--file", path}))
}
