// Package msg holds sentences for people. A sentence is written once, in
// English, as a format with arguments; it can be printed in every language that
// has a catalogue, and marshals as its English text so that JSON never changes
// with the language of the reader.
//
// The translations are files that anybody can correct (translations/*/*.yaml), each
// folder a language. What the program holds of them is made by Compile.
package msg

//go:generate go run -C ../../tools ./held ../internal/msg/translations_held.go

import (
	"bytes"
	"encoding/json"
	"time"

	"golang.org/x/text/number"
)

// Text is a sentence: an English format, which is also the key of its
// translations, and its arguments. The zero Text is empty.
//
// Arguments may be Text themselves and are then translated too, and so is an error
// that has words (see Of). A time.Time is printed as 2006-01-02 15:04 UTC in every
// language, a time.Duration as "1 hour 5 minutes", and an integer without digit
// grouping, since it may be a port or a code.
type Text struct {
	format string
	args   []any
	// own are the translations that came with the sentence, by language.
	own map[string]string
	// through changes the finished sentence, nil leaves it.
	through func(string) string
}

// New returns a sentence. The format must be a literal: a test collects the
// literals from the source and fails where one has no translation. An argument
// that a tenant, server or log supplied stays an argument, never a format.
func New(format string, args ...any) Text { return Text{format: format, args: args} }

// FromData returns a sentence whose English text comes from one of the project's
// own data files, such as the catalogue of codes, and has no arguments: a per cent
// sign stays one. in holds the translations that are next to it there, by
// language; it may be nil. A language that it lacks is looked up among the
// translation files, so that a new language can bring all its sentences itself.
func FromData(english string, in map[string]string) Text { return Text{format: english, own: in} }

// Both returns a sentence of one of the project's own data files that has its
// English and its German side by side, so that whoever adds an entry touches one
// file. It has no arguments.
func Both(english, german string) Text { return FromData(english, map[string]string{"de": german}) }

// Literal returns text that has no translation: a name, an ID, or a sentence
// that came from outside.
func Literal(s string) Text {
	if s == "" {
		return Text{}
	}
	return New("%s", s)
}

// IsZero reports whether there is nothing to print.
func (t Text) IsZero() bool { return t.format == "" }

// Key returns the English format, which is what translations are filed under.
func (t Text) Key() string { return t.format }

// String prints the sentence in English.
func (t Text) String() string { return t.In(English) }

// In prints the sentence in a language: one of Languages, anything else is
// English. It does not neutralise control characters: that is the task of whoever
// writes it to a terminal or file.
func (t Text) In(lang string) string { return builtin().in(t, lang) }

// Through returns the sentence with a last step before it is printed in any
// language, such as one that hides what looks like a secret.
func (t Text) Through(f func(string) string) Text {
	if before := t.through; before != nil {
		t.through = func(s string) string { return f(before(s)) }
		return t
	}
	t.through = f
	return t
}

func (t Text) by(p *printer) string {
	s := t.sentence(p)
	if t.through != nil {
		s = t.through(s)
	}
	return s
}

func (t Text) sentence(p *printer) string {
	switch own := t.own[p.language]; {
	case t.format == "":
		return ""
	case own != "":
		return own
	case t.format == "%s" && len(t.args) == 1:
		return argument(p, t.args[0])
	case len(t.args) == 0:
		// No arguments: "%" is a character like any other.
		return p.format(t.format, nil)
	}
	args := make([]any, len(t.args))
	for i, a := range t.args {
		args[i] = prepare(p, a)
	}
	return p.Sprintf(p.format(t.format, t.args), args...)
}

// mayCount reports whether an argument may be a number, by which the form of a
// sentence is chosen.
func mayCount(a any) bool {
	switch a.(type) {
	case string, Text, time.Time, time.Duration, error:
		return false
	}
	return true
}

// prepare turns an argument into what the printer is to see.
func prepare(p *printer, a any) any {
	switch v := a.(type) {
	case Text, time.Time, time.Duration, error:
		return argument(p, v)
	case int:
		return ungrouped(int64(v))
	case int64:
		return ungrouped(v)
	}
	return a
}

// ungrouped keeps an integer from being printed as 8,443 or 8.443.
func ungrouped(n int64) any {
	if -1000 < n && n < 1000 {
		return n // needs no grouping, and keeps every verb and flag
	}
	return number.Decimal(n, number.NoSeparator())
}

func argument(p *printer, a any) string {
	switch v := a.(type) {
	case string:
		return v
	case Text:
		return v.by(p)
	case time.Duration:
		return duration(v).by(p)
	case error:
		return Of(v).by(p)
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04 UTC")
	}
	return p.Sprint(prepare(p, a))
}

// MarshalJSON writes the English sentence, or null where there is none.
func (t Text) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // whoever encodes the whole report decides on that
	if err := e.Encode(t.String()); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// UnmarshalJSON reads a sentence back from a saved report, as a literal.
func (t *Text) UnmarshalJSON(data []byte) error {
	var s *string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	*t = Text{}
	if s != nil {
		*t = Literal(*s)
	}
	return nil
}
