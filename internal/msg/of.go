package msg

import (
	"context"
	"errors"
)

// Worded is what people may be told of in their language: above all an error
// whose message they see. Text is a clause in lower case without a full stop.
type Worded interface{ Text() Text }

// Error returns an error that is nothing but a sentence.
func Error(t Text) error { return sentence{t} }

type sentence struct{ text Text }

func (s sentence) Error() string { return s.text.String() }

func (s sentence) Text() Text { return s.text }

// Of words an error: by the first in its chain that is Worded, else by its message
// as it is, which is English.
func Of(err error) Text {
	var worded Worded
	switch {
	case err == nil:
		return Text{}
	case errors.As(err, &worded):
		return worded.Text()
	case errors.Is(err, context.Canceled):
		return New("interrupted")
	case errors.Is(err, context.DeadlineExceeded):
		return New("the deadline passed")
	}
	return Literal(err.Error())
}
