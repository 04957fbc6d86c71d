package target

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"time"
)

const (
	// lastBreath is how long the output of a program is waited for after it ended.
	lastBreath = time.Second
	// maxOutput bounds what is kept of a program's output, in bytes.
	maxOutput = 1 << 20
)

// program is a command line without a shell. What it prints on standard error is
// dropped: it may repeat the value.
type program struct {
	argv    []string
	environ []string
	// out takes standard output; nil drops it.
	out io.Writer
}

func (p *program) command(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.argv[0], p.argv[1:]...)
	cmd.Env = p.environ
	cmd.WaitDelay = lastBreath
	cmd.Stdout = p.out
	ownGroup(cmd)
	return cmd
}

// feed runs the program with a text on its standard input, and tells whether the
// program took all of it, whatever became of it then: this process keeps a reading
// end of the pipe, too, and counts what is left in it.
func (p *program) feed(ctx context.Context, text string) (taken bool, err error) {
	in, w, err := os.Pipe()
	if err != nil {
		return false, err
	}
	defer in.Close()
	cmd := p.command(ctx)
	cmd.Stdin = in
	go func() {
		_, _ = io.WriteString(w, text)
		_ = w.Close()
	}()
	err = cmd.Run()
	left, drainErr := io.Copy(io.Discard, in) // to the end of the writer above
	return left == 0 && drainErr == nil, err
}

// errTooMuch ends the output of a program that prints without end.
var errTooMuch = errors.New("too much output")

// bounded keeps what is written, up to maxOutput; then it calls stop.
type bounded struct {
	kept  bytes.Buffer
	stop  func()
	ended bool
}

// Write implements io.Writer.
func (b *bounded) Write(data []byte) (int, error) {
	if b.kept.Len()+len(data) > maxOutput {
		b.ended = true
		b.stop()
		return 0, errTooMuch
	}
	return b.kept.Write(data)
}
