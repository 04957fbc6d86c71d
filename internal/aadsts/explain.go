package aadsts

import (
	"bufio"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// Exit codes of explain, from the command-line contract.
const (
	exitFound   = 0
	exitNothing = 3
)

// Explain reads a text, or a list of bare codes, and returns the report of what
// is found in it, as of now. ErrTooMany comes with a report that holds the first
// errors; any other error with one that holds nothing reliable.
func Explain(ctx context.Context, text io.Reader, now time.Time) (*result.Explanation, error) {
	c, err := Load()
	if err != nil {
		return nil, err
	}
	kept := &beginning{}
	head := bufio.NewReaderSize(io.TeeReader(utf8Reader(interruptible(ctx, text)), kept), maxBareList)
	matches, bare := c.bareCodes(head)
	if !bare {
		matches, err = finderOf(c).find(ctx, head)
	}
	if err != nil && !errors.Is(err, ErrTooMany) {
		return nil, err
	}
	report := report(matches, now)
	if len(matches) == 0 {
		report.Notes = finderOf(c).whereToLook(kept.text)
	}
	return report, err
}

// maxBareList bounds a text that is read as nothing but codes, in bytes.
const maxBareList = 4096

// bareList is a text of codes and nothing else.
var bareList = lazyregexp.New(`^\s*(?:(?i:aadsts)?\d{5,8}(?:[\s,;]+|$)){1,64}$`)

// bareCodes reads a text of nothing but codes, as one types them. Numbers that
// the catalogue cannot place are no match. It needs no finder, which takes longer to
// make than all else of such a run.
func (c *Catalogue) bareCodes(text *bufio.Reader) ([]Match, bool) {
	head, err := text.Peek(maxBareList)
	if err == nil || !bareList().Match(head) {
		return nil, false
	}
	var matches []Match
	for n, line := range strings.Split(string(head), "\n") {
		for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r,;", r) }) {
			code := strings.TrimLeft(strings.ToUpper(word), "ADST")
			if m, ok := c.MatchCode(code); ok || code != word {
				m.Line = n + 1
				matches = append(matches, m)
			}
		}
	}
	return matches, true
}

// MatchCode returns what the catalogue alone says of a code (digits), and false
// where it cannot even name a family. The match has no text behind it.
func (c *Catalogue) MatchCode(code string) (Match, bool) {
	m := Match{Line: 1, Count: 1, FoundBy: ByCode, Codes: []string{code}, Decisive: code, Excerpt: "AADSTS" + code, Causes: unknownCause()}
	entry, ok := c.Lookup(code)
	if !ok {
		return m, false
	}
	m.Entry = entry
	m.Causes = entry.rank("", &m.Details, nil)
	return m, true
}

// report turns matches into the report of spcheck explain.
func report(matches []Match, now time.Time) *result.Explanation {
	e := &result.Explanation{
		Header:  result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: now.UTC(), Status: result.OK, ExitCode: exitFound},
		Matches: []result.Match{},
	}
	if len(matches) == 0 {
		e.Status, e.ExitCode = result.Unknown, exitNothing
	}
	for i := range matches {
		e.Matches = append(e.Matches, matches[i].result())
	}
	return e
}

// result turns a match into its form of the contract.
func (m *Match) result() result.Match {
	r := result.Match{
		Line: m.Line, Excerpt: m.Excerpt, FoundBy: string(m.FoundBy),
		Codes: []result.Code{}, Causes: []result.RankedCause{},
		Decisive: result.OrNil(m.Decisive), AppID: result.OrNil(m.AppID), Tenant: result.OrNil(m.Tenant),
		TraceID: result.OrNil(m.TraceID), CorrelationID: result.OrNil(m.CorrelationID), Timestamp: m.Timestamp,
		Details: m.Details.revealed(), Notes: m.Notes,
	}
	for _, code := range m.Codes {
		c := resultCode(code)
		if code == m.Decisive && m.Alike != nil {
			c.Meaning = m.Sentence()
		}
		r.Codes = append(r.Codes, c)
	}
	if m.Phrase != nil {
		r.Notes = slices.Insert(slices.Clone(r.Notes), 0, m.Phrase.Means.text())
	}
	for i, c := range m.Causes {
		for _, place := range m.Places() {
			if i == 0 {
				c.Remedy = msg.New("%s %s", c.Remedy, place)
			}
		}
		r.Causes = append(r.Causes, result.RankedCause{ID: string(c.ID), Summary: c.Summary, Remedy: c.Remedy})
	}
	return r
}

// resultCode is a code with what the catalogue says of it.
func resultCode(code string) result.Code {
	r := result.Code{Code: code, Meaning: msg.New("This code is not in the catalogue.")}
	if c, err := Load(); err == nil {
		if e, ok := c.Lookup(code); ok {
			r.Name, r.Meaning = e.Name, e.Sentence()
		}
	}
	return r
}
