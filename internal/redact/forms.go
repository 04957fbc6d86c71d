package redact

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"unicode/utf16"

	"github.com/google/uuid"
)

// forms are the ways in which a value is commonly written: as it is, in other
// letter case, escaped for JSON, HTML and URLs, and in base64 (of UTF-8
// and, as PowerShell does, of UTF-16), wherever in a longer text it begins. What
// is escaped by backslashes is found by the Writer.
func forms(value string) []string {
	all := []string{value}
	if len(value) > long {
		return all // tokens and keys are letters already
	}
	quoted, _ := json.Marshal(value)
	all = append(all, strings.ToLower(value), strings.ToUpper(value), string(quoted[1:len(quoted)-1]), html.EscapeString(value),
		url.QueryEscape(value), url.PathEscape(value), lowerEscapes(url.QueryEscape(value)))
	all = append(all, shifted([]byte(value))...)
	return append(all, shifted(utf16Bytes(value))...)
}

// hexForms are a value in hex.
func hexForms(value string) []string {
	digits := hex.EncodeToString([]byte(value))
	return []string{digits, strings.ToUpper(digits)}
}

// values are what is secret in a configured text: the text itself, unless it is a
// document (a JSON of credentials, a PEM file) that was put in the place of a
// value. Of such a one the pieces that a machine made are secret, and not the
// names and IDs beside them, which reports have, too.
func values(text string) []string {
	if len(text) <= sentence || !strings.ContainsAny(text, " \t\n\"{}<>") {
		return []string{text}
	}
	var pieces []string
	for _, piece := range strings.FieldsFunc(text, func(r rune) bool { return !strings.ContainsRune(valueCharacters, r) }) {
		if len(piece) >= 2*part && uuid.Validate(piece) != nil && !handMade(piece) {
			pieces = append(pieces, piece)
		}
	}
	return pieces
}

// sentence is the length from which on a text with blanks, quotes or braces in it
// is a document.
const sentence = 64

// valueCharacters are those of secrets that Entra makes, and of base64.
const valueCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~.-+/="

// lowerEscapes writes the hex digits of percent-encoding small.
func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], strings.ToLower(string(b[i+1:i+3])))
		}
	}
	return string(b)
}

// shifted is base64 in both alphabets, for each of the three places at which the
// bytes may begin. Letters that hold bits of a neighbour are left out.
func shifted(b []byte) []string {
	var all []string
	for shift := range 3 {
		padded := append(make([]byte, shift), b...)
		from, to := (shift*8+5)/6, len(padded)*8/6
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			all = append(all, alphabet.EncodeToString(padded)[from:to])
		}
	}
	return all
}

func utf16Bytes(s string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return b
}

// handMade reports whether a person chose the value rather than a machine: only
// then may parts of it be ordinary words that reports have, too. What a machine
// made has no words, and mixes digits and both cases.
func handMade(value string) bool {
	if len(value) > long {
		return false
	}
	changes, last := 0, kind(value[0])
	for i := 1; i < len(value); i++ {
		if k := kind(value[i]); k != last {
			changes, last = changes+1, k
		}
	}
	return changes*3 < len(value)
}

// kind is what a byte looks like: a small letter, a capital, a digit or anything
// else.
func kind(c byte) int {
	switch {
	case 'a' <= c && c <= 'z':
		return 0
	case 'A' <= c && c <= 'Z':
		return 1
	case '0' <= c && c <= '9':
		return 2
	}
	return 3
}

// wordLike reports whether a part may be a piece of a word, or of a name like
// passwordCredentials.
func wordLike(s string) bool {
	capitals := 0
	for i := range len(s) {
		switch kind(s[i]) {
		case 0:
		case 1:
			capitals++
		default:
			return false
		}
	}
	return capitals < 3
}
