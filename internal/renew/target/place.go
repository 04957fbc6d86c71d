package target

import (
	"context"
	"fmt"
	"io"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/secrets"
)

// place is the common part of all targets. It has no backup and cannot be read.
type place struct {
	spec         string
	remark, next msg.Text
	// touched means that the place may contain the new value.
	touched bool
}

func newPlace(spec string) place {
	return place{spec: spec, next: msg.New("The product reads the new value from %s. If it caches the value, restart it or make it reload its settings.", spec)}
}

func (p *place) Spec() string             { return p.spec }
func (p *place) Remark() msg.Text         { return p.remark }
func (p *place) Next() msg.Text           { return p.next }
func (*place) Backup() string             { return "" }
func (*place) Adopt(string)               {}
func (*place) Keep(context.Context) error { return nil }
func (*place) Read(context.Context) (secrets.Value, error) {
	return secrets.Value{}, ErrOneWay
}

// Undo implements Target for a place without a backup.
func (p *place) Undo(context.Context) error {
	if p.touched {
		return p.because(msg.New("the program read the value and may have stored it"))
	}
	return nil
}

// Format prints the spec for every verb, because other fields may contain arguments.
func (p *place) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.spec) }

// because returns an error of this place.
func (p *place) because(reason msg.Text) error { return msg.Error(msg.New("%s: %s", p.spec, reason)) }

// failure adds the place to an error. Nil stays nil.
func (p *place) failure(err error) error {
	if err == nil {
		return nil
	}
	return p.because(msg.Of(err))
}

// give passes the value to a program on its standard input. If the program has not read it,
// that is an error.
func (p *place) give(ctx context.Context, c program.Client, value secrets.Value, args ...string) error {
	_, taken, err := c.Give(ctx, value.Reveal(), nil, args...)
	p.touched = taken
	if err == nil && !taken {
		err = errUnread
	}
	return p.failure(err)
}

var errUnread = msg.Error(msg.New("the program exited without reading the value from its standard input"))

// settle handles the result of a write. After an error, the value may have been stored, so
// the place is read again. An answer without the value does not show that it is not there:
// a store may answer the old value once more, so Undo writes that again.
func (p *place) settle(ctx context.Context, err error, value secrets.Value, read func(context.Context) (secrets.Value, error)) error {
	if err == nil {
		return nil
	}
	if now, readErr := read(context.WithoutCancel(ctx)); readErr == nil && now == value { // read has its own time limit
		return nil
	}
	return p.failure(err)
}

// elsewhere is a target that cannot be opened.
type elsewhere struct{ place }

// Elsewhere returns a target that an earlier run recorded, but that cannot be opened from
// that record, such as a command without its arguments.
func Elsewhere(spec string) Target { return &elsewhere{newPlace(spec)} }

func (*elsewhere) Check(context.Context) error { return nil }
func (e *elsewhere) Store(context.Context, Secret) error {
	return e.because(msg.New("nothing is written there unless it is named again with --to, a command with all its arguments"))
}
func (*elsewhere) Undo(context.Context) error { return ErrOneWay }
