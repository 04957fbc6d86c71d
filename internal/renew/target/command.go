package target

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/secrets"
)

// command gives the value to a program on its standard input, without a line
// break. No shell is involved, and what the program prints is dropped: it may
// repeat the value.
type command struct {
	oneWay
	argv    []string
	environ []string
	mayHold bool
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

// Store runs the program. One that has read the whole value may have stored it,
// however it ended.
func (c *command) Store(ctx context.Context, s Secret) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	p := program.Program{Argv: c.argv, Environ: c.environ}
	_, taken, err := p.Give(ctx, s.Value.Reveal())
	c.mayHold = taken
	switch {
	case err == nil && !taken:
		return because(c, msg.New("the program exited without reading the value from its standard input"))
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return because(c, msg.New("the program did not finish in time"))
	}
	return because(c, commandReason(err))
}

// Undo has nothing to put back.
func (c *command) Undo(context.Context) error {
	return untaken(c, c.mayHold)
}

// untaken is the outcome of an Undo where there is no former value to put back.
func untaken(t Target, mayHold bool) error {
	if mayHold {
		return because(t, msg.New("the program read the value and may have stored it"))
	}
	return nil
}

// Next implements Target.
func (c *command) Next() msg.Text {
	return msg.New("The value was passed to the program %s. If the product caches the value, restart it or make it reload its settings.", filepath.Base(c.argv[0]))
}

func commandReason(err error) msg.Text {
	if reason := program.Reason(err); !reason.IsZero() {
		return reason
	}
	return msg.New("the program did not accept the value")
}

// oneWay is what the targets share that keep nothing of their own beside the
// value, and give nothing back.
type oneWay struct{}

func (oneWay) Backup() string             { return "" }
func (oneWay) Remark() msg.Text           { return msg.Text{} }
func (oneWay) Adopt(string)               {}
func (oneWay) Keep(context.Context) error { return nil }
func (oneWay) Read(context.Context) (secrets.Value, error) {
	return secrets.Value{}, ErrOneWay
}
