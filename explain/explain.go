// Package explain finds errors of Microsoft Entra, and of the programs around it, in
// any text: codes such as AADSTS7000222, and the words of products that hide the code.
// It works offline, and is what the command spcheck explain runs.
//
// Excerpts hold what was understood of a text only: codes, known messages, identifiers
// and times. Everything else is left out, so that no secret that is next to an error
// is repeated. All strings are on one line, bounded, and free of control characters.
//
// # Versions
//
// The package follows the module's semantic version. In a minor version structs may gain
// fields, and texts, the order of causes and the set of codes may change; the IDs of
// causes stay what they are.
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

// ErrTooMany says that a text holds more errors than are kept; those before are
// returned with it.
var ErrTooMany = aadsts.ErrTooMany

// Text is a sentence for people. It prints as English.
type Text struct{ text msg.Text }

// String is the English sentence.
func (t Text) String() string { return t.In("en") }

// In is the sentence in a language: "en" or "de"; anything else is English.
func (t Text) In(language string) string { return neutral.Line(t.text.In(language)) }

// MarshalText implements encoding.TextMarshaler, in English.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// Match is one error that was found. Repeats of one error are one.
type Match struct {
	Line    int    // of its first occurrence, from 1
	Excerpt string // what was understood of it
	// ByWording says that the text holds no code, and its words identify the error.
	ByWording bool
	Codes     []Code // in the order of the text: a category before its specific code
	Decisive  string // digits of the specific code of a nest, empty where there is none
	Causes    []Cause
	// What the message names, empty where it does not.
	AppID, Tenant, TraceID, CorrelationID string
	Time                                  time.Time // zero where the message has none
	Notes                                 []Text    // of the product that the text comes from
}

// Code is a code as the catalogue knows it.
type Code struct {
	Code    string // digits
	Name    string // symbolic name, empty where none is published
	Meaning Text   // empty where the code is not known
}

// Cause is a cause that an error allows, the likeliest first.
type Cause struct {
	ID      string // one of the closed list of root causes, such as secret-expired
	Summary Text
	Remedy  Text
}

// Find returns the errors in a text, which is read as a stream in bounded memory:
// UTF-8 or UTF-16 with its mark, plain or compressed with gzip. The error is ErrTooMany,
// the context's, or the reader's.
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

// Lookup returns what the catalogue knows of a code, in digits with or without AADSTS
// before them. It reports false for a code that is not known.
func Lookup(code string) (Code, bool) {
	catalogue, err := aadsts.Load()
	if err != nil {
		return Code{}, false
	}
	e, ok := catalogue.Lookup(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(code)), "AADSTS"))
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
