// Package explain finds errors of Microsoft Entra ID, and of the programs around it, in
// any text: codes such as AADSTS7000222, and the messages of products that hide the
// code. It works offline. The command spcheck explain uses it.
//
// An excerpt contains only what was recognised: codes, known messages, identifiers and
// times. Everything else is dropped, so a secret next to an error is never repeated.
// Every string is a single line of bounded length without control characters.
//
// # Versions
//
// The package follows the module's semantic version. A minor version may add fields to
// structs, and may change texts, the order of causes and the set of codes. The IDs of
// causes do not change.
package explain

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// ErrTooMany means that the text has more errors than Find keeps. The errors before the
// limit are returned with it.
var ErrTooMany = aadsts.ErrTooMany

// Text is a sentence for people. It prints in English.
type Text struct{ text msg.Text }

// String returns the English sentence.
func (t Text) String() string { return t.In("en") }

// In returns the sentence in a language, "en" or "de". Any other language gives
// English.
func (t Text) In(language string) string { return neutral.Line(t.text.In(language)) }

// MarshalText implements encoding.TextMarshaler, in English.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// Match is one error in the text. Repeats of the same error are one Match.
type Match struct {
	Line    int    // first occurrence, from 1
	Excerpt string // what was recognised, on one line
	// ByWording is set if the text has no code and the error was identified by its
	// wording.
	ByWording bool
	Codes     []Code // in the order of the text; a category comes before its specific code
	Decisive  string // digits of the most specific of several nested codes, or empty
	Causes    []Cause
	// Identifiers in the message; empty if it has none.
	AppID, Tenant, TraceID, CorrelationID string
	Time                                  time.Time // zero if the message has none
	Notes                                 []Text    // about the product that produced the text
}

// Code is an error code and its entry in the catalogue.
type Code struct {
	Code    string // digits
	Name    string // symbolic name; empty if none is published
	Meaning Text   // empty if the code is not known
}

// Cause is a possible cause of an error. Causes are ordered, likeliest first.
type Cause struct {
	ID      string // from the closed list of root causes, such as secret-expired
	Summary Text
	Remedy  Text
}

// Find returns the errors in a text. It reads the text as a stream, in bounded memory:
// UTF-8, or UTF-16 with a byte order mark, plain or gzip-compressed. It returns
// ErrTooMany, the error of ctx, or the error of the reader.
func Find(ctx context.Context, text io.Reader) ([]Match, error) {
	found, err := aadsts.Explain(ctx, text, time.Now())
	if err != nil && !errors.Is(err, ErrTooMany) {
		return nil, err
	}
	list := make([]Match, 0, len(found.Matches))
	for _, m := range found.Matches {
		list = append(list, match(m))
	}
	return list, err
}

// FindString is Find for a text in memory.
func FindString(ctx context.Context, text string) ([]Match, error) {
	return Find(ctx, strings.NewReader(text))
}

// Lookup returns the catalogue's entry for a code, given as digits with or without the
// prefix AADSTS. It returns false if the code is not known.
func Lookup(code string) (Code, bool) {
	e, ok := aadsts.Load().Lookup(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(code)), "AADSTS"))
	if !ok {
		return Code{}, false
	}
	return Code{Code: e.Code, Name: e.Name, Meaning: Text{e.Sentence()}}, true
}

func match(m result.Match) Match {
	out := Match{Line: m.Line, Excerpt: m.Excerpt, ByWording: m.FoundBy == "wording", Decisive: value(m.Decisive),
		AppID: value(m.AppID), Tenant: value(m.Tenant), TraceID: value(m.TraceID), CorrelationID: value(m.CorrelationID), Time: value(m.Timestamp)}
	for _, c := range m.Codes {
		out.Codes = append(out.Codes, Code{c.Code, c.Name, Text{c.Meaning}})
	}
	for _, c := range m.Causes {
		out.Causes = append(out.Causes, Cause{c.ID, Text{c.Summary}, Text{c.Remedy}})
	}
	for _, n := range m.Notes {
		out.Notes = append(out.Notes, Text{n})
	}
	return out
}

func value[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}
