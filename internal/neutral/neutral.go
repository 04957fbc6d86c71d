// Package neutral makes text from outside (a tenant, a server, a log) safe to show. A name
// may contain terminal escape sequences, or characters that are invisible or reverse the
// reading direction. They become visible and harmless, and the size is bounded.
package neutral

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/redact"
)

// The maximum lengths, in characters.
const (
	maxLine  = 4096
	maxBlock = 1 << 16
	maxLabel = 256
)

const ellipsis = '…'

// Line returns s as one line of at most 4096 characters. Control characters, invisible and
// bidirectional characters and line separators become escapes such as \n, \x1b or
// \u{202e}. Invalid UTF-8 becomes U+FFFD.
func Line(s string) string { return clean(s, maxLine, false) }

// Block is Line for text of several lines and at most 65,536 characters. Line feeds and
// tabs stay, and a carriage return before a line feed is dropped.
func Block(s string) string { return clean(s, maxBlock, true) }

// Bound is Line with another limit. The last character is an ellipsis if something was cut.
func Bound(s string, limit int) string { return clean(s, limit, false) }

// Label returns s for the value of a Prometheus label, which the metrics library escapes.
// It hides secrets itself, because the response may be compressed.
func Label(s string) string { return Bound(redact.String(s), maxLabel) }

func clean(s string, limit int, lines bool) string {
	var b strings.Builder
	kept := 0
	for i, r := range s {
		if lines && r == '\r' && strings.HasPrefix(s[i+1:], "\n") {
			continue
		}
		_, width := utf8.DecodeRuneInString(s[i:])
		if kept++; kept > limit || kept == limit && i+width < len(s) {
			b.WriteRune(ellipsis)
			break
		}
		if Dangerous(r) && !(lines && (r == '\n' || r == '\t')) {
			b.WriteString(escape(r))
		} else {
			b.WriteRune(r) // an invalid byte is U+FFFD already
		}
	}
	return b.String()
}

// Dangerous reports whether a character must not reach a terminal: it controls the
// terminal, ends the line, changes the reading direction, or is invisible.
func Dangerous(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r <= 0x9f:
		return true
	case r < 0x80:
		return false
	case r == '\u115f', r == '\u1160', r == '\u3164', r == '\uffa0': // Hangul fillers
		return true
	case r >= 0xe0000 && r <= 0xe0fff: // tags and variation selectors
		return true
	}
	return unicode.In(r, unicode.Zl, unicode.Zp) ||
		unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

func escape(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	}
	return fmt.Sprintf(`\u{%x}`, r)
}
