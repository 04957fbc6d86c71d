package aadsts

import (
	"bytes"
	"slices"
)

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
// sign-in log entry, of Entra's header x-ms-clitelem ("1,7000215,0,,"), or behind
// the words "error code". Only known codes count, and short ones only in an address
// or a log entry.
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

// inLogEntry reports whether fields of a sign-in log entry are near a place.
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
