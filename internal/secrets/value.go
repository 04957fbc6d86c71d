// Package secrets reads client secrets, certificates with their private keys, and
// federated tokens from where they are configured. It also reports what their form
// alone reveals. Nothing in it prints a value.
package secrets

import (
	"context"
	"fmt"
	"log/slog"
	"unique"

	"github.com/spcheck/spcheck/internal/redact"
)

// redacted is the printed form of every Value.
const redacted = "[redacted]"

// Value is a secret string: a client secret, a token, an assertion or a password. It
// prints, marshals and logs as redacted. Only Reveal returns the characters; call it
// only to send or store them. Two Values are equal (==) if their characters are equal.
//
// The characters are behind a handle. Package fmt calls no methods of a Value in an
// unexported field and prints its content instead, which is then only an address.
type Value struct{ h unique.Handle[string] }

// NewValue wraps a secret string. From then on the program's writers redact the string,
// and parts of it (package redact).
func NewValue(s string) Value {
	redact.Hide(s)
	return Sealed(s)
}

// TokenSource returns access tokens of one identity for one resource. Its errors
// contain no secret.
type TokenSource interface {
	Token(ctx context.Context) (Value, error)
}

// Sealed wraps a text that may contain a secret among other content, such as an answer.
// It prints as redacted, but its parts are not redacted elsewhere.
func Sealed(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{h: unique.Make(s)}
}

// Reveal returns the secret.
func (v Value) Reveal() string {
	if v.Empty() {
		return ""
	}
	return v.h.Value()
}

// Empty reports whether the value is empty.
func (v Value) Empty() bool { return v == Value{} }

// Len returns the length in bytes, which is safe to print.
func (v Value) Len() int { return len(v.Reveal()) }

// Equal reports whether both values have the same characters.
func (v Value) Equal(other Value) bool { return v == other }

// Format prints [redacted] for every verb, so that %+v and %#v of a struct that
// holds a Value are safe too.
func (v Value) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// String prints [redacted].
func (v Value) String() string { return redacted }

// GoString prints [redacted].
func (v Value) GoString() string { return redacted }

// MarshalText writes [redacted], in JSON and YAML too.
func (v Value) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue logs [redacted].
func (v Value) LogValue() slog.Value { return slog.StringValue(redacted) }
