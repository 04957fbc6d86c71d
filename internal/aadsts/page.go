package aadsts

import (
	"bytes"
	"slices"
)

// page is a decoded window in which events are read.
type page struct {
	decoded
	squashed squashed
	window   *window
	finder   *finder
	events   []event
	// results are the places of a sign-in log entry's fields; nil until needed.
	results []int
	// records are the beginnings of log records in the raw text; nil until needed.
	records []int
}

// maxEvents bounds the events of one window, which a hostile text could make as
// many as letters.
const maxEvents = 20_000

// read returns the events of a window, in order.
func (f *finder) read(w *window) *page {
	p := &page{decoded: decode(w.raw), window: w, finder: f}
	p.squashed = squash(p.text)
	f.all.each(p.squashed.text, func(at int, a anchor) bool {
		if e, ok := p.event(at, a); ok {
			e.kind = a.kind
			e.pos = w.base + int64(p.decoded.at[e.at])
			p.events = append(p.events, e)
		}
		return len(p.events) < maxEvents
	})
	slices.SortStableFunc(p.events, func(a, b event) int { return a.at - b.at })
	p.number()
	p.regions()
	return p
}

// number gives the events their lines.
func (p *page) number() {
	line, from := p.window.line, 0
	for i := range p.events {
		to := int(p.events[i].pos - p.window.base)
		line += bytes.Count(p.window.raw[from:to], []byte{'\n'})
		p.events[i].line = line
		if e := &p.events[i]; e.isMessage() {
			e.record, e.row = p.recordOf(e.pos), p.window.rowAt(int(e.pos-p.window.base))
			e.apart = i > 0 && p.events[i-1].end < e.at && bytes.Contains(p.text[p.events[i-1].end:e.at], []byte("\n\n"))
		}
		from = to
	}
}

// event reads what the anchor at a place of the squashed text announces.
func (p *page) event(at int, a anchor) (event, bool) {
	end := at + len(a.phrase)
	rest := p.text[int(p.squashed.at[end-1])+1:]
	e := event{ref: a.ref, at: int(p.squashed.at[at]), end: len(p.text) - len(rest)}
	switch a.kind {
	case kindCode:
		return p.codeEvent(e, at, end)
	case kindList:
		e.codes = readList(rest)
		return e, len(e.codes) > 0
	case kindURI:
		return p.numberEvent(e, at, rest)
	case kindOAuth:
		return p.oauthEvent(e, rest)
	case kindTrace, kindCorr:
		var ok bool
		e.value, ok = readGUID(skipPunctuation(rest, 12))
		return e, ok && !(a.phrase == "requestid" && bytes.HasSuffix(p.squashed.text[:at], []byte("client")))
	case kindTime:
		var ok bool
		e.time, ok = readTime(skipPunctuation(rest, 12))
		return e, ok
	case kindClient:
		var ok bool
		e.value, ok = readGUID(skipPunctuation(rest, 8))
		return e, ok
	case kindPhrase:
		return p.phraseEvent(e, at, a.pat)
	case kindProduct:
		return e, p.wordAt(e.at, e.end)
	case kindAuthority:
		e.value = p.tenantNear(at, rest)
		return e, e.value != ""
	}
	return e, true
}
