package target

import (
	"context"
	"fmt"
	"io"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/secrets"
)

// place is what all targets share. On its own it is a place that needs no backup and
// does not return values.
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

// Undo has no previous value to restore.
func (p *place) Undo(context.Context) error {
	if p.touched {
		return p.because(msg.New("the program read the value and may have stored it"))
	}
	return nil
}

// Format prints the spec for every verb: other fields may contain arguments.
func (p *place) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.spec) }

// because returns an error of the place. The reason contains no part of a value.
func (p *place) because(reason msg.Text) error { return msg.Error(msg.New("%s: %s", p.spec, reason)) }

// failure adds the place to an error.
func (p *place) failure(err error) error {
	if err == nil {
		return nil
	}
	return p.because(msg.Of(err))
}

// give passes the value to a program on its standard input. A program that exits
// without reading it has not stored it.
func (p *place) give(ctx context.Context, c program.Client, value secrets.Value, args ...string) error {
	_, taken, err := c.Give(ctx, value.Reveal(), nil, args...)
	p.touched = taken
	if err == nil && !taken {
		err = errUnread
	}
	return p.failure(err)
}

var errUnread = msg.Error(msg.New("the program exited without reading the value from its standard input"))

// settle decides what a failed write means: the answer may have been lost after the
// value was stored, so the place is read again.
func (p *place) settle(ctx context.Context, err error, value secrets.Value, read func(context.Context) (secrets.Value, error)) error {
	if err == nil {
		return nil
	}
	if now, readErr := read(context.WithoutCancel(ctx)); readErr == nil { // its own time is bounded
		if now == value {
			return nil
		}
		p.touched = false
	}
	return p.failure(err)
}

// elsewhere is a place of which only the name is known.
type elsewhere struct{ place }

// Elsewhere returns a place of an earlier run that cannot be opened again from what was
// recorded about it.
func Elsewhere(spec string) Target { return &elsewhere{newPlace(spec)} }

func (*elsewhere) Check(context.Context) error         { return nil }
func (*elsewhere) Store(context.Context, Secret) error { return ErrOneWay }
func (*elsewhere) Undo(context.Context) error          { return ErrOneWay }
