package program

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// patience is how long a client may take for one of its tasks.
const patience = time.Minute

// Client is another program that keeps secrets: kubectl, gh, az, docker. It signs
// in by its own settings. A secret goes to its standard input or its environment
// only, and nothing that it prints is repeated in an error.
type Client struct {
	Name    string
	Environ []string
	// Limit bounds what is kept of its output, in bytes; 0 is one MiB.
	Limit int
}

// Ask runs the client and returns what it printed, without a byte order mark. The
// error is that of Give.
func (c Client) Ask(ctx context.Context, args ...string) ([]byte, error) {
	out, _, err := c.Give(ctx, "", nil, args...)
	return out, err
}

// Give runs the client with a text on its standard input, and with further
// variables in its environment. taken says that it read all of the text. The error
// is worded (msg.Worded), but for context.Canceled.
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
		err = asker.Err() // nobody waits for it any more
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
