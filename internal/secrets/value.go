// Package secrets holds what an application proves its identity with: client
// secrets, certificates with their private keys and federated tokens. It reads
// them from where they are configured, and says what their shape alone
// reveals. Nothing here prints a value.
package secrets

import (
	"context"
	"fmt"
	"log/slog"
	"unique"

	"github.com/spcheck/spcheck/internal/redact"
)

// redacted is what a Value prints as, whatever the verb.
const redacted = "[redacted]"

// Value is a secret string (a client secret, a token, an assertion or a
// password). It prints, marshals and logs as redacted; only Reveal gives the
// characters, and is called where they are sent or stored, nowhere else. Two
// Values are equal (==) where their characters are.
//
// The characters lie behind a handle, since package fmt calls no methods of a
// Value in somebody's unexported field: it prints what is inside, which is then
// an address.
type Value struct{ h unique.Handle[string] }

// NewValue wraps a secret string. From then on the program's writers let it, and
// parts of it, through nowhere (package redact).
func NewValue(s string) Value {
	redact.Hide(s)
	return Sealed(s)
}

// TokenSource gives access tokens of one identity for one resource. Its errors hold
// no secret.
type TokenSource interface {
	Token(ctx context.Context) (Value, error)
}

// Sealed wraps a text that may hold a secret beside what people are to see of it,
// such as an answer: it prints as redacted, but its parts are not hidden elsewhere.
func Sealed(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{h: unique.Make(s)}
}

// Reveal returns the secret characters themselves.
func (v Value) Reveal() string {
	if v.Empty() {
		return ""
	}
	return v.h.Value()
}

// Empty reports whether there are no characters at all.
func (v Value) Empty() bool { return v == Value{} }

// Len is the length in bytes, which is safe to print.
func (v Value) Len() int { return len(v.Reveal()) }

// Equal reports whether both hold the same characters.
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
