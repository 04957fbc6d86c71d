// Package trust checks that no other user can have written a file. It is called before the
// content of a file may start commands, name hosts or decide where values are stored. ssh
// checks its own files in the same way.
package trust

import "github.com/spcheck/spcheck/internal/msg"

// Error reports a file that another user may have written.
type Error struct {
	Path   string
	Reason msg.Text
	// Cure says what to do about it.
	Cure msg.Text
}

func (e *Error) Error() string { return e.Text().String() }

// Text says which file it is, and who may change it.
func (e *Error) Text() msg.Text { return msg.New("%s is not trusted: %s", e.Path, e.Reason) }

// File returns an *Error if a user other than this one and the administrators owns the file,
// may change it, or may make its path lead to a different file. It follows links. A file
// that cannot be checked is not trusted.
//
// Call it before reading the file. If others cannot change the file now, they cannot do so
// later. The other way round, they could have replaced it in between.
func File(path string) error { return examine(path, file) }

// Folder returns an *Error if another user owns a folder, may put files in it, or may make
// its path lead to a different folder.
func Folder(path string) error { return examine(path, keeping) }

// use says what a path is checked for.
type use int

const (
	// file is a file whose content is obeyed.
	file use = iota
	// keeping is a folder that must contain only this user's files.
	keeping
	// above is a folder on the path to one of these.
	above
)

func check(path string, u use) error {
	if reason, cure := writable(path, u); !reason.IsZero() {
		return &Error{Path: path, Reason: reason, Cure: cure}
	}
	return nil
}

func unread(path string) error {
	return &Error{Path: path, Reason: msg.New("its owner cannot be read"), Cure: readable}
}

var readable = msg.New("check that the file exists and that you may read it")
