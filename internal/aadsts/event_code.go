package aadsts

import (
	"bytes"
	"slices"
	"strings"
)

// codeEvent reads AADSTS and its number. After a misspelt word, only known codes of more
// than five digits count: a short number may mean anything.
func (p *page) codeEvent(e event, at, end int) (event, bool) {
	from, odd := e.end, isDigit(p.text[e.end-1]) // see misspelt
	if odd {
		end, from = end-1, int(p.squashed.at[end-2])+1
	}
	if p.parted(at, end) {
		return e, false
	}
	code, stop, ok := p.readCode(from)
	if !ok || odd && (len(code) == minDigits || known(code) == nil || p.letterBefore(at)) {
		return e, false
	}
	e.codes, e.end, e.prose = []string{code}, stop, p.discussed(at, end)
	before := squash(p.text[max(0, int(p.squashed.at[at])-40):p.squashed.at[at]]).text
	e.titled = slices.ContainsFunc([]string{"message", "nachricht", "meldung", "mensaje", "messaggio"}, func(word string) bool {
		return bytes.HasSuffix(before, []byte(word))
	})
	return e, true
}

// letterBefore reports whether a word goes on before a place, as AADSTS does before ADSTS,
// even where a console broke it.
func (p *page) letterBefore(at int) bool {
	i := int(p.squashed.at[at])
	return i > 0 && p.text[i-1]|0x20 >= 'a' && p.text[i-1]|0x20 <= 'z' ||
		at > 0 && p.squashed.text[at-1] == 'a' && !p.parted(at-1, at+1)
}

// Codes have five to eight digits.
const minDigits, maxDigits = 5, 8

func isCodeLength(n int) bool { return minDigits <= n && n <= maxDigits }

// readCode reads the number after AADSTS and returns where it ends. A few signs may
// separate the two.
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
	if !isCodeLength(len(digits)) || end < len(p.text) && (p.text[end] == 'x' || p.text[end] == 'X') {
		return "", 0, false
	}
	return digits, end, true
}

// joinDigits completes a number that a console broke, from the next line. The result must
// be a known code and look like the beginning of a message.
func (p *page) joinDigits(digits string, end int) (string, int) {
	space := leadingSpace(p.text[end:])
	if digits == "" || len(digits) >= maxDigits || space == 0 || !bytes.Contains(p.text[end:end+space], []byte{'\n'}) {
		return "", 0
	}
	more := readDigits(p.text[end+space:])
	stop := end + space + len(more)
	whole := digits + more
	if more == "" || known(whole) == nil || stop < len(p.text) && strings.IndexByte("-/.", p.text[stop]) >= 0 {
		return "", 0
	}
	if known(digits) != nil && (stop >= len(p.text) || p.text[stop] != ':') {
		return "", 0
	}
	return whole, stop
}

// oauthEvent reads "invalid_client: 7000215 - …", as the JavaScript libraries print it.
func (p *page) oauthEvent(e event, rest []byte) (event, bool) {
	rest, ok := bytes.CutPrefix(rest, []byte(": "))
	digits := readDigits(rest)
	if !ok || !isCodeLength(len(digits)) || !bytes.HasPrefix(rest[len(digits):], []byte(" - ")) {
		return e, false
	}
	e.codes = []string{digits}
	e.end += len(": ") + len(digits)
	return e, true
}

// readList reads the numbers of error_codes.
func readList(rest []byte) []string {
	s := skipPunctuation(rest, 16)
	var list []string
	for len(list) < 8 {
		digits := readDigits(s)
		if !isCodeLength(len(digits)) {
			break
		}
		list = append(list, digits)
		next, ok := bytes.CutPrefix(bytes.TrimLeft(s[len(digits):], " \n\t\"'"), []byte{','})
		if !ok {
			break
		}
		s = bytes.TrimLeft(next, " \n\t\"'")
	}
	return list
}

// numberEvent reads the number of error?code=, of the field errorCode in a sign-in log
// entry, of Entra's header x-ms-clitelem ("1,7000215,0,,"), or after the words "error
// code". Only known codes count outside an address, and codes of five digits only in an
// address or a log entry.
func (p *page) numberEvent(e event, rest []byte) (event, bool) {
	inAddress := bytes.HasPrefix(rest, []byte("=")) && p.endsInErrorPage(e.end)
	digits := readDigits(skipPunctuation(rest, 6))
	short := len(digits) == minDigits
	if !isCodeLength(len(digits)) || !inAddress && (known(digits) == nil || short && !p.inLogEntry(e.end)) {
		return e, false
	}
	e.codes = []string{digits}
	e.faint = !inAddress && short && !bytes.HasPrefix(rest, []byte("\""))
	return e, true
}

// endsInErrorPage reports whether the text before a place ends with the address of
// Microsoft's error page, such as https://login.microsoftonline.com/error?code.
func (p *page) endsInErrorPage(at int) bool {
	before := lower(p.text[:at], 80)
	return bytes.HasSuffix(before, []byte("error?code")) && bytes.Contains(squash(before).text, []byte("microsoft"))
}

// inLogEntry reports whether there are other fields of a sign-in log entry nearby.
func (p *page) inLogEntry(at int) bool {
	if p.logFields == nil {
		p.logFields = []int{}
		for _, field := range []string{"failurereason", "resultdescription", "resultsignature"} {
			for from := 0; ; {
				next := bytes.Index(p.squashed.text[from:], []byte(field))
				if next < 0 {
					break
				}
				from += next + len(field)
				p.logFields = append(p.logFields, int(p.squashed.at[from-1]))
			}
		}
		slices.Sort(p.logFields)
	}
	const reach = 1500
	i, _ := slices.BinarySearch(p.logFields, at-reach)
	return i < len(p.logFields) && p.logFields[i] < at+reach
}

// maxSegment bounds a part of a path that may name a tenant.
const maxSegment = 80

// tenantNear reads the tenant of a sign-in address: the first part of the path, or the
// part before /oauth2/.
func (p *page) tenantNear(at int, rest []byte) string {
	var segment []byte
	if bytes.HasPrefix(p.squashed.text[at:], []byte("oauth2")) {
		path := p.text[:p.squashed.at[at]]
		if path, ok := bytes.CutSuffix(path[max(0, len(path)-maxSegment):], []byte("/")); ok {
			segment = path[bytes.LastIndexByte(path, '/')+1:]
		}
	} else if path, ok := bytes.CutPrefix(rest, []byte("/")); ok {
		segment = path[:min(len(path), maxSegment-1)]
	}
	if g, ok := readGUID(segment); ok {
		return g
	}
	if end := bytes.IndexAny(segment, "/?#\"' \n"); end >= 0 {
		segment = segment[:end]
	}
	notDomain := func(r rune) bool { return r != '.' && r != '-' && (r > 0x7f || fold[r] == 0) }
	dot := bytes.IndexByte(segment, '.')
	if dot < 1 || dot+1 == len(segment) || bytes.ContainsFunc(segment, notDomain) || bytes.HasPrefix(bytes.ToLower(segment), []byte("login.")) {
		return ""
	}
	return strings.ToLower(string(segment))
}
