package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
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
	ownGroup(cmd)
	taken, err := feed(cmd, s.Value.Reveal())
	switch {
	case err == nil && !taken:
		return because(c, msg.New("the program ended without reading the value from its standard input"))
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return because(c, msg.New("the program did not end in time"))
	}
	return because(c, commandReason(err))
}

// feed runs a program with a text on its standard input, and tells whether the
// program took all of it: this process keeps a reading end of the pipe, too, and
// looks at what is left in it.
func feed(cmd *exec.Cmd, text string) (taken bool, err error) {
	in, w, err := os.Pipe()
	if err != nil {
		return false, err
	}
	defer in.Close()
	cmd.Stdin = in
	written := make(chan struct{})
	go func() {
		defer close(written)
		_, _ = io.WriteString(w, text)
		_ = w.Close()
	}()
	if err = cmd.Run(); err == nil {
		left, readErr := in.Read(make([]byte, 1))
		taken = left == 0 && readErr == io.EOF
	}
	_ = in.Close() // ends a write that nobody reads
	<-written
	return taken, err
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
