package aadsts

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxValue bounds a value that a message quotes, in bytes.
const maxValue = 300

// quotedValues returns the values in single quotes, or in double quotes if there are no
// others (as in German texts). An apostrophe inside a word is not a quote.
func quotedValues(message string) []quoted {
	if v := between(message, '\''); len(v) > 0 {
		return v
	}
	return between(message, '"')
}

// quoted is a value in quotation marks, and the word before it.
type quoted struct{ value, after string }

func between(s string, quote byte) []quoted {
	var values []quoted
	for i := 0; i < len(s) && len(values) < 8; i++ {
		if before, _ := utf8.DecodeLastRuneInString(s[:i]); s[i] != quote || isAlphanumeric(before) {
			continue
		}
		end := closing(s, i+1, quote)
		if end < 0 {
			break
		}
		values = append(values, quoted{s[i+1 : end], lastWord(s[:i])})
		i = end
	}
	return values
}

func lastWord(s string) string {
	s = strings.TrimRightFunc(s, func(r rune) bool { return !isLetter(r) })
	return s[strings.LastIndexFunc(s, func(r rune) bool { return !isLetter(r) })+1:]
}

// closing returns the place of the closing quote, which no letter follows, or -1.
func closing(s string, from int, quote byte) int {
	for i := from; i < len(s) && i-from <= maxValue; i++ {
		if after, _ := utf8.DecodeRuneInString(s[i+1:]); s[i] == quote && !isAlphanumeric(after) {
			return i
		}
	}
	return -1
}

func isAlphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// isSentence reports whether quotation marks enclose prose, or punctuation, instead of a
// value.
func isSentence(s string) bool {
	const words = 6 // "Insert your client ID here" was sent as a client ID
	fields := strings.Fields(s)
	return len(fields) > words || len(fields) > 2 && strings.HasSuffix(strings.TrimSpace(s), ".") || !strings.ContainsFunc(s, isAlphanumeric)
}

// tidyValue repairs a value that line breaks cut, and converts GUIDs to lower case. Only
// some values contain spaces; in others a line break does not stand for one.
func tidyValue(s string, blanks bool) string {
	blanks = blanks || !strings.Contains(s, "\n")
	s = strings.Trim(collapse(s), " \"'")
	if strings.Contains(s, "://") {
		s = strings.Trim(s, "<>") // an address in angle brackets, not a placeholder
	}
	bare := strings.ReplaceAll(s, " ", "")
	if guidOnly().MatchString(bare) {
		return strings.ToLower(bare)
	}
	if !blanks || strings.HasSuffix(bare, ".onmicrosoft.com") {
		s = bare
	}
	return clip(s, maxValue)
}

// masked reports whether somebody made a value unreadable before sharing the text.
func masked(s string) bool {
	small := strings.ToLower(s)
	return strings.Trim(small, "*.•x -") == "" || strings.ContainsAny(s, "*•<>") || strings.Contains(s, "---") || strings.Contains(s, "...") ||
		strings.Contains(small, "xxx") || strings.Contains(small, "redacted") || small == "removed" || s == "(removed)"
}

// shown returns a value for a report: empty if it was masked.
func shown(s string) string {
	if masked(s) {
		return ""
	}
	return s
}
