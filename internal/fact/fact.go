// Package fact holds the shape of everything that spcheck has seen: a value, or
// the reason why there is none. A failed read and an empty answer can therefore
// never be mistaken for each other.
package fact

import "errors"

// errNotAsked is the reason of a fact that nobody asked for.
var errNotAsked = errors.New("not asked")

// Fact is a value that was seen, or the error that kept it from being seen. The
// zero Fact is one that nobody asked for (for example the expiry date with
// --reader none): it is skipped, not unknown, and harms nothing.
type Fact[T any] struct {
	// Value is what was seen, zero unless the fact is known.
	Value T
	err   error
	asked bool
}

// Of returns a fact that was seen.
func Of[T any](value T) Fact[T] { return Fact[T]{Value: value, asked: true} }

// Missing returns a fact that could not be read, and why.
func Missing[T any](err error) Fact[T] {
	if err == nil {
		err = errors.New("unknown")
	}
	return Fact[T]{err: err, asked: true}
}

// From turns the two results of a Go call into a fact.
func From[T any](value T, err error) Fact[T] {
	if err != nil {
		return Missing[T](err)
	}
	return Of(value)
}

// Known reports whether the value was seen.
func (f Fact[T]) Known() bool { return f.asked && f.err == nil }

// Asked reports whether the fact was asked for at all, seen or not.
func (f Fact[T]) Asked() bool { return f.asked }

// Err is why the value is missing, nil where it was seen.
func (f Fact[T]) Err() error {
	if !f.asked {
		return errNotAsked
	}
	return f.err
}
