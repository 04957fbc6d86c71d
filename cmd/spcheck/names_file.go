package main

import (
	"os"
	"path/filepath"
	"strings"

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
