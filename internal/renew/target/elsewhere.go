package target

import (
	"context"
	"fmt"
	"io"

	"github.com/spcheck/spcheck/internal/msg"
)

// elsewhere is a place of which only the name is known.
type elsewhere struct {
	oneWay
	spec string
}

// Elsewhere is a place of an earlier run that cannot be made again from what was
// noted of it. Nothing is asked of it.
func Elsewhere(spec string) Target { return elsewhere{spec: spec} }

func (e elsewhere) Spec() string                      { return e.spec }
func (e elsewhere) Format(s fmt.State, _ rune)        { _, _ = io.WriteString(s, e.spec) }
func (elsewhere) Check(context.Context) error         { return nil }
func (elsewhere) Store(context.Context, Secret) error { return ErrOneWay }
func (elsewhere) Undo(context.Context) error          { return ErrOneWay }
func (e elsewhere) Next() msg.Text                    { return next(e) }
