package secrets

import (
	"crypto"
	"fmt"
	"log/slog"
)

// PrivateKey holds a private key. Like a Value it prints, marshals and logs as
// redacted; only Reveal gives the key, and is called where it signs.
type PrivateKey struct{ key hidden[crypto.PrivateKey] }

func newPrivateKey(key crypto.PrivateKey) PrivateKey { return PrivateKey{hide(key)} }

// Reveal returns the key, nil where there is none.
func (k PrivateKey) Reveal() crypto.PrivateKey { return k.key.get() }

// Present reports whether there is a key.
func (k PrivateKey) Present() bool { return k.Reveal() != nil }

// Format prints [redacted] for every verb.
func (k PrivateKey) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// String prints [redacted].
func (k PrivateKey) String() string { return redacted }

// GoString prints [redacted].
func (k PrivateKey) GoString() string { return redacted }

// MarshalText writes [redacted].
func (k PrivateKey) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue logs [redacted].
func (k PrivateKey) LogValue() slog.Value { return slog.StringValue(redacted) }
