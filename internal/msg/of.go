package msg

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// Worded is implemented by errors, and other values, that have a message in every
// language. Text is a clause in lower case without a full stop.
type Worded interface{ Text() Text }

// Error returns an error with a translated message. The causes can be found with
// errors.Is and errors.As, and are not printed.
func Error(t Text, causes ...error) error { return &sentence{t, causes} }

type sentence struct {
	text   Text
	causes []error
}

func (s *sentence) Error() string { return s.text.String() }

func (s *sentence) Text() Text { return s.text }

func (s *sentence) Unwrap() []error { return s.causes }

// Of returns the message of an error: from the first error in its chain that implements
// Worded, or for a known kind of error. Any other error keeps its English message.
func Of(err error) Text {
	var worded Worded
	var path *fs.PathError
	switch {
	case err == nil:
		return Text{}
	case errors.As(err, &worded):
		return worded.Text()
	case errors.Is(err, context.Canceled):
		return New("interrupted")
	case errors.Is(err, context.DeadlineExceeded):
		return New("the time limit was reached")
	case errors.As(err, &path):
		return New("%s: %s", path.Path, OfSystem(err))
	}
	return OfSystem(err)
}

// OfSystem returns the message of an error of the operating system, without the name of
// the file.
func OfSystem(err error) Text {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return New("there is no such file or folder")
	case errors.Is(err, fs.ErrPermission):
		return New("access was denied")
	case errors.Is(err, fs.ErrExist):
		return New("it already exists")
	case errors.Is(err, syscall.EISDIR):
		return New("it is a folder, not a file")
	case errors.Is(err, syscall.ENOSPC):
		return New("the disk is full")
	case errors.As(err, &path):
		return Literal(path.Err.Error())
	case errors.As(err, &link):
		return Literal(link.Err.Error())
	}
	return Literal(err.Error())
}
