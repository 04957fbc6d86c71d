package secrets

import (
	"crypto"
	"fmt"
	"log/slog"
)

// privateKey holds a private key. Like a Value it prints, marshals and logs as
// redacted. Only Reveal returns the key; call it only to sign.
type privateKey struct{ key hidden[crypto.PrivateKey] }

func newPrivateKey(key crypto.PrivateKey) privateKey { return privateKey{hide(key)} }

// Reveal returns the key, or nil if there is none.
func (k privateKey) Reveal() crypto.PrivateKey { return k.key.get() }

// present reports whether there is a key.
func (k privateKey) present() bool { return k.Reveal() != nil }

// Format prints [redacted] for every verb.
func (k privateKey) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// String prints [redacted].
func (k privateKey) String() string { return redacted }

// GoString prints [redacted].
func (k privateKey) GoString() string { return redacted }

// MarshalText writes [redacted].
func (k privateKey) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue logs [redacted].
func (k privateKey) LogValue() slog.Value { return slog.StringValue(redacted) }
