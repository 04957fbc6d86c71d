package aadsts

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxRegion bounds a message. Real ones are shorter.
const maxRegion = 1500

// regions sets the message of every event that has one.
func (p *page) regions() {
	for i := range p.events {
		e := &p.events[i]
		switch e.kind {
		case kindCode, kindOAuth, kindList, kindURI:
			e.region = p.regionAfter(i)
		case kindWording, kindPhrase:
			e.region = p.regionBefore(i) + string(p.text[e.at:e.end]) + p.regionAfter(i)
		}
	}
}

// regionAfter returns the text from an event to the next event, label, end of a JSON string
// or empty line.
func (p *page) regionAfter(i int) string {
	from := p.events[i].end
	to := min(len(p.text), from+maxRegion)
	for _, next := range p.events[i+1:] {
		if next.at >= to {
			break
		}
		if next.at >= from && !next.kind.isContext() && next.kind != kindWording && (next.kind != kindPhrase || next.foreign(p.events[i].record)) {
			to = next.at
			break
		}
	}
	text := p.text[from:to]
	for _, stop := range []string{"Trace ID", "Correlation ID", "Request Id", "error_codes", "error_uri", "\n\n"} {
		if cut := bytes.Index(text, []byte(stop)); cut >= 0 {
			text = text[:cut]
		}
	}
	for cut := 0; ; cut++ {
		next := bytes.IndexByte(text[cut:], '"')
		if next < 0 {
			break
		}
		cut += next
		if endsString(text[cut+1:]) {
			text = text[:cut]
			break
		}
	}
	return string(text)
}

// endsString reports whether JSON continues with another field, or the end of the object.
func endsString(rest []byte) bool {
	rest = bytes.TrimLeft(rest, " \n")
	next, comma := bytes.CutPrefix(rest, []byte{','})
	return bytes.HasPrefix(rest, []byte{'}'}) || comma && bytes.HasPrefix(bytes.TrimLeft(next, " \n"), []byte{'"'})
}

// lineAround returns the line of an event, bounded on both sides.
func (p *page) lineAround(e *event) []byte {
	head, tail := p.text[max(0, e.at-maxRegion):e.at], p.text[e.at:min(len(p.text), e.at+maxRegion)]
	head = head[bytes.LastIndexByte(head, '\n')+1:]
	if end := bytes.IndexByte(tail, '\n'); end >= 0 {
		tail = tail[:end]
	}
	return slices.Concat(head, tail)
}

// regionBefore returns the beginning of the sentence with a phrase.
func (p *page) regionBefore(i int) string {
	e := p.events[i]
	from := max(0, e.at-300)
	if i > 0 && p.events[i-1].end <= e.at {
		from = max(from, p.events[i-1].end)
	}
	text := p.text[from:e.at]
	for _, stop := range []string{"\n\n", ". ", "\": \"", "=\"", "\":\""} {
		if cut := bytes.LastIndex(text, []byte(stop)); cut >= 0 {
			text = text[cut+len(stop):]
		}
	}
	return string(text)
}

// collapse joins the lines of a text and removes control and format characters.
func collapse(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	return strings.Join(strings.Fields(s), " ")
}

// clip shortens a text to a number of characters.
func clip(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	runes := []rune(s)
	return strings.TrimSpace(string(runes[:limit-1])) + "…"
}
