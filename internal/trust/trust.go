// Package trust tells whether a file says what its user wants: whether nobody else
// can have written it. What it decides is asked before a file may start commands,
// name hosts or say where values go, as ssh asks it of its own files.
package trust

import (
	"path/filepath"

	"github.com/spcheck/spcheck/internal/msg"
)

// Error is a file that somebody else may have written.
type Error struct {
	Path   string
	Reason msg.Text
	// Cure is what to type about it.
	Cure msg.Text
}

func (e *Error) Error() string { return e.Text().String() }

// Text says which file, and who may change it.
func (e *Error) Text() msg.Text { return msg.New("%s is not trusted: %s", e.Path, e.Reason) }

// File returns an *Error where a user other than this one and the administrators
// owns the file or may change it, or may replace it in its folder. Links are
// followed. A file that cannot be examined is not trusted.
func File(path string) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return unread(path)
	}
	if err := check(real, false); err != nil {
		return err
	}
	return check(filepath.Dir(real), true)
}

// Folder returns an *Error where another user owns a folder that this user's files
// are kept in, or may replace a file there.
func Folder(path string) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return unread(path)
	}
	return check(real, true)
}

func check(path string, folder bool) error {
	if reason, cure := writable(path, folder); !reason.IsZero() {
		return &Error{Path: path, Reason: reason, Cure: cure}
	}
	return nil
}

func unread(path string) error {
	return &Error{Path: path, Reason: msg.New("its owner cannot be read"), Cure: msg.New("check that the file exists and that you may read it")}
}
