package aadsts

import (
	"bytes"
	"strings"
	"time"
)

// skipPunctuation skips what is between a label and its value.
func skipPunctuation(s []byte, limit int) []byte {
	rest := bytes.TrimLeft(s[:min(len(s), limit+1)], " \n\t\r\"':=[({<*`\\,|#>")
	if len(rest) == 0 {
		return nil
	}
	return s[min(len(s), limit+1)-len(rest):]
}

// readLayout reads a value with a layout: 'h' is a hexadecimal digit, '0' a digit, anything
// else itself. It skips spaces and line breaks inside the value, which consoles insert.
func readLayout(s []byte, layout string) (string, []byte, bool) {
	var b strings.Builder
	i, blanks := 0, 0
	for k := 0; k < len(layout); {
		if i >= len(s) {
			return "", nil, false
		}
		c := s[i]
		i++
		switch l := layout[k]; {
		case l == 'h' && isHex(c), l == '0' && isDigit(c), l == c:
			b.WriteByte(c)
			k++
			blanks = 0
		case isSpace(c) && k > 0 && blanks < 80:
			blanks++
		default:
			return "", nil, false
		}
	}
	return b.String(), s[i:], true
}

// readGUID reads a GUID, in lower case.
func readGUID(s []byte) (string, bool) {
	g, rest, ok := readLayout(s, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh")
	if !ok || len(rest) > 0 && rest[0] == '-' || len(rest) > 1 && isHex(rest[0]) && isHex(rest[1]) {
		return "", false // it is longer than a GUID; a single letter may begin the next label
	}
	return strings.ToLower(g), true
}

// readTime reads a time such as 2006-01-02 15:04:05Z, with a space or a T. Without an offset
// it is in UTC.
func readTime(s []byte) (*time.Time, bool) {
	date, rest, ok := readLayout(s, "0000-00-00")
	if !ok || len(rest) == 0 {
		return nil, false
	}
	for n := 0; n < 80 && len(rest) > 0 && (isSpace(rest[0]) || rest[0] == 'T' || rest[0] == '+'); n++ {
		rest = rest[1:]
	}
	clock, rest, ok := readLayout(rest, "00:00:00")
	if !ok {
		return nil, false
	}
	fraction, zone := readZone(rest)
	t, err := time.Parse("2006-01-02T15:04:05Z07:00", date+"T"+clock+fraction+zone)
	if err != nil {
		return nil, false
	}
	return new(t.UTC()), true
}

// readZone reads the fraction of a second and the offset, by default Z.
func readZone(s []byte) (fraction, zone string) {
	rest := s
	if bytes.HasPrefix(s, []byte{'.'}) && digitsLength(s[1:]) > 0 {
		n := 1 + min(digitsLength(s[1:]), 9)
		fraction, rest = string(s[:n]), s[n:]
	}
	if len(rest) >= 6 && (rest[0] == '+' || rest[0] == '-') {
		if z, _, ok := readLayout(rest[1:6], "00:00"); ok {
			return fraction, string(rest[:1]) + z
		}
	}
	return fraction, "Z"
}

func readDigits(s []byte) string { return string(s[:digitsLength(s)]) }

// digitsLength returns how many digits a text begins with.
func digitsLength(s []byte) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}
