// Package program runs other people's programs: without a shell, with bounded
// output, in a process group of their own, and never with a secret in an argument.
package program

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

const (
	// lastBreath is how long the output of a program is waited for after it ended:
	// a child of its own may hold it open.
	lastBreath = time.Second
	// usualOutput bounds what is kept of a program's output, in bytes.
	usualOutput = 1 << 20
)

// Program is a command line. What it prints on standard error is dropped, unless it
// is asked for: it may repeat a secret.
type Program struct {
	Argv []string
	// Environ is its whole environment, as NAME=value.
	Environ []string
	// Limit bounds what is kept of its standard output, in bytes; 0 is one MiB.
	Limit int
	// Dialog says that it may ask the person at the terminal for something, as
	// password managers do: it stays in the terminal's foreground, where a Ctrl-C
	// reaches it, too. Any other program gets a process group of its own.
	Dialog bool
}

// ErrTooMuch is the error of a program that printed more than its limit, and was
// stopped for that.
var ErrTooMuch = errors.New("too much output")

func (p Program) command(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.Argv[0], p.Argv[1:]...)
	cmd.Env = p.Environ
	cmd.WaitDelay = lastBreath
	return cmd
}

// Output runs the program and returns what it printed on standard output.
func (p Program) Output(ctx context.Context) ([]byte, error) {
	out, _, err := p.Give(ctx, "")
	return out, err
}

// Talk is Output that also gives what the program said on standard error, for a caller
// that knows words in it and repeats none.
func (p Program) Talk(ctx context.Context) (out, said []byte, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	complaints := &bounded{stop: cancel}
	out, _, err = p.exchange(ctx, "", complaints)
	return out, complaints.kept.Bytes(), err
}

// Give runs the program with a text on its standard input, and returns what it
// printed. taken says that the program took all of the text, whatever became of it
// then: this process keeps a reading end of the pipe, too, and counts what is left
// in it.
func (p Program) Give(ctx context.Context, text string) (out []byte, taken bool, err error) {
	return p.exchange(ctx, text, nil)
}

func (p Program) exchange(ctx context.Context, text string, complaints io.Writer) (out []byte, taken bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	in, w, err := os.Pipe()
	if err != nil {
		return nil, false, err
	}
	defer in.Close()
	printed := &bounded{limit: p.Limit, stop: cancel}
	cmd := p.command(ctx)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, printed, complaints
	go func() {
		_, _ = io.WriteString(w, text)
		_ = w.Close()
	}()
	err = run(cmd, p.Dialog)
	left, drainErr := io.Copy(io.Discard, in) // to the end of the writer above
	if printed.ended {
		err = ErrTooMuch
	}
	return printed.kept.Bytes(), left == 0 && drainErr == nil, err
}

// bounded keeps what is written, up to its limit; then it calls stop.
type bounded struct {
	kept  bytes.Buffer
	limit int
	stop  func()
	ended bool
}

// Write implements io.Writer.
func (b *bounded) Write(data []byte) (int, error) {
	limit := b.limit
	if limit == 0 {
		limit = usualOutput
	}
	if b.kept.Len()+len(data) > limit {
		b.ended = true
		b.stop()
		return 0, ErrTooMuch
	}
	return b.kept.Write(data)
}

// Reason says why a program failed, without anything that it printed. It is empty
// for an error that is none of running a program.
func Reason(err error) msg.Text {
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrDot):
		return msg.New("the program is in the current folder; give its path")
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return msg.New("there is no such program")
	case errors.Is(err, fs.ErrPermission):
		return msg.New("this user is not allowed to run the program")
	case errors.As(err, &exit) && exit.Exited():
		return msg.New("the program failed with exit code %d", exit.ExitCode())
	case errors.As(err, &exit):
		return msg.New("the program was killed")
	case errors.Is(err, exec.ErrWaitDelay):
		return msg.New("the program has exited, but a program that it started keeps its output open")
	}
	return msg.Text{}
}
