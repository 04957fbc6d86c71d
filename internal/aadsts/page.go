package aadsts

import (
	"bytes"
	"slices"
)

// page is a decoded window and the events that were read in it.
type page struct {
	decoded
	squashed  squashed
	window    *window
	events    []event
	logFields []int // where the fields of a sign-in log entry end; nil until needed
	records   []int // where log records begin in the raw text; nil until needed
}

// maxEvents bounds the events of one window, because hostile text could have one per
// letter.
const maxEvents = 20_000

// read returns the events of a window, in order.
func (f *finder) read(w *window) *page {
	p := &page{decoded: decode(w.raw), window: w}
	p.squashed = squash(p.text)
	f.all.each(p.squashed.text, func(at int, a anchor) bool {
		if e, ok := p.event(at, a); ok {
			e.pos = w.base + int64(p.decoded.at[e.at])
			p.events = append(p.events, e)
		}
		return len(p.events) < maxEvents
	})
	slices.SortStableFunc(p.events, func(a, b event) int { return a.at - b.at })
	p.locate()
	p.regions()
	return p
}

// locate sets the lines of the events, and the log records of messages.
func (p *page) locate() {
	line, from := p.window.line, 0
	for i := range p.events {
		e := &p.events[i]
		to := int(e.pos - p.window.base)
		line += bytes.Count(p.window.raw[from:to], []byte{'\n'})
		e.line = line
		if e.kind.isMessage() {
			e.record, e.row = p.recordOf(e.pos), p.window.rowAt(to)
			e.apart = i > 0 && p.events[i-1].end < e.at && bytes.Contains(p.text[p.events[i-1].end:e.at], []byte("\n\n"))
		}
		from = to
	}
}

// event reads what an anchor announces. at is its place in the squashed text.
func (p *page) event(at int, a anchor) (e event, ok bool) {
	end := at + len(a.text)
	rest := p.text[int(p.squashed.at[end-1])+1:]
	e = event{kind: a.kind, ref: a.ref, at: int(p.squashed.at[at]), end: len(p.text) - len(rest)}
	switch a.kind {
	case kindCode:
		return p.codeEvent(e, at, end)
	case kindList:
		e.codes = readList(rest)
		return e, len(e.codes) > 0
	case kindURI:
		return p.numberEvent(e, rest)
	case kindOAuth:
		return p.oauthEvent(e, rest)
	case kindTrace, kindCorr:
		e.value, ok = readGUID(skipPunctuation(rest, 12))
		return e, ok && !(a.text == "requestid" && bytes.HasSuffix(p.squashed.text[:at], []byte("client")))
	case kindTime:
		e.time, ok = readTime(skipPunctuation(rest, 12))
		return e, ok
	case kindClient:
		e.value, ok = readGUID(skipPunctuation(rest, 8))
		return e, ok
	case kindPhrase:
		return p.phraseEvent(e, at, a)
	case kindProduct:
		return e, p.beginsWord(e.at) && p.endsWord(e.end)
	case kindAuthority:
		e.value = p.tenantNear(at, rest)
		return e, e.value != ""
	}
	return e, true
}
