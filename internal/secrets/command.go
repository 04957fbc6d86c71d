package secrets

import (
	"context"
	"errors"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
)

// runCommand runs a program without a shell and returns what it printed. Its
// standard error is dropped, since it may show a secret.
func runCommand(ctx context.Context, deps Deps, argv []string, origin string) (string, error) {
	if len(argv) == 0 || argv[0] == "" {
		return "", &SourceError{Origin: origin, Is: ErrMissing, Reason: msg.New("no command is given")}
	}
	out, err := program.Program{Argv: argv, Environ: deps.Environ, Limit: maxSecretBytes, Dialog: true}.Output(ctx)
	switch {
	case errors.Is(err, program.ErrTooMuch):
		return "", tooLarge(origin, maxSecretBytes)
	case ctx.Err() != nil:
		return "", outOfTime(ctx, origin)
	case err != nil:
		return "", commandError(origin, err)
	}
	return string(out), nil
}

// commandError words why a command gave nothing, without its output.
func commandError(origin string, err error) *SourceError {
	reason := program.Reason(err)
	if reason.IsZero() {
		return unreadable(origin, err)
	}
	return &SourceError{Origin: origin, Is: errUnreadable, Reason: reason}
}
