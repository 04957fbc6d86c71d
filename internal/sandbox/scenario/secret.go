package scenario

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// Formats of generated secrets, by age.
const (
	current  = "current"
	previous = "previous"
	older    = "older"
)

// unreserved are the characters of previous and older secrets.
const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_~"

// seeded returns bytes that only depend on the text, so that a scenario has the same
// secrets in every run and its reports can be compared. Only the sandbox accepts these
// secrets.
func seeded(text string) io.Reader { return rand.NewChaCha8(sha256.Sum256([]byte(text))) }

// generate returns a secret in a format.
func generate(format, seed string) (string, error) {
	stream := seeded(seed)
	switch format {
	case current:
		return directory.NewSecret(stream), nil
	case previous:
		text := characters(stream, 34)
		return text[:3] + "7Q~" + text[3:], nil
	case older:
		// This format is recognized by one of its four special characters.
		text := characters(stream, 33)
		return text[:20] + "~" + text[20:], nil
	}
	return "", fmt.Errorf("generate %q: the formats are %s, %s and %s", format, current, previous, older)
}

func characters(stream io.Reader, n int) string {
	raw := make([]byte, n)
	_, _ = io.ReadFull(stream, raw) // ChaCha8 never fails
	for i, b := range raw {
		raw[i] = unreserved[int(b)%len(unreserved)]
	}
	return string(raw)
}

// apply damages a secret.
func (d damage) apply(secret string) (string, error) {
	switch {
	case d.Append != "":
		return secret + d.Append, nil
	case d.Prepend != "":
		return d.Prepend + secret, nil
	case d.Wrap != "":
		left, right, ok := halves(d.Wrap)
		if !ok {
			return "", fmt.Errorf("wrap %q: give the character before and the one after", d.Wrap)
		}
		return left + secret + right, nil
	case d.Remove != "":
		return strings.Replace(secret, d.Remove, "", 1), nil
	case d.Mask != 0:
		if d.Mask < 0 || d.Mask > len(secret) {
			return "", fmt.Errorf("mask %d: the secret has %d characters", d.Mask, len(secret))
		}
		return secret[:d.Mask] + strings.Repeat("*", len(secret)-d.Mask), nil
	case d.PercentEncode:
		return percentEncode(secret), nil
	case d.Base64:
		return base64.StdEncoding.EncodeToString([]byte(secret)), nil
	}
	return d.one(secret)
}

// one drops or alters a single character.
func (d damage) one(secret string) (string, error) {
	n := d.Drop + d.Alter // one of them is zero
	if n < 0 {
		n += len(secret) + 1
	}
	if n < 1 || n > len(secret) {
		return "", fmt.Errorf("there is no character %d in a secret of %d", d.Drop+d.Alter, len(secret))
	}
	before, c, after := secret[:n-1], secret[n-1], secret[n:]
	if d.Drop != 0 {
		return before + after, nil
	}
	other := "x"
	if c == 'x' {
		other = "y"
	}
	return before + other + after, nil
}

func halves(s string) (left, right string, ok bool) {
	runes := []rune(s)
	if len(runes) != 2 {
		return "", "", false
	}
	return string(runes[0]), string(runes[1]), true
}

// percentEncode also encodes the tilde, like encoders from before RFC 3986. Otherwise,
// current secrets would not change.
func percentEncode(s string) string {
	var out strings.Builder
	for i := range len(s) {
		c := s[i]
		if c != '~' && strings.IndexByte(unreserved, c) >= 0 {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}
