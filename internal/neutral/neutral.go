// Package neutral makes text from outside (a tenant, a server, a log) safe to
// show. A name may hold terminal escape sequences, characters that reverse the
// reading direction or look like nothing at all, or formulas of a spreadsheet;
// here they become visible and harmless, and everything has a bounded size.
package neutral

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The most characters that Line and Block let through, before an ellipsis.
const (
	maxLine  = 4096
	maxBlock = 1 << 16
)

const ellipsis = '…'

// Line returns s as one line: control characters, invisible and bidirectional
// ones and line separators become visible escapes such as \n, \x1b or \u{202e},
// invalid UTF-8 becomes U+FFFD, and at most maxLine characters are kept.
func Line(s string) string { return clean(s, maxLine, false) }

// Block is Line for text of several lines: line feeds and tabs stay, a carriage
// return before a line feed is dropped, and at most maxBlock characters are
// kept.
func Block(s string) string { return clean(s, maxBlock, true) }

// Bound returns Line(s) cut to at most limit characters, the last of which is an
// ellipsis where something was cut.
func Bound(s string, limit int) string { return clean(s, limit, false) }

func clean(s string, limit int, lines bool) string {
	var b strings.Builder
	kept := 0
	for i, r := range s {
		if lines && r == '\r' && strings.HasPrefix(s[i+1:], "\n") {
			continue
		}
		if kept++; kept > limit || kept == limit && i+width(s[i:]) < len(s) {
			b.WriteRune(ellipsis)
			break
		}
		switch {
		case lines && (r == '\n' || r == '\t'):
			b.WriteRune(r)
		case Dangerous(r):
			b.WriteString(escape(r))
		default:
			b.WriteRune(r) // an invalid byte arrives here as U+FFFD already
		}
	}
	return b.String()
}

// width is the length in bytes of the first character, valid or not.
func width(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// Dangerous reports whether a character must not reach a terminal as it is: it
// steers the terminal, ends the line, changes the reading direction, or cannot
// be seen.
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
