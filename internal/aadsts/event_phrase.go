package aadsts

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"
)

// How far the words around a phrase are looked at, in letters and digits of the
// squashed text, and in bytes of the decoded one for the host.
const (
	reachOfWords = 900
	reachOfProse = 350
	reachOfHost  = 600
)

// phraseEvent reads the words of a program whose anchor is at a place.
func (p *page) phraseEvent(e event, at int, pat *pattern) (event, bool) {
	from, to, ok := pat.find(p.squashed, at)
	if !ok {
		return e, false
	}
	e.at, e.end = int(p.squashed.at[from]), int(p.squashed.at[to-1])+1
	if pat.Begins && !p.beginsWord(e.at) || pat.Ends && !p.endsWord(e.end) {
		return e, false
	}
	if pat.Word && p.parted(from, to) {
		return e, false
	}
	words := p.squashed.text[max(0, from-reachOfWords):min(len(p.squashed.text), to+reachOfWords)]
	if f := pat.phrase; len(f.Near) > 0 && !holdsAny(words, f.Near) || holdsAny(words, f.Unless) {
		return e, false
	}
	e.hit = &hit{pattern: pat, whose: p.whoseAt(&e)}
	if pat.phrase.Network && e.hit.whose == strangers {
		return e, false
	}
	e.hit.prose = p.discussed(from, to)
	e.faint = pat.phrase.Network && e.hit.whose == nobodys
	return e, true
}

// discussed reports whether the text around a stretch of the squashed text rather
// speaks about an error than reports one.
func (p *page) discussed(from, to int) bool {
	words := p.squashed.text[max(0, from-reachOfProse):min(len(p.squashed.text), to+reachOfProse)]
	return containsAny(words, discussing()) && !containsAny(words, printed())
}

// parted reports whether more than a broken line is between the letters of
// a stretch of the squashed text.
func (p *page) parted(from, to int) bool {
	for i := from; i+1 < to; i++ {
		gap := p.text[p.squashed.at[i]+1 : p.squashed.at[i+1]]
		if len(gap) > 0 && (!onlySpace(gap) || !bytes.Contains(gap, []byte{'\n'})) {
			return true
		}
	}
	return false
}

// holdsAny reports whether squashed text holds one of the words.
func holdsAny(text []byte, words []string) bool {
	for _, w := range words {
		if bytes.Contains(text, []byte(squashString(w))) {
			return true
		}
	}
	return false
}

// whoseAt says whose host the record of a log names that holds an event, or the
// line where lines have no time in front. A console may have broken a name.
func (p *page) whoseAt(e *event) whose {
	line := p.lineAround(e)
	if namesOurs(squash(line).text) {
		return microsofts
	}
	stranger := hostOf(line) == strangers
	if stranger && len(line) > longLine {
		return strangers
	}
	if namesOurs(squashRaw(nil, p.recordAround(p.window.base+int64(p.decoded.at[e.at])))) {
		return microsofts
	}
	if stranger {
		return strangers
	}
	return nobodys
}

// longLine is more than consoles break lines at.
const longLine = 130

// recordAround is the raw text of the record that a place is in, bounded.
func (p *page) recordAround(pos int64) []byte {
	raw, at := p.window.raw, int(pos-p.window.base)
	from, to := max(0, at-reachOfHost), min(len(raw), at+reachOfHost)
	if record := p.recordOf(pos); record >= 0 {
		from = max(from, int(record-p.window.base))
		for end := at; end < to; {
			next := bytes.IndexByte(raw[end:to], '\n')
			if next < 0 {
				break
			}
			if end += next + 1; startsRecord(raw[end:]) {
				to = end
				break
			}
		}
	}
	return raw[from:to]
}

// wordAt reports whether a stretch of the decoded text is a separate word.
func (p *page) wordAt(from, to int) bool { return p.beginsWord(from) && p.endsWord(to) }

// beginsWord reports whether a word begins at a place; a capital behind a small
// letter begins one too.
func (p *page) beginsWord(at int) bool {
	before, _ := utf8.DecodeLastRune(p.text[:at])
	first, _ := utf8.DecodeRune(p.text[at:])
	return at == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) || unicode.IsLower(before) && unicode.IsUpper(first) || wide(before)
}

func (p *page) endsWord(at int) bool {
	last, _ := utf8.DecodeLastRune(p.text[:at])
	next, _ := utf8.DecodeRune(p.text[at:])
	return at >= len(p.text) || !unicode.IsLetter(next) && !unicode.IsDigit(next) || unicode.IsLower(last) && unicode.IsUpper(next) || wide(next)
}

// wide reports whether a character belongs to a script that sets no blanks
// between words.
func wide(r rune) bool { return r >= 0x3000 && r < 0xd7b0 }

// recordOf is the beginning of the log record that a place of the text is in:
// of the last line that has a time or a level in front, -1 where there is none.
func (p *page) recordOf(pos int64) int64 {
	if p.records == nil {
		p.records = []int{}
		raw := p.window.raw
		for begin := 0; begin < len(raw); {
			if startsRecord(raw[begin:]) {
				p.records = append(p.records, begin)
			}
			next := bytes.IndexByte(raw[begin:], '\n')
			if next < 0 {
				break
			}
			begin += next + 1
		}
	}
	i, found := slices.BinarySearch(p.records, int(pos-p.window.base))
	if !found {
		i--
	}
	if i < 0 {
		return -1
	}
	return p.window.base + int64(p.records[i])
}

// startsRecord reports whether a line begins as the records of log programs do.
func startsRecord(line []byte) bool {
	head := line[:min(len(line), 64)]
	if end := bytes.IndexByte(head, '\n'); end >= 0 {
		head = head[:end]
	}
	return hasClock(head) || bytes.HasPrefix(head, []byte("time=\"")) || klog(head)
}

// klog is the form of Kubernetes' own logs: I0813 13:06:31.270217.
func klog(head []byte) bool {
	return len(head) > 6 && bytes.IndexByte([]byte("IWEF"), head[0]) >= 0 && len(readDigits(head[1:])) == 4 && head[5] == ' '
}
