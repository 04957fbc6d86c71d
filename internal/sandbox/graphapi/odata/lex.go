package odata

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

type tokenKind int

const (
	tokEnd tokenKind = iota
	tokWord
	tokLiteral
	tokOpen
	tokClose
	tokComma
	tokColon
)

type token struct {
	kind tokenKind
	text string
	at   int
	lit  literal
}

var (
	guidPattern   = lazyregexp.New(`^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	numberPattern = lazyregexp.New(`^-?\d+$`)
	wordPattern   = lazyregexp.New(`^[A-Za-z_@$][A-Za-z0-9_.$]*(?:/[A-Za-z_@$][A-Za-z0-9_.$]*)*$`)
)

// lex splits a filter into tokens. A word is a name, an operator or a path.
func lex(s string) ([]token, error) {
	var out []token
	for i := 0; i < len(s); {
		t, next, err := lexOne(s, i)
		if err != nil {
			return nil, err
		}
		if t.kind != tokEnd {
			out = append(out, t)
		}
		i = next
	}
	return append(out, token{kind: tokEnd, at: len(s)}), nil
}

func lexOne(s string, i int) (token, int, error) {
	switch s[i] {
	case ' ', '\t':
		return token{kind: tokEnd}, i + 1, nil
	case '(':
		return token{kind: tokOpen, text: "(", at: i}, i + 1, nil
	case ')':
		return token{kind: tokClose, text: ")", at: i}, i + 1, nil
	case ',':
		return token{kind: tokComma, text: ",", at: i}, i + 1, nil
	case '\'':
		return lexString(s, i)
	case ':':
		return token{kind: tokColon, text: ":", at: i}, i + 1, nil
	}
	return lexBare(s, i)
}

// lexString reads a literal in single quotes, in which two quotes mean one.
func lexString(s string, start int) (token, int, error) {
	var text strings.Builder
	for i := start + 1; i < len(s); i++ {
		if s[i] != '\'' {
			text.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == '\'' {
			text.WriteByte('\'')
			i++
			continue
		}
		return token{kind: tokLiteral, at: start, text: s[start : i+1], lit: literal{Kind: String, Text: text.String()}}, i + 1, nil
	}
	return token{}, 0, &Error{start, "There is an unterminated string literal"}
}

// lexBare reads a word, number, GUID or date up to a delimiter. A colon ends a word but
// is part of a date.
func lexBare(s string, start int) (token, int, error) {
	end := start + delimiter(s[start:], " \t(),'")
	if lit, ok := bareLiteral(s[start:end]); ok {
		return token{kind: tokLiteral, text: s[start:end], at: start, lit: lit}, end, nil
	}
	end = start + delimiter(s[start:], " \t(),':")
	text := s[start:end]
	if lit, ok := bareLiteral(text); ok {
		return token{kind: tokLiteral, text: text, at: start, lit: lit}, end, nil
	}
	if !wordPattern().MatchString(text) {
		return token{}, 0, &Error{start, "Syntax error"}
	}
	return token{kind: tokWord, text: text, at: start}, end, nil
}

func delimiter(s, set string) int {
	if i := strings.IndexAny(s, set); i >= 0 {
		return i
	}
	return len(s)
}

func bareLiteral(s string) (literal, bool) {
	switch {
	case s == "null":
		return literal{Kind: Null, Text: s}, true
	case s == "true" || s == "false":
		return literal{Kind: Bool, Text: s}, true
	case numberPattern().MatchString(s):
		return literal{Kind: Number, Text: s}, true
	case guidPattern().MatchString(s):
		return literal{Kind: GUID, Text: strings.ToLower(s)}, true
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", time.DateOnly} {
		if at, err := time.Parse(layout, s); err == nil {
			return literal{Kind: Date, Text: s, Time: at}, true
		}
	}
	return literal{}, false
}
