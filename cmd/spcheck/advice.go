package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
)

// advised turns an error into one with a hint, so that nobody is left without anything to
// type: if it has none of its own, it says how to choose another folder for temporary
// files, or where the command's flags are explained.
func advised(cmd *cobra.Command, err error) *fail.Error {
	e := fail.From(err)
	var path *fs.PathError
	switch {
	case len(e.Hints) > 0:
	case errors.As(err, &path) && isTemporary(path.Path):
		e = e.Hint(msg.New("spcheck needs a folder for temporary files; set the environment variable %s to one that you can write to", temporaryVariable()))
	case e.Code == fail.CodeUsage:
		e = e.Hint(seeFlags(cmd))
	}
	return e
}

// isTemporary reports whether a path is the folder for temporary files, or in it.
func isTemporary(path string) bool {
	rest, err := filepath.Rel(os.TempDir(), path)
	return err == nil && rest != ".." && !strings.HasPrefix(rest, ".."+string(filepath.Separator))
}

// temporaryVariable is the environment variable that names the folder for temporary files.
func temporaryVariable() string {
	if runtime.GOOS == "windows" {
		return "TMP"
	}
	return "TMPDIR"
}
