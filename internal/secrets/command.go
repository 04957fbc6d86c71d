package secrets

import (
	"context"
	"errors"
	"io/fs"
	"os/exec"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// lastBreath is how long the output of a command is waited for after the command
// itself has ended: a child of its own may hold it open.
const lastBreath = time.Second

var errTooMuch = errors.New("too much output")

// runCommand runs a program without a shell and returns what it printed. Its
// standard error is dropped, since it may show a secret.
func runCommand(ctx context.Context, deps Deps, argv []string, origin string) (string, error) {
	if len(argv) == 0 || argv[0] == "" {
		return "", &SourceError{Origin: origin, Is: ErrMissing, Reason: msg.New("no command is given")}
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = deps.Environ
	cmd.WaitDelay = lastBreath
	out := &boundedWriter{left: maxSecretBytes}
	cmd.Stdout = out
	err := cmd.Run()
	switch {
	case out.overflowed:
		return "", tooLarge(origin, maxSecretBytes)
	case ctx.Err() != nil:
		return "", outOfTime(ctx, origin)
	case err != nil:
		return "", commandError(origin, err)
	}
	return out.text.String(), nil
}

// commandError words why a command gave nothing, without its output.
func commandError(origin string, err error) *SourceError {
	e := &SourceError{Origin: origin, Is: errUnreadable}
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrDot):
		e.Reason = msg.New("the program lies in the current folder; give its path")
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		e.Reason = msg.New("there is no such program")
	case errors.Is(err, fs.ErrPermission):
		e.Reason = msg.New("this user may not run the program")
	case errors.As(err, &exit) && exit.Exited():
		e.Reason = msg.New("the command failed with exit code %d", exit.ExitCode())
	case errors.As(err, &exit):
		e.Reason = msg.New("the command was killed")
	case errors.Is(err, exec.ErrWaitDelay):
		e.Reason = msg.New("the command ended but a program that it started keeps its output open")
	default:
		return unreadable(origin, err)
	}
	return e
}

// boundedWriter keeps what is written, and fails beyond its bound, which ends
// the command's output.
type boundedWriter struct {
	text       strings.Builder
	left       int
	overflowed bool
}

// Write keeps p.
func (w *boundedWriter) Write(p []byte) (int, error) {
	if len(p) > w.left {
		w.overflowed = true
		return 0, errTooMuch
	}
	w.left -= len(p)
	return w.text.Write(p)
}
