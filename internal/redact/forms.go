package redact

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"unicode/utf16"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// forms returns the common encodings of a value: in other letter case, escaped for JSON,
// HTML and URLs, and in base64 (of UTF-8 and, as in PowerShell, of UTF-16) at any offset in
// a longer text. The Writer finds values with backslashes itself.
func forms(value string) []string {
	all := []string{value}
	if len(value) > long {
		return all // tokens and keys need no escaping
	}
	quoted, _ := json.Marshal(value)
	query := url.QueryEscape(value)
	all = append(all, strings.ToLower(value), strings.ToUpper(value), string(quoted[1:len(quoted)-1]), html.EscapeString(value),
		query, url.PathEscape(value), escapes().ReplaceAllStringFunc(query, strings.ToLower))
	var utf16LE []byte
	for _, unit := range utf16.Encode([]rune(value)) {
		utf16LE = binary.LittleEndian.AppendUint16(utf16LE, unit)
	}
	return append(append(all, shifted([]byte(value))...), shifted(utf16LE)...)
}

var escapes = lazyregexp.New(`%[0-9A-F]{2}`)

func hexForms(value string) []string {
	digits := hex.EncodeToString([]byte(value))
	return []string{digits, strings.ToUpper(digits)}
}

// shifted returns base64 in both alphabets for each of the three offsets of the bytes,
// without the letters that contain bits of their neighbours.
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

// documentLength is the length from which a text with spaces, quotes or braces is a
// document.
const documentLength = 64

// notInValues matches what is not in secrets of Entra and in base64.
var notInValues = lazyregexp.New(`[^A-Za-z0-9_~.+/=-]+`)

// values returns what is secret in a configured text. That is the text itself, unless it is
// a document (JSON with credentials, a PEM file). Of a document only the pieces that a
// machine generated are secret, not the names and IDs, which reports contain too.
func values(text string) []string {
	if len(text) <= documentLength || !strings.ContainsAny(text, " \t\n\"{}<>") {
		return []string{text}
	}
	var pieces []string
	for _, piece := range notInValues().Split(text, -1) {
		if len(piece) >= 2*part && uuid.Validate(piece) != nil && !handMade(piece) {
			pieces = append(pieces, piece)
		}
	}
	return pieces
}

// handMade reports whether a person chose the value. Only then may parts of it be ordinary
// words that reports contain too. Values from a machine have no words, and mix digits and
// both cases.
func handMade(value string) bool {
	if len(value) > long {
		return false
	}
	changes := 0
	for i := range len(value) - 1 {
		if kindOf(value[i]) != kindOf(value[i+1]) {
			changes++
		}
	}
	return changes*3 < len(value)
}

// settings are names with a hyphen or an underscore that spcheck prints in commands and
// hints. Parts of them, such as "-secret-", are also in secrets that a person chose.
const settings = "--client-secret-file --federated-token-file AZURE_CLIENT_SECRET AZURE_CLIENT_CERTIFICATE_PASSWORD client_secret"

// wordLike reports whether a part may belong to a word, or to a name such as
// passwordCredentials.
func wordLike(s string) bool {
	if strings.Contains(settings, s) {
		return true
	}
	capitals := 0
	for i := range len(s) {
		switch kindOf(s[i]) {
		case small:
		case capital:
			capitals++
		default:
			return false
		}
	}
	return capitals < 3
}
