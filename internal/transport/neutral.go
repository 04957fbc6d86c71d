package transport

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Neutral makes a string from outside fit for one line of a report or trace:
// control characters, line breaks and marks that change the writing direction
// become blanks, broken UTF-8 becomes U+FFFD, and what exceeds max characters
// is cut with an ellipsis.
func Neutral(s string, max int) string {
	var b strings.Builder
	count := 0
	for i, r := range s {
		if count == max {
			b.WriteString("…")
			break
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				r = '\uFFFD'
			}
		}
		if hidden(r) {
			r = ' '
		}
		b.WriteRune(r)
		count++
	}
	return strings.TrimSpace(b.String())
}

// hidden reports characters that a terminal acts upon or does not show.
func hidden(r rune) bool {
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}
