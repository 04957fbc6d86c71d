package aadsts

import (
	"bytes"
	"strings"
)

// codeEvent reads AADSTS and its number.
func (p *page) codeEvent(e event, at, end int) (event, bool) {
	if p.parted(at, end) {
		return e, false
	}
	code, stop, ok := p.readCode(e.end)
	if !ok {
		return e, false
	}
	e.codes, e.end, e.prose = []string{code}, stop, p.discussed(at, end)
	before := squash(p.text[max(0, int(p.squashed.at[at])-40):p.squashed.at[at]]).text
	for _, word := range []string{"message", "nachricht", "meldung", "mensaje", "messaggio"} {
		e.titled = e.titled || bytes.HasSuffix(before, []byte(word))
	}
	return e, true
}

// Real codes have five to eight digits.
const minDigits, maxDigits = 5, 8

// readCode reads the number behind AADSTS; a few signs may be between. It
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
