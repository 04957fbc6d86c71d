package target

import (
	"context"
	"fmt"
	"io"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/secrets"
)

// readBack is a target with a program that prints its value.
type readBack struct {
	Target
	place place
	from  secrets.Source
	deps  secrets.Deps
}

// WithReadBack adds a program that prints the value of a target that cannot be read
// otherwise. line is written as after --to command:. If it is empty, the target is returned
// unchanged. The error is a *fail.Error.
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

// Read runs the program. If it prints nothing, the target is empty.
func (r *readBack) Read(ctx context.Context) (secrets.Value, error) {
	v, err := load(ctx, r.from, r.deps)
	return v, r.place.failure(err)
}

// ActAs implements Actor.
func (r *readBack) ActAs(tokens func(resource string) secrets.TokenSource) {
	if a, ok := r.Target.(Actor); ok {
		a.ActAs(tokens)
	}
}
