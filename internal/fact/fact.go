// Package fact holds the shape of everything that spcheck has seen: a value, or
// the reason why there is none. A failed read and an empty answer can therefore
// never be mistaken for each other.
package fact

import "errors"

// ErrNotAsked marks a fact that nobody asked for (for example the end date with
// --reader none). It is skipped, not unknown, and harms nothing.
var ErrNotAsked = errors.New("not asked")

// Fact is a value that was seen, or the error that kept it from being seen.
type Fact[T any] struct {
	Value T
	Err   error
}

// Of returns a fact that was seen.
func Of[T any](value T) Fact[T] { return Fact[T]{Value: value} }

// Missing returns a fact that could not be read, and why.
func Missing[T any](err error) Fact[T] { return Fact[T]{Err: err} }

// NotAsked returns a fact that nobody asked for.
func NotAsked[T any]() Fact[T] { return Fact[T]{Err: ErrNotAsked} }

// From turns the two results of a Go call into a fact.
func From[T any](value T, err error) Fact[T] { return Fact[T]{Value: value, Err: err} }

// Known reports whether the value was seen.
func (f Fact[T]) Known() bool { return f.Err == nil }

// Asked reports whether the fact was asked for at all, seen or not.
func (f Fact[T]) Asked() bool { return !errors.Is(f.Err, ErrNotAsked) }
