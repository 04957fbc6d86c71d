package target

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/secrets"
)

// readBack is a place that gives nothing back by itself, with a program that
// prints what the place holds.
type readBack struct {
	Target
	from secrets.Source
	deps secrets.Deps
}

// WithReadBack lets a program print what a place holds that gives nothing back by
// itself. The line is one as in --to command:; empty leaves the place as it is.
func WithReadBack(t Target, line string, d Deps) (Target, error) {
	if line == "" {
		return t, nil
	}
	argv, err := words(line, msg.New("the command that reads the value back is not a list of words"), `'["vault", "kv", "get", "-field=value", "secret/product"]'`)
	if err != nil {
		return nil, err
	}
	return &readBack{Target: t, from: secrets.FromCommand(argv...), deps: secrets.Deps{Environ: d.Environ}}, nil
}

// Format names the place.
func (r *readBack) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, r.Spec()) }

// Read runs the program. That it prints nothing means that the place is empty.
func (r *readBack) Read(ctx context.Context) (secrets.Value, error) {
	c, err := r.from.Load(ctx, r.deps)
	if errors.Is(err, secrets.ErrMissing) {
		return secrets.Value{}, nil
	}
	return c.Secret, failure(r, readFailure(err))
}

// ActAs passes the identity on.
func (r *readBack) ActAs(tokens func(resource string) secrets.TokenSource) {
	if a, ok := r.Target.(Actor); ok {
		a.ActAs(tokens)
	}
}
