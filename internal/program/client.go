package program

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// patience is how long a client may take for one command.
const patience = time.Minute

// Client is another program that stores secrets: kubectl, gh, az or docker. It signs in
// with its own settings. A secret is passed to it only on its standard input or in its
// environment, and no error repeats its output.
type Client struct {
	Name    string
	Environ []string
	// Limit is the maximum size of its output, in bytes. 0 means one MiB.
	Limit int
}

// Ask runs the client and returns its output without a byte order mark. For errors see
// Give.
func (c Client) Ask(ctx context.Context, args ...string) ([]byte, error) {
	out, _, err := c.Give(ctx, "", nil, args...)
	return out, err
}

// Give runs the client with a text on its standard input, and with more variables in its
// environment. taken means that it read the whole text. The error is a msg.Worded, except
// context.Canceled.
func (c Client) Give(ctx context.Context, text string, more []string, args ...string) (out []byte, taken bool, err error) {
	asker := ctx
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	p := Program{Argv: append([]string{c.Name}, args...), Environ: append(append([]string{}, c.Environ...), more...), Limit: c.Limit}
	out, taken, err = p.Give(ctx, text)
	switch {
	case err == nil:
		return bytes.TrimPrefix(out, []byte("\ufeff")), taken, nil
	case errors.Is(err, ErrTooMuch):
		err = msg.Error(msg.New("%s printed too much", c.Name))
	case errors.Is(asker.Err(), context.Canceled):
		err = asker.Err()
	case ctx.Err() != nil:
		err = msg.Error(msg.New("%s did not answer in time", c.Name))
	case errors.Is(err, exec.ErrNotFound):
		err = msg.Error(msg.New("the program %s is not installed, or not in the PATH", c.Name))
	case Reason(err).IsZero():
		err = msg.Error(msg.New("%s could not be run", c.Name))
	default:
		err = msg.Error(msg.New("%s: %s", c.Name, Reason(err)))
	}
	return nil, taken, err
}
