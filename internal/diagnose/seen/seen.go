// Package seen contains the evidence of a diagnosis. A value can only be created from a
// known fact, so a report cannot claim anything that was not read.
package seen

import (
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// Value is something that was read, and its source. The zero Value is nothing.
type Value struct{ text, source msg.Text }

// Of shows a part of a fact. source is a phrase at the end of a line.
func Of[T any](f fact.Fact[T], source msg.Text, show func(T) msg.Text) Value {
	if !f.Known() {
		return Value{}
	}
	return Value{text: show(f.Value), source: source}
}

// Text shows a part of a fact that is the same in every language, such as an ID, a code
// or a date.
func Text[T any](f fact.Fact[T], source msg.Text, show func(T) string) Value {
	return Of(f, source, func(value T) msg.Text { return msg.Literal(show(value)) })
}

// String is Text for a fact that is a string.
func String(f fact.Fact[string], source msg.Text) Value { return Of(f, source, msg.Literal) }

// Count shows how many elements of a list match.
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

// Evidence returns the value as evidence for a claim, if there is a value.
func (v Value) Evidence(claim msg.Text) (result.Evidence, bool) {
	if v.source.IsZero() {
		return result.Evidence{}, false
	}
	return result.Evidence{Claim: claim, Value: v.text, Source: v.source}, true
}
