package aadsts

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

// event is something that was read at one place of the text.
type event struct {
	kind     kind
	at       int   // place in the decoded window
	end      int   // where the reading ended, in the decoded window
	pos      int64 // place in the whole text
	line     int
	codes    []string
	value    string
	time     *time.Time
	ref      string
	region   string // the message behind a code, or around a phrase
	sameLine string // the line of a product's phrase
	titled   bool   // a code right behind "Message:", below its IDs
	faint    bool   // a bare number that counts only where nothing better is found
}

// isMessage reports whether the event begins a message of its own.
func (e *event) isMessage() bool {
	switch e.kind {
	case kindCode, kindList, kindURI, kindOAuth, kindWording, kindProduct:
		return true
	}
	return false
}

// page is a decoded window in which events are read.
type page struct {
	decoded
	squashed squashed
	window   *window
	finder   *Finder
	events   []event
	// results are the places of a sign-in log entry's fields; nil until needed.
	results []int
}

// maxEvents bounds the events of one window, which a hostile text could make as
// many as letters.
const maxEvents = 20_000

// read returns the events of a window, in order.
func (f *Finder) read(w *window) *page {
	p := &page{decoded: decode(w.raw), window: w, finder: f}
	p.squashed = squash(p.text)
	f.all.each(p.squashed.text, func(at int, a anchor) bool {
		if e, ok := p.event(at, a); ok {
			e.kind = a.kind
			e.at = int(p.squashed.at[at])
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
		from = to
	}
}

// event reads what the anchor at a place of the squashed text announces.
func (p *page) event(at int, a anchor) (event, bool) {
	end := at + len(a.phrase)
	rest := p.text[int(p.squashed.at[end-1])+1:]
	e := event{ref: a.ref, end: len(p.text) - len(rest)}
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
	case kindAuthority:
		e.value = p.tenantNear(at, rest)
		return e, e.value != ""
	}
	return e, true
}

// codeEvent reads AADSTS and its number.
func (p *page) codeEvent(e event, at, end int) (event, bool) {
	for i := at; i+1 < end; i++ {
		gap := p.text[p.squashed.at[i]+1 : p.squashed.at[i+1]]
		if len(gap) > 0 && (!onlySpace(gap) || !bytes.Contains(gap, []byte{'\n'})) {
			return e, false
		}
	}
	code, stop, ok := p.readCode(e.end)
	if !ok {
		return e, false
	}
	e.codes, e.end = []string{code}, stop
	before := squash(p.text[max(0, int(p.squashed.at[at])-40):p.squashed.at[at]]).text
	for _, word := range []string{"message", "nachricht", "meldung", "mensaje", "messaggio"} {
		e.titled = e.titled || bytes.HasSuffix(before, []byte(word))
	}
	return e, true
}

// Real codes have five to eight digits.
const minDigits, maxDigits = 5, 8

// readCode reads the number behind AADSTS; a few signs may stand between. It
// returns where the number ends.
func (p *page) readCode(from int) (string, int, bool) {
	start := from
	for start < len(p.text) && start-from < 6 && strings.IndexByte(" \n-_:#*`'\"=([", p.text[start]) >= 0 {
		start++
	}
	digits := readDigits(p.text[start:])
	end := start + len(digits)
	if joined, stop := p.joinDigits(digits, end); joined != "" {
		digits, end = joined, stop
	}
	if len(digits) < minDigits || len(digits) > maxDigits || end < len(p.text) && (p.text[end] == 'x' || p.text[end] == 'X') {
		return "", 0, false
	}
	return digits, end, true
}

// joinDigits continues a number on the next line where a console broke it: only
// if the whole is a known code and reads on like a message.
func (p *page) joinDigits(digits string, end int) (string, int) {
	space := leadingSpace(p.text[end:])
	if digits == "" || len(digits) >= maxDigits || space == 0 || !bytes.Contains(p.text[end:end+space], []byte{'\n'}) {
		return "", 0
	}
	more := readDigits(p.text[end+space:])
	stop := end + space + len(more)
	whole := digits + more
	if more == "" || p.finder.catalogue.byCode[whole] == nil || stop < len(p.text) && strings.IndexByte("-/.", p.text[stop]) >= 0 {
		return "", 0
	}
	if p.finder.catalogue.byCode[digits] != nil && (stop >= len(p.text) || p.text[stop] != ':') {
		return "", 0
	}
	return whole, stop
}

func onlySpace(s []byte) bool { return leadingSpace(s) == len(s) }

// readList reads the numbers of error_codes.
func readList(rest []byte) []string {
	s := skipPunctuation(rest, 16)
	var list []string
	for len(list) < 8 {
		digits := readDigits(s)
		if len(digits) < minDigits || len(digits) > maxDigits {
			break
		}
		list = append(list, digits)
		s = s[len(digits):]
		next := bytes.TrimLeft(s, " \n\t\"'")
		if len(next) == 0 || next[0] != ',' {
			break
		}
		s = bytes.TrimLeft(next[1:], " \n\t\"'")
	}
	return list
}

// numberEvent reads the number of error?code=, of an "errorCode" field of a
// sign-in log entry, or behind the words "error code". Only known codes count,
// and short ones only in an address or a log entry.
func (p *page) numberEvent(e event, at int, rest []byte) (event, bool) {
	inAddress := bytes.HasPrefix(rest, []byte("=")) && p.endsInErrorPage(e.end)
	s := skipPunctuation(rest, 6)
	digits := readDigits(s)
	if len(digits) < minDigits || len(digits) > maxDigits {
		return e, false
	}
	if p.finder.catalogue.byCode[digits] == nil && !inAddress {
		return e, false
	}
	if !inAddress && len(digits) == minDigits && !p.inLogEntry(e.end) {
		return e, false
	}
	e.codes = []string{digits}
	e.faint = !inAddress && len(digits) == minDigits && !bytes.HasPrefix(rest, []byte("\""))
	return e, true
}

// endsInErrorPage reports whether the address of Microsoft's page about errors,
// such as https://login.microsoftonline.com/error?code, ends at a place.
func (p *page) endsInErrorPage(at int) bool {
	before := lower(p.text[:at], 80)
	return bytes.HasSuffix(before, []byte("error?code")) && bytes.Contains(squash(before).text, []byte("microsoft"))
}

// inLogEntry reports whether fields of a sign-in log entry stand near a place.
func (p *page) inLogEntry(at int) bool {
	if p.results == nil {
		p.results = []int{}
		for _, field := range logFields {
			for from := 0; ; {
				next := bytes.Index(p.squashed.text[from:], []byte(field))
				if next < 0 {
					break
				}
				from += next + len(field)
				p.results = append(p.results, int(p.squashed.at[from-1]))
			}
		}
		slices.Sort(p.results)
	}
	const reach = 1500
	i, _ := slices.BinarySearch(p.results, at-reach)
	return i < len(p.results) && p.results[i] < at+reach
}

// oauthEvent reads "invalid_client: 7000215 - …", as the JavaScript libraries
// print it.
func (p *page) oauthEvent(e event, rest []byte) (event, bool) {
	if !bytes.HasPrefix(rest, []byte(": ")) {
		return e, false
	}
	digits := readDigits(rest[2:])
	after := rest[2+len(digits):]
	if len(digits) < minDigits || len(digits) > maxDigits || !bytes.HasPrefix(after, []byte(" - ")) {
		return e, false
	}
	e.codes = []string{digits}
	e.end += 2 + len(digits)
	return e, true
}

// tenantNear reads the tenant of a sign-in address: the part of the path behind
// the host, or in front of /oauth2/.
func (p *page) tenantNear(at int, rest []byte) string {
	segment := rest
	if bytes.HasPrefix(p.squashed.text[at:], []byte("oauth2")) {
		head := p.text[:p.squashed.at[at]]
		if !bytes.HasSuffix(head, []byte("/")) {
			return ""
		}
		head = head[:len(head)-1]
		segment = head[bytes.LastIndexByte(head[max(0, len(head)-80):], '/')+max(0, len(head)-80)+1:]
	} else if !bytes.HasPrefix(rest, []byte("/")) {
		return ""
	} else {
		segment = rest[1:min(len(rest), 80)]
	}
	if g, ok := readGUID(segment); ok {
		return g
	}
	if end := bytes.IndexAny(segment, "/?#\"' \n"); end >= 0 {
		segment = segment[:end]
	}
	if dot := bytes.IndexByte(segment, '.'); dot > 0 && dot+1 < len(segment) && isDomain(string(segment)) && !bytes.HasPrefix(lower(segment, 80), []byte("login.")) {
		return strings.ToLower(string(segment))
	}
	return ""
}

// isDomain reports whether s looks like a domain name.
func isDomain(s string) bool {
	for i := range len(s) {
		if c := s[i]; fold[c] == 0 && c != '.' && c != '-' {
			return false
		}
	}
	return len(s) <= 253
}
