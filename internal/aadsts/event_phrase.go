package aadsts

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"
)

// How far around a phrase other words count, in letters and digits of the squashed text,
// and for the host in bytes of the raw text.
const (
	reachOfWords = 900
	reachOfProse = 350
	reachOfHost  = 600
)

// phraseEvent reads the words of a program, whose anchor is at a place.
func (p *page) phraseEvent(e event, at int, a anchor) (event, bool) {
	pat, phrase := a.pattern, a.phrase
	from, to, ok := pat.find(p.squashed, at)
	if !ok {
		return e, false
	}
	e.at, e.end = int(p.squashed.at[from]), int(p.squashed.at[to-1])+1
	if pat.Begins && !p.beginsWord(e.at) || pat.Ends && !p.endsWord(e.end) || pat.Word && p.parted(from, to) || pat.Name && p.blanks(from, to) {
		return e, false
	}
	words := around(p.squashed.text, from, to, reachOfWords)
	if len(phrase.Near) > 0 && !containsAny(words, phrase.Near) || containsAny(words, phrase.Unless) {
		return e, false
	}
	if phrase.Elsewhere != "" && p.elsewhere(&e) {
		phrase = Load().phrase(phrase.Elsewhere)
	}
	e.hit = &hit{phrase: phrase, weight: pat.weight(), host: p.hostAt(&e), prose: p.discussed(from, to)}
	e.faint = phrase.Network && e.hit.host == noHost
	return e, !phrase.Network || e.hit.host != otherHost
}

// around returns a stretch of a text with what is within reach on both sides.
func around(text []byte, from, to, reach int) []byte {
	return text[max(0, from-reach):min(len(text), to+reach)]
}

// discussed reports whether the text around a stretch of the squashed text discusses an
// error instead of reporting one.
func (p *page) discussed(from, to int) bool {
	words := around(p.squashed.text, from, to, reachOfProse)
	return containsAny(words, discussing()) && !containsAny(words, printed())
}

// parted reports whether anything but a line break separates the letters of a stretch of
// the squashed text.
func (p *page) parted(from, to int) bool {
	for i := from; i+1 < to; i++ {
		gap := p.text[p.squashed.at[i]+1 : p.squashed.at[i+1]]
		if len(gap) > 0 && (leadingSpace(gap) < len(gap) || !bytes.Contains(gap, []byte{'\n'})) {
			return true
		}
	}
	return false
}

// blanks reports whether blanks without a line break, or a comma, separate any letters of a
// stretch of the squashed text.
func (p *page) blanks(from, to int) bool {
	for i := from; i+1 < to; i++ {
		gap := p.text[p.squashed.at[i]+1 : p.squashed.at[i+1]]
		if len(gap) > 0 && (len(bytes.Trim(gap, " \t")) == 0 || bytes.IndexByte(gap, ',') >= 0) {
			return true
		}
	}
	return false
}

// hostAt returns whose host is named near an event: in its line, or in its log record. A
// console may have broken a name across lines.
func (p *page) hostAt(e *event) hostOwner {
	line := p.lineAround(e)
	if namesMicrosoft(squash(line).text) {
		return microsoftHost
	}
	other := namesOther(line)
	if other && len(line) > longLine {
		return otherHost
	}
	if namesMicrosoft(squashRaw(nil, p.recordAround(p.window.base+int64(p.decoded.at[e.at])))) {
		return microsoftHost
	}
	if other {
		return otherHost
	}
	return noHost
}

// longLine is wider than any console.
const longLine = 130

// recordAround returns the raw text of the log record at a place, bounded.
func (p *page) recordAround(pos int64) []byte {
	raw, at := p.window.raw, int(pos-p.window.base)
	from, to := max(0, at-reachOfHost), min(len(raw), at+reachOfHost)
	if i := p.recordIndex(at); i >= 0 {
		from = max(from, p.records[i])
		if i+1 < len(p.records) {
			to = min(to, p.records[i+1])
		}
	}
	return raw[from:to]
}

// beginsWord reports whether a word begins at a place. In camelCase, a capital begins one.
func (p *page) beginsWord(at int) bool {
	before, _ := utf8.DecodeLastRune(p.text[:at])
	first, _ := utf8.DecodeRune(p.text[at:])
	return at == 0 || !isAlphanumeric(before) || unicode.IsLower(before) && unicode.IsUpper(first) || wide(before)
}

func (p *page) endsWord(at int) bool {
	last, _ := utf8.DecodeLastRune(p.text[:at])
	next, _ := utf8.DecodeRune(p.text[at:])
	return at >= len(p.text) || !isAlphanumeric(next) || unicode.IsLower(last) && unicode.IsUpper(next) || wide(next)
}

// wide reports whether a character belongs to a script without spaces between words.
func wide(r rune) bool { return r >= 0x3000 && r < 0xd7b0 }

// recordOf returns where the log record at a place begins: the last line with a time or a
// level in front. It is -1 if there is none.
func (p *page) recordOf(pos int64) int64 {
	i := p.recordIndex(int(pos - p.window.base))
	if i < 0 {
		return -1
	}
	return p.window.base + int64(p.records[i])
}

// recordIndex returns the index of the log record at a place of the raw text, or -1.
func (p *page) recordIndex(at int) int {
	if p.records == nil {
		p.records = []int{}
		begin := 0
		for line := range bytes.Lines(p.window.raw) {
			if startsRecord(line) {
				p.records = append(p.records, begin)
			}
			begin += len(line)
		}
	}
	i, found := slices.BinarySearch(p.records, at)
	if !found {
		i--
	}
	return i
}

// startsRecord reports whether a line begins a log record.
func startsRecord(line []byte) bool {
	head := line[:min(len(line), 64)]
	if end := bytes.IndexByte(head, '\n'); end >= 0 {
		head = head[:end]
	}
	return hasClock(head) || bytes.HasPrefix(head, []byte("time=\"")) || klog(head)
}

// klog reports whether a line begins like the logs of Kubernetes: I0813 13:06:31.270217.
func klog(head []byte) bool {
	return len(head) > 6 && bytes.IndexByte([]byte("IWEF"), head[0]) >= 0 && len(readDigits(head[1:])) == 4 && head[5] == ' '
}
