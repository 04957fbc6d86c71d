package aadsts

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// tidy replaces typographic quotes, markup, control characters and invalid UTF-8 with plain
// characters, joins soft line breaks, and drops what log programs put before each line.
func (d decoded) tidy() decoded {
	out := decoded{make([]byte, 0, len(d.text)), make([]int32, 0, len(d.text))}
	begin := 0 // of the line
	for i := 0; i < len(d.text); {
		c := d.text[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(d.text[i:])
			if n == 1 { // not UTF-8, but probably from an older Windows program
				r = charmap.Windows1252.DecodeByte(c)
			}
			out.add(d.at[i], plainRune(r)...)
			i += n
			continue
		}
		n := 1
		switch {
		case c == '\n':
			out.add(d.at[i], '\n')
			n += sharedPrefix(d.text[i+1:], d.text[begin:i])
			n += linePrefix(d.text[i+n:], isDated(d.text[begin:i]))
			begin = i + 1
		case c == '<':
			if n = tagLength(d.text[i:]); n > 0 {
				c = ' '
			}
			out.add(d.at[i], c)
			n = max(n, 1)
		case c == '=' && softBreak(d.text[i:]) > 0:
			n = softBreak(d.text[i:])
			n += linePrefix(d.text[i+n:], false)
		case c == '+' && plusIsBlank(d.text, i):
			out.add(d.at[i], ' ')
		case c == '\r' && i+1 < len(d.text) && d.text[i+1] == '\n':
		case c == 0 && everyOther(d.text, i): // UTF-16 that was appended to text in another encoding
		case c == 0x1b:
			n = colourLength(d.text[i:])
		case c < ' ' || c == 0x7f:
			out.add(d.at[i], ' ')
		default:
			out.add(d.at[i], c)
		}
		i += n
	}
	return out
}

// everyOther reports whether there is another zero byte two places away.
func everyOther(s []byte, i int) bool {
	return i >= 2 && s[i-2] == 0 || i+2 < len(s) && s[i+2] == 0
}

func plainRune(r rune) []byte {
	switch r {
	case '‘', '’', '‚', '‛', '′', '´':
		return []byte{'\''}
	case '“', '”', '„', '«', '»':
		return []byte{'"'}
	case '–', '—', '‑', '‐':
		return []byte{'-'}
	case '：':
		return []byte{':'}
	case utf8.RuneError:
		return []byte{'?'}
	}
	switch {
	case unicode.Is(unicode.Cf, r): // zero-width and direction marks
		return nil
	case unicode.IsSpace(r), unicode.IsControl(r):
		return []byte{' '}
	}
	return utf8.AppendRune(nil, r)
}

// softBreak returns the length of a quoted-printable soft line break, or 0.
func softBreak(s []byte) int {
	switch {
	case bytes.HasPrefix(s, []byte("=\n")):
		return 2
	case bytes.HasPrefix(s, []byte("=\r\n")):
		return 3
	}
	return 0
}

// plusIsBlank reports whether a plus sign is a form-encoded space. It is not between digits
// (a time zone) or next to a space (a console's marker).
func plusIsBlank(s []byte, i int) bool {
	return i > 0 && i+1 < len(s) && !isSpace(s[i-1]) && !isSpace(s[i+1]) && !(isDigit(s[i-1]) && isDigit(s[i+1]))
}

// colourLength returns the length of a terminal's colour sequence, at least 1.
func colourLength(s []byte) int {
	if len(s) < 2 || s[1] != '[' {
		return 1
	}
	for i := 2; i < len(s) && i < 20; i++ {
		if s[i] >= '@' && s[i] <= '~' {
			return i + 1
		}
	}
	return 1
}

var tags = []string{
	"a", "b", "br", "code", "div", "em", "font", "h1", "h2", "h3", "h4", "hr", "i", "li", "mark", "ol",
	"p", "pre", "s", "small", "span", "strong", "table", "tbody", "td", "th", "tr", "tt", "u", "ul",
}

// tagLength returns the length of an HTML tag, or 0. A placeholder such as <tenant> is not a
// tag.
func tagLength(s []byte) int {
	end := bytes.IndexByte(s[:min(len(s), 300)], '>')
	if end < 0 {
		return 0
	}
	name := bytes.ToLower(bytes.Trim(s[1:end], "/ "))
	if cut := bytes.IndexAny(name, " \n\t"); cut > 0 {
		if !bytes.Contains(name, []byte("=")) {
			return 0
		}
		name = name[:cut]
	}
	if _, ok := slices.BinarySearch(tags, string(name)); ok || isXMLName(name) {
		return end + 1
	}
	return 0
}

// isXMLName reports whether a tag has a namespace, as in SOAP.
func isXMLName(name []byte) bool {
	space, local, ok := bytes.Cut(name, []byte{':'})
	dropped := func(r rune) bool { return r > 0x7f || fold[r] == 0 }
	return ok && len(space) > 0 && len(local) > 0 && !bytes.ContainsFunc(space, dropped) && !bytes.ContainsFunc(local, dropped)
}
