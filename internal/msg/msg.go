// Package msg holds messages for people. A sentence is written once, in English, as a
// format with arguments, and can be printed in every language that has a translation. In
// JSON it is always English, so JSON does not depend on the language of the reader.
//
// The translations are in translations/*/*.yaml, one folder per language, and are compiled
// to package translations.
package msg

import (
	"bytes"
	"encoding/json"
	"time"

	"golang.org/x/text/number"
)

// Text is a sentence: an English format, which is the key of its translations, and
// arguments. The zero Text is empty.
//
// Arguments of type Text, and errors that implement Worded, are translated too. A
// time.Time is printed as 2006-01-02 15:04 UTC in every language, a time.Duration as
// "1 hour 5 minutes", and an integer without digit grouping, since it may be a port.
type Text struct {
	format  string
	args    []any
	german  string              // the translation in the source code, empty if there is none
	through func(string) string // changes the finished sentence; may be nil
}

// New returns a sentence. The format must be a literal: a test collects the literals from
// the source and fails if one has no translation. Text from a tenant, server or log must
// be an argument, never the format.
func New(format string, args ...any) Text { return Text{format: format, args: args} }

// FromData returns a sentence without arguments whose English is in a table or a data file.
// "%" has no special meaning in it.
func FromData(english string) Text { return Text{format: english} }

// Both is FromData for tables and data files that have the German translation side by side.
// Other languages, and German if it is empty, are looked up in the translation files.
func Both(english, german string) Text { return Text{format: english, german: german} }

// Literal returns text without a translation: a name, an ID, or text from outside.
func Literal(s string) Text {
	if s == "" {
		return Text{}
	}
	return New("%s", s)
}

// IsZero reports whether there is nothing to print.
func (t Text) IsZero() bool { return t.format == "" }

// Key returns the English format, which is the key of the translations.
func (t Text) Key() string { return t.format }

// String prints the sentence in English.
func (t Text) String() string { return t.In(English) }

// In prints the sentence in one of Languages; anything else means English. It does not
// neutralise control characters; whoever writes to a terminal or a file does that.
func (t Text) In(lang string) string { return t.by(builtin().printer(lang)) }

// Through returns the sentence with f applied to it when it is printed, after earlier
// functions.
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
	switch {
	case t.format == "":
		return ""
	case t.german != "" && p.language == "de":
		return t.german
	case t.format == "%s" && len(t.args) == 1:
		return argument(p, t.args[0])
	case len(t.args) == 0: // "%" has no special meaning
		return p.format(t.format, nil)
	}
	args := make([]any, len(t.args))
	for i, a := range t.args {
		args[i] = prepare(p, a)
	}
	return p.Sprintf(p.format(t.format, t.args), args...)
}

// mayCount reports whether an argument may be a number, which decides on a plural form.
func mayCount(a any) bool {
	switch a.(type) {
	case string, Text, time.Time, time.Duration, error:
		return false
	}
	return true
}

// prepare converts an argument for message.Printer.
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

// ungrouped prevents an integer from being printed as 8,443 or 8.443.
func ungrouped(n int64) any {
	if -1000 < n && n < 1000 {
		return n // there is no grouping, and every verb and flag works
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

// MarshalJSON writes the English sentence, or null if it is empty.
func (t Text) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // the encoder of the whole report decides that
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
