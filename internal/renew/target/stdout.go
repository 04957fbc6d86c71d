package target

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
)

// stdout writes the value as one line to standard output, where nothing else
// goes then.
type stdout struct {
	oneWay
	out     io.Writer
	mayHold bool
}

func newStdout(_ string, d Deps) (Target, error) {
	if d.Terminal && !d.Show {
		return nil, fail.Usage(msg.New("standard output is a terminal, where the value would stay on the screen"),
			msg.New("add --show to see it, or choose another target: file:PATH, keyring:NAME"))
	}
	return &stdout{out: d.Out}, nil
}

func (s *stdout) Spec() string               { return "stdout" }
func (s *stdout) Format(f fmt.State, _ rune) { spell(f, s) }

// Check refuses the null device, to which the runtime also leads what was closed.
func (s *stdout) Check(context.Context) error {
	if f, ok := s.out.(*os.File); ok && isNull(f) {
		return because(s, msg.New("it is the null device, so the value would be lost"))
	}
	return nil
}

func isNull(f *os.File) bool {
	info, err := f.Stat()
	null, nullErr := os.Stat(os.DevNull)
	return err == nil && nullErr == nil && os.SameFile(info, null)
}

// Store writes the value, and waits until whoever reads a pipe has taken it.
func (s *stdout) Store(ctx context.Context, secret Secret) error {
	text := secret.Value.Reveal() + "\n"
	n, err := io.WriteString(s.out, text)
	if err != nil {
		s.mayHold = n > 0
		return because(s, msg.New("it was closed before the value was written"))
	}
	s.mayHold = true
	left, gone := unread(ctx, s.out)
	switch {
	case left <= 1: // all, or all but the line break
		return nil
	case gone:
		s.mayHold = false
		return because(s, msg.New("the program reading it stopped before it had read the value"))
	}
	return because(s, msg.New("no program is reading it"))
}

// Undo cannot take back what was read.
func (s *stdout) Undo(context.Context) error {
	if s.mayHold {
		return because(s, msg.New("the value was written there"))
	}
	return nil
}

// Next implements Target.
func (s *stdout) Next() msg.Text {
	return msg.New("Enter the new value where the product stores its client secret. It is not shown again.")
}
