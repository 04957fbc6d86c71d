package target

import (
	"context"
	"io"
	"os"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
)

// stdout writes the value to standard output as one line. Then spcheck writes nothing else
// there.
type stdout struct {
	place
	out io.Writer
}

func newStdout(_ string, d Deps) (Target, error) {
	if d.Terminal && !d.Show {
		return nil, fail.Usage(msg.New("standard output is a terminal, where the value would stay on the screen"),
			msg.New("add --show to see it, or choose another target: file:PATH, keyring:NAME"))
	}
	s := &stdout{newPlace("stdout"), d.Out}
	s.next = msg.New("Enter the new value where the product stores its client secret. It is not shown again.")
	return s, nil
}

// Check refuses the null device. Go also opens it instead of a standard output that is
// closed.
func (s *stdout) Check(context.Context) error {
	f, ok := s.out.(*os.File)
	if !ok {
		return nil
	}
	info, err := f.Stat()
	null, nullErr := os.Stat(os.DevNull)
	if err == nil && nullErr == nil && os.SameFile(info, null) {
		return s.because(msg.New("it is the null device, so the value would be lost"))
	}
	return nil
}

// Store writes the value, and waits until the reader of a pipe has read it.
func (s *stdout) Store(ctx context.Context, secret Secret) error {
	n, err := io.WriteString(s.out, secret.Value.Reveal()+"\n")
	s.touched = n > 0
	if err != nil {
		return s.because(msg.New("it was closed before the value was written"))
	}
	left, gone := unread(ctx, s.out)
	switch {
	case left <= 1: // all of it, perhaps without the line break
		return nil
	case gone:
		s.touched = false
		return s.because(msg.New("the program reading it stopped before it had read the value"))
	}
	return s.because(msg.New("no program is reading it"))
}

// Undo returns an error: what was written cannot be taken back.
func (s *stdout) Undo(context.Context) error {
	if s.touched {
		return s.because(msg.New("the value was written there"))
	}
	return nil
}
