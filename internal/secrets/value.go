// Package secrets reads client secrets, certificates with their private keys, and
// federated tokens from where they are configured. It also reports what their form
// alone reveals. Nothing in it prints a value.
package secrets

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"unique"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/redact"
)

// redacted gives a type that embeds it the printed form [redacted], for every verb and
// marshaller. That makes structs that hold such a type safe to print too.
type redacted struct{}

const redactedText = "[redacted]"

// Format prints [redacted] for every verb.
func (redacted) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redactedText) }

// String returns [redacted].
func (redacted) String() string { return redactedText }

// MarshalText returns [redacted], for JSON and YAML.
func (redacted) MarshalText() ([]byte, error) { return []byte(redactedText), nil }

// LogValue returns [redacted].
func (redacted) LogValue() slog.Value { return slog.StringValue(redactedText) }

// Value is a secret string: a client secret, a token, an assertion or a password. It
// prints, marshals and logs as redacted. Only Reveal returns the characters; call it
// only to send or store them. Two Values are equal (==) if their characters are equal.
//
// The characters are behind a handle. Package fmt calls no methods of a Value in an
// unexported field and prints its content instead, which is then only an address.
type Value struct {
	redacted
	h unique.Handle[string]
}

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

// hidden holds something that is no string and must not be printed either, such as a
// private key. Package fmt calls no methods of an unexported field. It follows one
// pointer to a struct or slice there (even for %s, when it reports a bad verb), but never
// a second one.
type hidden[T any] struct {
	redacted
	p **T
}

func hide[T any](v T) hidden[T] {
	p := &v
	return hidden[T]{p: &p}
}

// Reveal returns the hidden value, or the zero value if there is none.
func (h hidden[T]) Reveal() (v T) {
	if h.p != nil {
		v = **h.p
	}
	return v
}

// Credential is what an application signs in with: a client secret, a certificate with
// its key, or a federated token. Printing or marshalling it shows nothing secret.
type Credential struct {
	// Origin says where it was read, such as "environment AZURE_CLIENT_SECRET", "file
	// ./secret.txt" or "profile prod (keyring mailstore)".
	Origin origin.Origin
	// Secret is set for a password, exactly as it would be sent.
	Secret Value
	// Certificate is set for a certificate. It may be set even if the file could not be
	// loaded completely, because its facts are still worth reporting.
	Certificate *certificate
	// Token is set for a federated token.
	Token *FederatedToken
	// Warnings are about the place it was read from, such as a file that others can
	// read.
	Warnings []msg.Text
	// Notes are harmless facts worth mentioning, such as a symbolic link.
	Notes []msg.Text
}

// Format prints the origin for every verb, and never the secret.
func (c Credential) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "credential from "+c.Origin.String())
}
