// Package trust tells whether a file says what its user wants: whether nobody else
// can have written it. What it decides is asked before a file may start commands,
// name hosts or say where values go, as ssh asks it of its own files.
package trust

import (
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
// owns the file or may change it, or may make its path lead to another one. Links are
// followed. A file that cannot be examined is not trusted.
//
// Ask before the file is read: what others cannot change stays as it was, while one
// that was read first may have been another.
func File(path string) error { return examine(path, file) }

// Folder returns an *Error where another user owns a folder that this user's files
// are kept in, may put files there, or may make its path lead to another one.
func Folder(path string) error { return examine(path, keeping) }

// use is what a path is asked about for.
type use int

const (
	// file is read and obeyed.
	file use = iota
	// keeping is a folder that must hold this user's files alone.
	keeping
	// above is a folder on the way to one of them.
	above
)

func check(path string, u use) error {
	if reason, cure := writable(path, u); !reason.IsZero() {
		return &Error{Path: path, Reason: reason, Cure: cure}
	}
	return nil
}

func unread(path string) error {
	return &Error{Path: path, Reason: msg.New("its owner cannot be read"), Cure: msg.New("check that the file exists and that you may read it")}
}
