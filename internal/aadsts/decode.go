package aadsts

import (
	"bytes"
	"html"
	"strconv"
	"unicode/utf8"
)

// decoded is text without its encodings, with the place of every byte in the original.
type decoded struct {
	text []byte
	at   []int32
}

func (d *decoded) add(at int32, s ...byte) {
	for _, c := range s {
		d.text = append(d.text, c)
		d.at = append(d.at, at)
	}
}

// maxLayers bounds how many layers of encodings are removed: logs contain at most JSON
// inside a URL inside HTML. Backslashes of any depth count as one layer.
const maxLayers = 3

// decode removes JSON, URL and HTML encodings in any order, and then tidies the text.
func decode(raw []byte) decoded {
	d := decoded{text: raw, at: make([]int32, len(raw))}
	for i := range d.at {
		d.at[i] = int32(i)
	}
	changed := true
	for layer := 0; changed && layer < maxLayers; layer++ {
		d, changed = d.unwrap()
	}
	return d.tidy()
}

// unwrap removes one layer of encodings.
func (d decoded) unwrap() (decoded, bool) {
	if !bytes.ContainsAny(d.text, `%\&`) {
		return d, false
	}
	out := decoded{make([]byte, 0, len(d.text)), make([]int32, 0, len(d.text))}
	changed := false
	for i := 0; i < len(d.text); {
		var s []byte
		n := 0
		switch d.text[i] {
		case '%':
			s, n = percent(d.text[i:])
		case '\\':
			s, n = backslash(d.text[i:])
		case '&':
			s, n = entity(d.text[i:])
		}
		if n == 0 {
			// Skip a long run of backslashes at once.
			for again := true; again; again = i < len(d.text) && d.text[i] == '\\' && d.text[i-1] == '\\' {
				out.add(d.at[i], d.text[i])
				i++
			}
			continue
		}
		out.add(d.at[i], s...)
		i += n
		changed = true
	}
	return out, changed
}

// percent decodes a sequence such as %3A. Control characters other than line breaks stay
// encoded.
func percent(s []byte) ([]byte, int) {
	if !isPercent(s) {
		return nil, 0
	}
	n, err := strconv.ParseUint(string(s[1:3]), 16, 8)
	if err != nil || n < ' ' && n != '\n' && n != '\r' && n != '\t' {
		return nil, 0
	}
	return []byte{byte(n)}, 3
}

// backslash decodes \n, \", \u0027 and a continued line, after any number of backslashes:
// every level of nesting doubles them.
func backslash(s []byte) ([]byte, int) {
	run := 1
	for run < len(s) && s[run] == '\\' {
		run++
	}
	if run == len(s) {
		return nil, 0
	}
	switch c := s[run]; c {
	case 'n':
		return []byte{'\n'}, run + 1
	case 'r', 't':
		return []byte{' '}, run + 1
	case '"', '\'', '/':
		return []byte{c}, run + 1
	case 'u', 'x':
		return hexEscape(s, run)
	case '\r', '\n':
		if c == '\r' && (run+1 == len(s) || s[run+1] != '\n') {
			return nil, 0
		}
		n := run + bytes.IndexByte(s[run:], '\n') + 1
		return nil, n + linePrefix(s[n:], false)
	}
	return nil, 0
}

func hexEscape(s []byte, run int) ([]byte, int) {
	end := run + len("uXXXX")
	if s[run] == 'x' {
		end = run + len("xXX")
	}
	if len(s) < end || !allHex(s[run+1:end]) {
		return nil, 0
	}
	n, _ := strconv.ParseUint(string(s[run+1:end]), 16, 16)
	return utf8.AppendRune(nil, rune(n)), end
}

func leadingSpace(s []byte) int { return len(s) - len(bytes.TrimLeft(s, " \n\t\r")) }

// entity decodes an HTML entity such as &quot; or &#39;.
func entity(s []byte) ([]byte, int) {
	n := entityLength(s[1:])
	if n == 0 {
		return nil, 0
	}
	token := string(s[:n+1])
	plain := html.UnescapeString(token)
	if plain == token {
		return nil, 0
	}
	return []byte(plain), n + 1
}
