package target

import (
	"bytes"
	"context"
	"errors"
	"os/exec"

	"github.com/spcheck/spcheck/internal/msg"
)

// client is another program that keeps secrets: kubectl, gh, az, docker. It signs
// in by its own settings. The value goes to its standard input only, what it
// prints is bounded, and none of that is repeated.
type client struct {
	name    string
	environ []string
}

// ask runs the program and returns what it printed.
func (c client) ask(ctx context.Context, args ...string) ([]byte, error) {
	out, _, err := c.give(ctx, "", nil, args...)
	return out, err
}

// give runs the program with a text on its standard input, and with further
// variables in its environment. taken says that it read all of the text.
func (c client) give(ctx context.Context, text string, more []string, args ...string) (out []byte, taken bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	printed := &bounded{stop: cancel}
	p := &program{argv: append([]string{c.name}, args...), environ: append(append([]string{}, c.environ...), more...), out: printed}
	taken, err = p.feed(ctx, text)
	switch {
	case printed.ended:
		return nil, taken, &Error{Reason: msg.New("%s printed too much", c.name)}
	case err == nil:
		return bytes.TrimPrefix(printed.kept.Bytes(), []byte("\ufeff")), taken, nil
	case ctx.Err() != nil:
		return nil, taken, &Error{Reason: msg.New("%s did not answer in time", c.name)}
	case errors.Is(err, exec.ErrNotFound):
		return nil, taken, &Error{Reason: msg.New("the program %s is not installed, or not in the PATH", c.name)}
	}
	return nil, taken, &Error{Reason: msg.New("%s: %s", c.name, commandReason(err))}
}
