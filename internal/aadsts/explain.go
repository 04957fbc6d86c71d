package aadsts

import (
	"bufio"
	"bytes"
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

// Explain returns a report about the errors in a text, or about a list of bare codes. With
// ErrTooMany the report contains the first errors. With any other error there is none.
func Explain(ctx context.Context, text io.Reader, now time.Time) (*result.Explanation, error) {
	var beginning bytes.Buffer // of the text, for advice
	head := bufio.NewReaderSize(io.TeeReader(utf8Reader(interruptible(ctx, text)), &limited{&beginning}), maxBareList)
	matches, bare := bareCodes(head)
	var err error
	if !bare {
		matches, err = builtin().find(ctx, head)
	}
	if err != nil && !errors.Is(err, ErrTooMany) {
		return nil, err
	}
	report := &result.Explanation{
		Header:  result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: now.UTC(), Status: result.OK, ExitCode: exitFound},
		Matches: []result.Match{},
	}
	for i := range matches {
		report.Matches = append(report.Matches, matches[i].result())
	}
	if len(matches) == 0 {
		report.Status, report.ExitCode = result.Unknown, exitNothing
		report.Notes = advice(beginning.Bytes())
	}
	return report, err
}

// interruptible reads from r until ctx ends, even while r waits for input from a terminal
// or an open pipe.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	out, in := io.Pipe()
	go func() {
		_, err := io.Copy(in, r)
		_ = in.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { _ = in.CloseWithError(ctx.Err()) })
	return out
}

// limited keeps the first 64 KiB that are written.
type limited struct{ *bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	l.Buffer.Write(p[:min(len(p), blockSize-l.Len())])
	return len(p), nil
}

// advice returns notes for a text without a known error: what to paste, where the products
// in the text log it, and how to get Entra's own answer.
func advice(text []byte) []msg.Text {
	if len(bytes.TrimSpace(text)) == 0 {
		return []msg.Text{msg.New("The text is empty. Give it as an argument, with --file PATH, or in a pipe.")}
	}
	notes := []msg.Text{msg.New("Paste the whole message with the lines around it: a code such as AADSTS7000222, the name of an exception, an HTTP status, the text after “error_description”.")}
	products := builtin().productsIn(text)
	for _, p := range products {
		notes = append(notes, p.Log.text())
	}
	if len(products) == 0 {
		notes = append(notes, msg.New("Many products show their own message instead of Entra's answer; the answer is in their debug log."))
	}
	return append(notes,
		msg.New("Without the product: spcheck diagnose signs in with the same tenant, client ID and secret, and explains Entra's answer."),
		msg.New("In the tenant: Microsoft Entra admin center > Monitoring & health > Sign-in logs > Service principal sign-ins shows each failed attempt with its code."))
}

// maxBareList bounds a list of bare codes, in bytes.
const maxBareList = 4096

// bareList matches a text that consists of codes.
var bareList = lazyregexp.New(`^\s*(?:(?i:aadsts)?\d{5,8}(?:[\s,;]+|$)){1,64}$`)

// bareCodes reads a list of bare codes, and reports whether the text is one. Numbers
// without an entry are not matches. It needs no finder, which takes longer to create than
// the rest of such a run.
func bareCodes(text *bufio.Reader) ([]Match, bool) {
	head, err := text.Peek(maxBareList)
	if err == nil || !bareList().Match(head) {
		return nil, false
	}
	var matches []Match
	for n, line := range strings.Split(string(head), "\n") {
		for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r,;", r) }) {
			code := strings.TrimLeft(strings.ToUpper(word), "ADST")
			if m, ok := Load().MatchCode(code); ok || code != word {
				m.Line = n + 1
				matches = append(matches, m)
			}
		}
	}
	return matches, true
}

// result converts a match to the form of the contract.
func (m *Match) result() result.Match {
	r := result.Match{
		Line: m.Line, Excerpt: m.Excerpt, FoundBy: string(m.FoundBy),
		Codes: []result.Code{}, Causes: []result.RankedCause{},
		Decisive: result.OrNil(m.Decisive), AppID: result.OrNil(m.AppID), Tenant: result.OrNil(m.Tenant),
		TraceID: result.OrNil(m.TraceID), CorrelationID: result.OrNil(m.CorrelationID), Timestamp: m.Timestamp,
		Details: m.Details.revealed(), Notes: m.Notes,
	}
	for _, code := range m.Codes {
		c := result.Code{Code: code, Meaning: msg.New("This code is not in the catalogue.")}
		if e, ok := Load().Lookup(code); ok {
			c.Name, c.Meaning = e.Name, e.Sentence()
		}
		if code == m.Decisive && m.Alike != nil {
			c.Meaning = m.Sentence()
		}
		r.Codes = append(r.Codes, c)
	}
	if m.Phrase != nil {
		r.Notes = slices.Concat([]msg.Text{m.Phrase.Means.text()}, m.Notes)
	}
	for _, c := range m.Causes {
		r.Causes = append(r.Causes, result.RankedCause{ID: string(c.ID), Summary: c.Summary, Remedy: c.Remedy})
	}
	for _, place := range m.Places() {
		r.Causes[0].Remedy = msg.New("%s %s", r.Causes[0].Remedy, place)
	}
	return r
}
