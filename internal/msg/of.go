package msg

import (
	"context"
	"errors"
	"io/fs"
	"os"
)

// Worded is what people may be told of in their language: above all an error
// whose message they see. Text is a clause in lower case without a full stop.
type Worded interface{ Text() Text }

// Error returns an error that is a sentence. The causes are what errors.Is and
// errors.As find behind it; nothing of them is shown.
func Error(t Text, causes ...error) error { return &sentence{t, causes} }

type sentence struct {
	text   Text
	causes []error
}

func (s *sentence) Error() string { return s.text.String() }

func (s *sentence) Text() Text { return s.text }

func (s *sentence) Unwrap() []error { return s.causes }

// Of words an error: by the first in its chain that is Worded, else by what it is
// known to mean, else by its message as it is, which is English.
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
	}
	if errors.As(err, &path) {
		return New("%s: %s", path.Path, OfSystem(err))
	}
	return OfSystem(err)
}

// OfSystem words an error of the operating system without the file that it is
// about, for a sentence that names the file itself.
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
	case errors.As(err, &path):
		return Literal(path.Err.Error())
	case errors.As(err, &link):
		return Literal(link.Err.Error())
	}
	return Literal(err.Error())
}
