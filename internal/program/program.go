// Package program runs external programs: without a shell, with a limit on their output, in
// a separate process group, and never with a secret in an argument.
package program

import (
	"bytes"
	"cmp"
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
	// lastBreath is how long to wait for output after a program has exited: one of its
	// children may still have the output open.
	lastBreath = time.Second
	// usualOutput is the default limit of a program's output, in bytes.
	usualOutput = 1 << 20
)

// Program is a command line. Its standard error is dropped, except by Talk, because it may
// contain a secret.
type Program struct {
	Argv []string
	// Environ is its whole environment, as NAME=value.
	Environ []string
	// Limit is the maximum size of its standard output, in bytes. 0 means one MiB.
	Limit int
	// Dialog means that it may ask the user at the terminal for something, as password
	// managers do. It stays in the terminal's foreground, where it also gets a Ctrl-C.
	// Other programs get a separate process group.
	Dialog bool
}

// ErrTooMuch is the error of a program that was stopped because it printed more than its
// limit.
var ErrTooMuch = errors.New("too much output")

// Output runs the program and returns its standard output.
func (p Program) Output(ctx context.Context) ([]byte, error) {
	out, _, err := p.Give(ctx, "")
	return out, err
}

// Talk also returns the program's standard error, for callers that search it for known words
// and repeat none of it.
func (p Program) Talk(ctx context.Context) (out, said []byte, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	complaints := &bounded{limit: usualOutput, stop: cancel}
	out, _, err = p.exchange(ctx, "", complaints)
	return out, complaints.kept.Bytes(), err
}

// Give runs the program with a text on its standard input, and returns its output. taken
// means that the program read the whole text, whatever it did with it. To find out, this
// process also keeps the reading end of the pipe, and counts what is left in it.
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
	printed := &bounded{limit: cmp.Or(p.Limit, usualOutput), stop: cancel}
	cmd := exec.CommandContext(ctx, p.Argv[0], p.Argv[1:]...)
	cmd.Env, cmd.WaitDelay = p.Environ, lastBreath
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, printed, complaints
	go func() {
		_, _ = io.WriteString(w, text)
		_ = w.Close()
	}()
	err = run(cmd, p.Dialog)
	left, drainErr := io.Copy(io.Discard, in) // which also ends the writer above
	if printed.ended {
		err = ErrTooMuch
	}
	return printed.kept.Bytes(), left == 0 && drainErr == nil, err
}

// bounded keeps what is written up to its limit, and then calls stop.
type bounded struct {
	kept  bytes.Buffer
	limit int
	stop  func()
	ended bool
}

// Write implements io.Writer.
func (b *bounded) Write(data []byte) (int, error) {
	if b.kept.Len()+len(data) > b.limit {
		b.ended = true
		b.stop()
		return 0, ErrTooMuch
	}
	return b.kept.Write(data)
}

// Reason says why a program failed, without any of its output. It is empty for an error that
// is not about running a program.
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
