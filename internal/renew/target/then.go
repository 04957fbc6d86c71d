package target

import (
	"context"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
)

// Then makes a command that runs once a renewal is done, to restart a service or
// to tell somebody. It gets no value, and what it prints is dropped. The line is
// one as in --to command:; empty gives nil.
func Then(line string, d Deps) (func(context.Context) error, error) {
	if line == "" {
		return nil, nil
	}
	argv, err := words(line, msg.New("the --then command is not a list of words"), `'["systemctl", "restart", "mailstore"]'`)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		_, err := program.Client{Name: argv[0], Environ: d.Environ}.Ask(ctx, argv[1:]...)
		return err
	}, nil
}
