package gather

import (
	"errors"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
)

// failed is a read that failed, worded, with the cause that it stands for.
type failed struct {
	text  msg.Text
	cause causes.ID
}

func (f failed) Error() string    { return f.text.String() }
func (f failed) Text() msg.Text   { return f.text }
func (f failed) Cause() causes.ID { return f.cause }

func failure(err error) error {
	f := failed{text: Reason(err)}
	var caused interface{ Cause() causes.ID }
	if errors.As(err, &caused) {
		f.cause = caused.Cause()
	}
	return f
}
