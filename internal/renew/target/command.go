package target

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/secrets"
)

// lastBreath is how long the output of a command is waited for after it ended.
const lastBreath = time.Second

// command gives the value to a program on its standard input, without a line
// break. No shell is involved, and what the program prints is dropped: it may
// repeat the value.
type command struct {
	oneWay
	argv    []string
	environ []string
}

// Spec names the program only: its arguments may be nobody's business.
func (c *command) Spec() string               { return "command:" + filepath.Base(c.argv[0]) }
func (c *command) Format(s fmt.State, _ rune) { spell(s, c) }

func (c *command) Check(context.Context) error {
	if _, err := exec.LookPath(c.argv[0]); err != nil {
		return because(c, commandReason(err))
	}
	return nil
}

func (c *command) Store(ctx context.Context, s Secret) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	cmd.Env = c.environ
	cmd.WaitDelay = lastBreath
	cmd.Stdin = strings.NewReader(s.Value.Reveal())
	ownGroup(cmd)
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return because(c, msg.New("the program did not end in time"))
	}
	return because(c, commandReason(err))
}

func commandReason(err error) msg.Text {
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrDot):
		return msg.New("the program lies in the current folder; give its path")
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return msg.New("there is no such program")
	case errors.Is(err, fs.ErrPermission):
		return msg.New("this user may not run the program")
	case errors.As(err, &exit) && exit.Exited():
		return msg.New("the program failed with exit code %d", exit.ExitCode())
	case errors.As(err, &exit):
		return msg.New("the program was killed")
	}
	return msg.New("the program did not take the value")
}

// oneWay is what the targets share that give nothing back.
type oneWay struct{}

func (oneWay) Backup() string             { return "" }
func (oneWay) Adopt(string)               {}
func (oneWay) Keep(context.Context) error { return nil }
func (oneWay) Undo(context.Context) error { return nil }
func (oneWay) Read(context.Context) (secrets.Value, error) {
	return secrets.Value{}, ErrOneWay
}
