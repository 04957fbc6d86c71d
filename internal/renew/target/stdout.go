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
	out io.Writer
}

func newStdout(d Deps) (Target, error) {
	if d.Terminal && !d.Show {
		return nil, fail.Usage(msg.Literal("standard output is a terminal, where the value would stay on the screen"),
			msg.Literal("add --show to see it, or name another target: file:PATH, keyring:NAME"))
	}
	return &stdout{out: d.Out}, nil
}

func (s *stdout) Spec() string               { return "stdout" }
func (s *stdout) Format(f fmt.State, _ rune) { spell(f, s) }

// Check refuses the null device, to which the runtime also leads what was closed.
func (s *stdout) Check(context.Context) error {
	if f, ok := s.out.(*os.File); ok && isNull(f) {
		return because(s, msg.New("it leads nowhere, so that the value would be lost"))
	}
	return nil
}

func isNull(f *os.File) bool {
	info, err := f.Stat()
	null, nullErr := os.Stat(os.DevNull)
	return err == nil && nullErr == nil && os.SameFile(info, null)
}

func (s *stdout) Store(_ context.Context, secret Secret) error {
	if _, err := io.WriteString(s.out, secret.Value.Reveal()+"\n"); err != nil {
		return because(s, msg.New("it was closed before the value was written"))
	}
	return nil
}
