// Package seen holds what a diagnosis shows as evidence. A value comes out of a
// fact and of nothing else, so that no report can claim what nobody looked at:
// of a fact that is missing there is nothing to show.
package seen

import (
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// Value is something that was seen, and where. The zero Value is nothing.
type Value struct{ text, source msg.Text }

// Of shows a part of a fact. Source says where the fact was read; it ends a
// line.
func Of[T any](f fact.Fact[T], source msg.Text, show func(T) msg.Text) Value {
	if !f.Known() {
		return Value{}
	}
	return Value{text: show(f.Value), source: source}
}

// Text shows a part of a fact that reads alike in every language: an ID, a code,
// a date.
func Text[T any](f fact.Fact[T], source msg.Text, show func(T) string) Value {
	return Of(f, source, func(value T) msg.Text { return msg.Literal(show(value)) })
}

// String shows a fact that is such a text itself.
func String(f fact.Fact[string], source msg.Text) Value { return Of(f, source, msg.Literal) }

// Count shows how many of a list are of a kind. That there is none can be shown
// only of a list that was read.
func Count[T any](list fact.Fact[[]T], source msg.Text, which func(T) bool) Value {
	return Of(list, source, func(all []T) msg.Text {
		n := 0
		for _, one := range all {
			if which(one) {
				n++
			}
		}
		return msg.New("%d of %d", n, len(all))
	})
}

// Evidence is the value as a piece of evidence for a claim, and whether there is
// any.
func (v Value) Evidence(claim msg.Text) (result.Evidence, bool) {
	if v.source.IsZero() {
		return result.Evidence{}, false
	}
	return result.Evidence{Claim: claim, Value: v.text, Source: v.source}, true
}
