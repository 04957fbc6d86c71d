package aadsts

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// excerptLength bounds an excerpt, in characters.
const excerptLength = 200

const (
	redacted = "[redacted]" // replaces a value that is not shown
	elided   = "…"          // replaces everything that is not known
)

// excerpt returns one line of bounded length from a piece of text. Pasted text may contain
// secrets in any form, so only what is understood is shown: codes, the words of known
// messages in their order, and identifiers, times and addresses that have a distinct form.
func excerpt(s string) string {
	s = clip(collapse(s), 6*excerptLength)
	var out strings.Builder
	gap, shownBefore := "", false
	skip := func() {
		if !strings.HasSuffix(out.String(), elided) {
			if out.Len() > 0 && strings.HasPrefix(gap, " ") {
				out.WriteString(" ")
			}
			out.WriteString(elided)
		}
		gap, shownBefore = "", false
	}
	tokens := split(s)
	for i, t := range tokens {
		switch {
		case t.kind == sign:
			gap = t.text
		case !understood(tokens, i):
			skip()
		default:
			switch {
			case shownBefore:
				out.WriteString(plainGap(gap))
			case out.Len() > 0 && (strings.HasPrefix(strings.TrimLeft(gap, "'\"`([{<"), " ") || strings.HasSuffix(gap, " ")):
				out.WriteString(" ")
			}
			out.WriteString(t.shown())
			gap, shownBefore = "", true
		}
	}
	if shownBefore && strings.HasPrefix(gap, ".") {
		out.WriteString(".")
	}
	return clip(strings.TrimSpace(out.String()), excerptLength)
}

// plainGap returns the spaces and punctuation between two words that are shown, unless
// there is so much of it that it could be a value itself.
func plainGap(s string) string {
	const most = 3
	if utf8.RuneCountInString(s) > most || strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII && !unicode.IsPunct(r) }) {
		if strings.HasPrefix(s, " ") || strings.HasSuffix(s, " ") {
			return " "
		}
		return elided
	}
	return s
}

const (
	word = iota
	sign
	value // with a form of its own
)

type token struct {
	text string
	kind int
}

// shown returns the token as an excerpt repeats it, or empty if it does not.
func (t token) shown() string {
	if t.kind == value && strings.Contains(t.text, "://") {
		return shownAddress(t.text)
	}
	return t.text
}

// valueShapes matches values that can be shown because of their form.
var valueShapes = lazyregexp.New(`^(?:AADSTS\d{5,8}\b|` + guidShape + `\b|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d{1,7})?Z?)?|\d\d?/\d\d?/\d{4} \d\d?:\d\d:\d\d(?: [AP]M)?|[a-z]{3,6}://[^\s"'<>,;)\]}]+)`)

// split splits a line into words, values and what is between them.
func split(s string) []token {
	var list []token
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if len(list) == 0 || list[len(list)-1].kind == sign {
			if shape := valueShapes().FindString(s); shape != "" {
				list = append(list, token{shape, value})
				s = s[len(shape):]
				continue
			}
		}
		if isLetter(r) {
			end := n
			for end < len(s) {
				next, size := utf8.DecodeRuneInString(s[end:])
				if !isLetter(next) && !(next == '\'' && end+size < len(s) && unicode.IsLetter(rune(s[end+size]))) {
					break
				}
				end += size
			}
			list = append(list, token{s[:end], word})
			s = s[end:]
			continue
		}
		if k := len(list); k > 0 && list[k-1].kind == sign {
			list[k-1].text += s[:n]
		} else {
			list = append(list, token{s[:n], sign})
		}
		s = s[n:]
	}
	return list
}

func isLetter(r rune) bool { return isAlphanumeric(r) || r == '_' }

// understood reports whether a token may be shown: a value because of its form, a word if
// it is next to the same word in a known message.
func understood(tokens []token, i int) bool {
	t := tokens[i]
	if t.kind == value {
		return t.shown() != "" && (!guidOnly().MatchString(t.text) || adjacent(neighbour(tokens, i, -1), anyValue))
	}
	own := keyOf(t.text)
	return adjacent(neighbour(tokens, i, -1), own) || adjacent(own, neighbour(tokens, i, 1)) || adjacent(own, alone)
}

// neighbour returns the word next to a token in a direction, as the vocabulary has it.
func neighbour(tokens []token, i, step int) string {
	for k := i + step; k >= 0 && k < len(tokens); k += step {
		switch tokens[k].kind {
		case value:
			return anyValue
		case word:
			return keyOf(tokens[k].text)
		}
	}
	return anyValue
}
