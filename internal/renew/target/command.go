package target

import (
	"context"
	"os/exec"
	"path/filepath"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
)

// command passes the value to a program on its standard input, without a line break. No
// shell is involved. The output of the program is dropped, because it may repeat the value.
type command struct {
	place
	program.Program
}

func newCommand(rest string, d Deps) (Target, error) {
	argv, err := words(rest, msg.New("the target command is not a list of words"), `--to 'command:["vault", "kv", "put", "secret/product", "value=-"]'`)
	if err != nil {
		return nil, err
	}
	name := filepath.Base(argv[0]) // without the arguments, which may contain secrets
	c := &command{newPlace("command:" + name), program.Program{Argv: argv, Environ: d.Environ}}
	c.next = msg.New("The value was passed to the program %s. If the product caches the value, restart it or make it reload its settings.", name)
	return c, nil
}

func (c *command) Check(context.Context) error {
	if _, err := exec.LookPath(c.Argv[0]); err != nil {
		return c.because(commandReason(err))
	}
	return nil
}

// Store runs the program. After the program has read the whole value, it may have stored
// it, even if its exit code says otherwise.
func (c *command) Store(ctx context.Context, s Secret) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	_, taken, err := c.Give(ctx, s.Value.Reveal())
	c.touched = taken
	switch {
	case err == nil && taken:
		return nil
	case err == nil:
		return c.failure(errUnread)
	case ctx.Err() != nil:
		return c.because(msg.New("the program did not finish in time"))
	}
	return c.because(commandReason(err))
}

func commandReason(err error) msg.Text {
	if reason := program.Reason(err); !reason.IsZero() {
		return reason
	}
	return msg.New("the program did not accept the value")
}
