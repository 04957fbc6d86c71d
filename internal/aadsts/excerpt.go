package aadsts

import (
	_ "embed" // the templates
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// excerptLength bounds an excerpt, in characters.
const excerptLength = 200

// redacted replaces a value that is not shown.
const redacted = "[redacted]"

// elided is in an excerpt for whatever is not known.
const elided = "…"

// excerpt makes a line of bounded length from a piece of text. Pasted text may
// hold secrets in any form, so it is shown by what is understood: codes, the words
// of known messages in their order, and the identifiers, times and addresses that
// have a form of their own. Everything else is left out.
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
			if !shownBefore && out.Len() > 0 && strings.HasPrefix(strings.TrimLeft(gap, "'\"`([{<"), " ") || !shownBefore && out.Len() > 0 && gap != "" && gap[len(gap)-1] == ' ' {
				out.WriteString(" ")
			}
			if shownBefore {
				out.WriteString(plainGap(gap))
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

// plainGap is what is between two words that are shown: blanks and
// punctuation, never so much that it could be a value itself.
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

// kinds of tokens.
const (
	word = iota
	sign
	value // with a form of its own
)

type token struct {
	text string
	kind int
}

// shown is the token as an excerpt repeats it, empty where it does not.
func (t token) shown() string {
	if t.kind == value && strings.Contains(t.text, "://") {
		return shownAddress(t.text)
	}
	return t.text
}

// valueShapes are what can be shown by its form alone.
var valueShapes = lazyregexp.New(`^(?:AADSTS\d{5,8}\b|` + guidShape + `\b|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d{1,7})?Z?)?|\d\d?/\d\d?/\d{4} \d\d?:\d\d:\d\d(?: [AP]M)?|[a-z]{3,6}://[^\s"'<>,;)\]}]+)`)

// split parts a line into words, values and what is between them.
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

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// understood reports whether a token may be shown: a value by its form, a word
// beside a word that it is known to be next to.
func understood(tokens []token, i int) bool {
	t := tokens[i]
	v := vocabulary()
	if t.kind == value {
		return t.shown() != "" && (!guidOnly().MatchString(t.text) || v[pair{neighbour(tokens, i, -1), anyValue}])
	}
	own := keyOf(t.text)
	before, after := neighbour(tokens, i, -1), neighbour(tokens, i, 1)
	return v[pair{before, own}] || v[pair{own, after}] || v[pair{own, alone}]
}

// neighbour is the word next to a token in a direction, as it stands in the
// vocabulary; a value stands for any other.
func neighbour(tokens []token, i, step int) string {
	for k := i + step; k >= 0 && k < len(tokens); k += step {
		if tokens[k].kind != sign {
			if tokens[k].kind == value {
				return anyValue
			}
			return keyOf(tokens[k].text)
		}
	}
	return anyValue
}

// pair is two words that are next to each other in a known message.
type pair struct{ first, second string }

const (
	anyValue = "*"
	alone    = "" // beside a word that is a whole wording
)

// keyOf is a word as the vocabulary holds it.
func keyOf(s string) string { return strings.ToLower(strings.ReplaceAll(s, "'", "")) }

// announces reports whether a value follows a word in a known message. A console
// may have cut the word.
func announces(word string) bool {
	const least = 5
	w := keyOf(word)
	return len(w) >= least && slices.ContainsFunc(announcing(), func(known string) bool { return strings.HasSuffix(known, w) })
}

// announcing are the words of the templates that are before a value.
var announcing = sync.OnceValue(func() []string {
	var list []string
	for p := range vocabulary() {
		if p.second == anyValue {
			list = append(list, p.first)
		}
	}
	return list
})

// templates are messages with their values left out.
//
//go:embed catalogue/templates.txt
var templates string

// vocabulary holds the pairs of words of every message that is known: the
// templates, and the wordings of codes and phrases.
var vocabulary = sync.OnceValue(func() map[pair]bool {
	pairs := map[pair]bool{}
	learn := func(text string, values bool) {
		last := ""
		for _, t := range split(strings.ReplaceAll(text, "*", " http://x ")) {
			switch t.kind {
			case sign:
				continue
			case value:
				if values {
					pairs[pair{last, anyValue}] = true
				}
				last = ""
				continue
			}
			k := keyOf(t.text)
			if last != "" {
				pairs[pair{last, k}] = true
			}
			last = k
		}
	}
	c, err := Load()
	if err != nil {
		return pairs
	}
	for line := range strings.Lines(templates) {
		if !strings.HasPrefix(line, "#") {
			learn(line, true)
		}
	}
	for _, e := range c.entries {
		for _, p := range e.Phrases {
			learn(p, false)
		}
	}
	for _, p := range c.phrases {
		for i, text := range p.Patterns {
			learn(text, false)
			if p.Read[i].Word {
				pairs[pair{keyOf(strings.Trim(text, "*")), alone}] = true
			}
		}
	}
	return pairs
})
