// Package fact represents everything that spcheck has read as a value, or as the reason
// why there is none. A failed read and an empty answer can therefore never be confused.
package fact

import "errors"

// errNotAsked is the reason of a fact that was not requested.
var errNotAsked = errors.New("not asked")

// Fact is a value, or the error that prevented reading it. The zero Fact was not
// requested (for example the expiry date with --reader none). It is skipped rather than
// unknown, and does no harm.
type Fact[T any] struct {
	// Value is zero unless the fact is known.
	Value T
	err   error
	asked bool
}

// Of returns a known fact.
func Of[T any](value T) Fact[T] { return Fact[T]{Value: value, asked: true} }

// Missing returns a fact that could not be read, with the reason.
func Missing[T any](err error) Fact[T] {
	if err == nil {
		err = errors.New("unknown")
	}
	return Fact[T]{err: err, asked: true}
}

// From converts the two results of a Go call to a fact.
func From[T any](value T, err error) Fact[T] {
	if err != nil {
		return Missing[T](err)
	}
	return Of(value)
}

// Known reports whether the value was read.
func (f Fact[T]) Known() bool { return f.asked && f.err == nil }

// Asked reports whether the fact was requested at all.
func (f Fact[T]) Asked() bool { return f.asked }

// Err returns why the value is missing, or nil if it is known.
func (f Fact[T]) Err() error {
	if !f.asked {
		return errNotAsked
	}
	return f.err
}
