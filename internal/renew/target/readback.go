package target

import (
	"context"
	"fmt"
	"io"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/secrets"
)

// readBack is a place with a program that prints what the place contains.
type readBack struct {
	Target
	place place
	from  secrets.Source
	deps  secrets.Deps
}

// WithReadBack has a program print what a place contains that does not return values
// itself. line is like that of --to command:; if it is empty, the place stays as it is.
func WithReadBack(t Target, line string, d Deps) (Target, error) {
	if line == "" {
		return t, nil
	}
	argv, err := words(line, msg.New("the command that reads the value back is not a list of words"), `'["vault", "kv", "get", "-field=value", "secret/product"]'`)
	if err != nil {
		return nil, err
	}
	return &readBack{t, newPlace(t.Spec()), secrets.FromCommand(argv...), secrets.Deps{Environ: d.Environ}}, nil
}

// Format prints the spec.
func (r *readBack) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, r.Spec()) }

// Read runs the program. If it prints nothing, the place is empty.
func (r *readBack) Read(ctx context.Context) (secrets.Value, error) {
	v, err := load(ctx, r.from, r.deps)
	return v, r.place.failure(err)
}

// ActAs passes the identity on.
func (r *readBack) ActAs(tokens func(resource string) secrets.TokenSource) {
	if a, ok := r.Target.(Actor); ok {
		a.ActAs(tokens)
	}
}
