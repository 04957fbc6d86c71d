package neutral

import "github.com/spcheck/spcheck/internal/lazyregexp"

// entraSecret is the form of the client secrets that Entra makes since 2020: 37
// or 40 characters with a marker at the fourth (microsoft/security-utilities).
var entraSecret = lazyregexp.New(`[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{20,}`)

// HasSecret reports whether s holds a text in the form of Entra's secrets.
func HasSecret(s string) bool { return entraSecret().MatchString(s) }

// WithoutSecrets returns s with each text in the form of Entra's secrets hidden.
// It is for what a person typed: a secret that is pasted in the place of a path
// or a name must not be repeated.
func WithoutSecrets(s string) string { return entraSecret().ReplaceAllString(s, "[redacted]") }
