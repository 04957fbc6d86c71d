package redact

import (
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// HideTyped registers what looks like a secret or a token in text that a person
// typed or configured, where nobody said that it is one: a value in the place of a
// name, a path or a setting. Errors repeat what was typed, and reports do. The name
// of a folder or file that is there is none, however it looks, unless it has the form
// of Entra's secrets or tokens: a report has to say which one it means.
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

// LooksSecret reports whether a word has the look of a secret or token.
func LooksSecret(word string) bool { return HasSecret(word) || machineMade(word) }

// entraSecret is the form of the client secrets that Entra makes since 2020: 37
// or 40 characters with a marker at the fourth (microsoft/security-utilities).
var entraSecret = lazyregexp.New(`[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{20,}`)

// HasSecret reports whether a text holds one in the form of Entra's secrets.
func HasSecret(s string) bool { return strings.Contains(s, "Q~") && entraSecret().MatchString(s) }

// separates reports whether a character is between words rather than in a
// value.
func separates(r rune) bool { return r <= ' ' || strings.ContainsRune(`"'`+"`"+`,;=:/\@()[]{}<>|`, r) }

// machineMade reports whether a word has the look of what Entra, a vault or a
// password generator makes: long enough, small letters, capitals and digits or
// signs, and hardly a run of characters that reads as a word or a year. Names,
// domains, paths, GUIDs and thumbprints do not.
func machineMade(word string) bool {
	const least = 14
	if len(word) < least || len(word) > 1<<16 || uuid.Validate(word) == nil {
		return false
	}
	var seen [4]bool
	readable, run, changes := 0, 1, 0
	for i := range len(word) {
		seen[kind(word[i])] = true
		if i+1 < len(word) && continues(word[i], word[i+1]) {
			run++
			continue
		}
		changes++
		if run >= 4 && kind(word[i]) != 3 {
			readable += run
		}
		run = 1
	}
	if isToken(word) {
		return true
	}
	if len(word) >= shortestKey && seen[0] && seen[1] && seen[2] && !strings.ContainsAny(word, "-.") && changes*4 >= len(word) {
		return true // base64, as of a key: names change between letters and digits less often
	}
	return seen[0] && seen[1] && (seen[2] || seen[3]) && readable*2 < len(word)
}

// isToken reports a JSON Web Token, or the beginning of one.
func isToken(word string) bool {
	return strings.HasPrefix(word, "eyJ") && strings.ContainsFunc(word, func(r rune) bool { return r > 0x7e || kind(byte(r)) == 3 })
}

// shortestKey is the length from which base64 is told by how often it changes.
const shortestKey = 24

// continues reports whether two characters may be of one word: of one kind, or a
// capital and the small letters behind it.
func continues(a, b byte) bool {
	return kind(a) == kind(b) || kind(a) == 1 && kind(b) == 0
}
