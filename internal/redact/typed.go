package redact

import (
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// HideTyped registers what looks like a secret or a token in text that a person typed or
// configured, such as a value in place of a name, because errors and reports repeat such
// text. The name of an existing file or folder is not registered, so that a report can name
// it, unless it has the form of Entra's secrets or tokens.
func HideTyped(texts ...string) {
	for _, text := range texts {
		for line := range strings.Lines(text) {
			hideLine(line)
		}
	}
}

func hideLine(line string) {
	for from := 0; from < len(line); {
		n := strings.IndexFunc(line[from:], separates)
		if n < 0 {
			n = len(line) - from
		}
		if word := line[from : from+n]; machineMade(word) && (HasSecret(word) || isToken(word) || !onDisk(line, from, from+n)) {
			Hide(word)
		}
		from += n + 1
	}
}

// LooksSecret reports whether a word looks like a secret or token.
func LooksSecret(word string) bool { return HasSecret(word) || machineMade(word) }

// entraSecret matches the client secrets that Entra creates since 2020: 37 or 40
// characters with a marker at the fourth (microsoft/security-utilities).
var entraSecret = lazyregexp.New(`[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{20,}`)

// HasSecret reports whether a text contains a secret in the form of Entra's.
func HasSecret(s string) bool { return strings.Contains(s, "Q~") && entraSecret().MatchString(s) }

// separates reports whether a character separates words.
func separates(r rune) bool { return r <= ' ' || strings.ContainsRune(`"'`+"`"+`,;=:/\@()[]{}<>|`, r) }

// fileKey matches FILE#KEY, a key in a settings file, if both consist of words.
var fileKey = lazyregexp.New(`^\.?(?:[A-Z]?[a-z]+\d{0,2}[-_.])+[a-z]{2,10}#(?:[A-Z]+(?:_[A-Z]+)*|[a-z]+(?:[-_][a-z]+)*)$`)

const (
	leastSecret = 14      // length of the shortest word that may be a secret
	leastKey    = 24      // length of the shortest word that may be a key in base64
	mostSecret  = 1 << 16 // length of the longest word that is examined
)

// machineMade reports whether a word looks like a value from Entra, a vault or a password
// generator: long enough, with small letters, capitals, and digits or signs, and mostly
// without sequences that read as words or years. Names, domains, paths, GUIDs and
// thumbprints do not look like that.
func machineMade(word string) bool {
	if len(word) < leastSecret || len(word) > mostSecret || uuid.Validate(word) == nil || fileKey().MatchString(word) {
		return false
	}
	if isToken(word) {
		return true
	}
	var seen [4]bool
	readable, run, changes := 0, 1, 0
	for i := range len(word) {
		seen[kindOf(word[i])] = true
		if i+1 < len(word) && continues(word[i], word[i+1]) {
			run++
			continue
		}
		changes++
		if run >= 4 && kindOf(word[i]) != other {
			readable += run
		}
		run = 1
	}
	if !seen[small] || !seen[capital] {
		return false
	}
	// In base64, letters and digits alternate more often than in names.
	base64 := len(word) >= leastKey && seen[digit] && !strings.ContainsAny(word, "-.") && changes*4 >= len(word)
	return base64 || (seen[digit] || seen[other]) && readable*2 < len(word)
}

// isToken reports whether a word is a JSON Web Token, or the beginning of one.
func isToken(word string) bool {
	return strings.HasPrefix(word, "eyJ") && strings.ContainsFunc(word, func(r rune) bool { return r > 0x7e || kindOf(byte(r)) == other })
}

// continues reports whether two adjacent characters may belong to one word.
func continues(a, b byte) bool {
	return kindOf(a) == kindOf(b) || kindOf(a) == capital && kindOf(b) == small
}

// Kinds of bytes.
const (
	small = iota
	capital
	digit
	other
)

func kindOf(c byte) int {
	switch {
	case 'a' <= c && c <= 'z':
		return small
	case 'A' <= c && c <= 'Z':
		return capital
	case '0' <= c && c <= '9':
		return digit
	}
	return other
}
