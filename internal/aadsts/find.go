package aadsts

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/result"
)

// ErrTooMany is returned beside the matches where a text held more different
// errors than are kept.
var ErrTooMany = errors.New("the text holds more different errors than are shown")

// Find returns the errors in a text: each independent one once, in order. The
// text may be a log of any length in UTF-8 or UTF-16, with JSON, HTML, URL
// encodings and broken lines; memory stays bounded. On ErrTooMany, a read error
// or a cancelled context the matches found so far come with the error.
func Find(ctx context.Context, r io.Reader) ([]Match, error) {
	c, err := Load()
	if err != nil {
		return nil, err
	}
	return finderOf(c).find(ctx, interruptible(ctx, r))
}

// FindString is Find for a text at hand.
func FindString(s string) ([]Match, error) {
	return Find(context.Background(), strings.NewReader(s))
}

// find is the same with the finder's own catalogue.
func (f *finder) find(ctx context.Context, r io.Reader) ([]Match, error) {
	g := newGrouper(f)
	var buf []byte
	err := eachWindow(ctx, r, func(w *window) error {
		f.scan(w, g, &buf)
		return ctx.Err()
	})
	matches := g.finish()
	if err == nil && g.done.dropped > 0 {
		err = ErrTooMany
	}
	return matches, err
}

// span is a piece of a window that is worth a closer look.
type span struct{ from, to int }

const (
	pieceSize = 4 << 10 // granularity of spans
	overlap   = 256     // so that a sign on the border of two pieces is seen
)

// scan reads the pieces of a block that hold a sign, with the text around them
// that may belong to the message. Most of a long log is none, and most of a log
// that is full of errors are lines that were read before.
func (f *finder) scan(w *window, g *grouper, buf *[]byte) {
	var open span
	flush := func(end int) {
		if open.to > 0 {
			part := w.part(open.from, open.to)
			part.end = min(part.end, end-open.from)
			g.takeWindow(f.read(part))
			open = span{}
		}
	}
	for at := w.begin; at < w.end; at += pieceSize {
		*buf = squashRaw(*buf, w.raw[max(0, at-overlap):min(len(w.raw), at+pieceSize+overlap)])
		if !f.sieve.any(*buf) {
			continue
		}
		s := span{max(0, at-pieceSize), min(len(w.raw), at+pieceSize+marginSize)}
		if open.to == 0 || s.from > open.to {
			flush(w.end)
		}
		if g.repeats(w, at, flush, buf) {
			continue
		}
		if open.to == 0 {
			open = s
		}
		open.to = s.to
	}
	flush(w.end)
}

// takeWindow takes the events of a window. Behind its block it continues only
// with the values of the last message; the rest is seen whole in the next one.
func (g *grouper) takeWindow(p *page) {
	limit := p.window.base + int64(p.window.end)
	for i := range p.events {
		e := &p.events[i]
		if e.pos >= limit && e.isMessage() {
			return
		}
		g.take(e)
	}
}

// generic reports whether a code only names a category.
func (f *finder) generic(code string) bool {
	e := f.catalogue.byCode[code]
	return e != nil && e.Generic
}

// orderCodes puts categories first and names the decisive code: the last that
// is none.
func (f *finder) orderCodes(m *Match) {
	slices.SortStableFunc(m.Codes, func(a, b string) int {
		switch x, y := f.generic(a), f.generic(b); {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	if n := len(m.Codes); n > 0 && !slices.Contains(m.Codes, m.Decisive) {
		m.Decisive = m.Codes[n-1]
	}
}

// match completes a group from the catalogue.
func (f *finder) match(g *group) *Match {
	own := g.marks()
	m := &Match{
		Line: g.line, Offset: g.first, Count: 1, FoundBy: g.by, Codes: slices.Clone(g.codes),
		TraceID: own.trace, CorrelationID: own.corr, Timestamp: own.time, faint: g.faint,
	}
	m.AppID, m.Tenant = g.client, g.tenant
	m.Products = f.products(g.products)
	if len(g.hits) > 0 {
		return m.fromPhrases(g)
	}
	f.orderCodes(m)
	m.raw = f.title(m, g) + g.message
	m.Entry, _ = f.catalogue.Lookup(m.Decisive)
	read := m.Entry
	if read == nil || read.Guess {
		m.Alike = f.alike(g.message)
		read = cmp.Or(m.Alike, read)
	}
	if read == nil {
		m.Causes = unknownCause()
	} else {
		m.Details = readDetails(read, g.message)
		m.Causes = read.rank(g.message, &m.Details, m.Timestamp)
		m.Details = m.Details.safe()
	}
	m.AppID = firstShown(m.Details.Identifier, g.client)
	m.Tenant = firstShown(m.Details.Directory, g.tenant)
	if m.prose = g.prose; m.prose {
		for i := range m.Causes {
			m.Causes[i].Most = weaker(m.Causes[i].Most, result.Possible)
		}
	}
	m.tellProducts()
	return m
}

// fromPhrases completes an error without a code: what the best of its phrases
// names, and behind it what the others leave open.
func (m *Match) fromPhrases(g *group) *Match {
	slices.SortStableFunc(g.hits, better)
	m.Phrase, m.raw = g.hits[0].pattern.phrase, g.message
	for _, h := range g.hits {
		for _, r := range h.causes() {
			if !slices.ContainsFunc(m.Causes, func(x Ranked) bool { return x.ID == r.ID }) {
				m.Causes = append(m.Causes, r)
			}
		}
	}
	m.AppID, m.Tenant = shown(m.AppID), shown(m.Tenant)
	m.tellProducts()
	return m
}

// alike returns the entry with the longest phrase that is in a message, nil
// where none does.
func (f *finder) alike(message string) *Entry {
	var longest anchor
	f.all.each(squash([]byte(message)).text, func(_ int, a anchor) bool {
		if a.kind == kindWording && len(a.phrase) > len(longest.phrase) {
			longest = a
		}
		return true
	})
	return f.catalogue.byCode[longest.ref]
}

// title repeats the code in front of its message.
func (f *finder) title(m *Match, g *group) string {
	if g.by == ByWording || m.Decisive == "" {
		return ""
	}
	return "AADSTS" + m.Decisive
}

func firstShown(values ...string) string {
	for _, v := range values {
		if shown(v) != "" {
			return v
		}
	}
	return ""
}
