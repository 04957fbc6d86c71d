package secrets

import (
	"context"
	"errors"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/program"
)

// runCommand runs a program without a shell and returns its standard output. Standard
// error is discarded, because it may contain a secret.
func runCommand(ctx context.Context, deps Deps, argv []string, from origin.Origin) (string, error) {
	if len(argv) == 0 || argv[0] == "" {
		return "", &SourceError{Origin: from, Is: ErrMissing, Reason: msg.New("no command was given")}
	}
	out, err := program.Program{Argv: argv, Environ: deps.Environ, Limit: maxSecretBytes, Dialog: true}.Output(ctx)
	switch {
	case errors.Is(err, program.ErrTooMuch):
		return "", tooLarge(from, maxSecretBytes)
	case ctx.Err() != nil:
		return "", outOfTime(ctx, from)
	case err != nil:
		return "", commandError(from, err)
	}
	return string(out), nil
}

// commandError says why a command returned nothing, without its output.
func commandError(from origin.Origin, err error) *SourceError {
	reason := program.Reason(err)
	if reason.IsZero() {
		return unreadable(from, err)
	}
	return &SourceError{Origin: from, Is: errUnreadable, Reason: reason}
}
