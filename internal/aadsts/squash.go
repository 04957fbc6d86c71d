package aadsts

import "bytes"

// squashed reduces text to its lower-case ASCII letters and digits, with the
// place of each in the original. What a console, a mail program or an encoder
// does to a message (line breaks inside words, indentation, quotes, markup)
// leaves its letters alone, so phrases are compared in this form.
type squashed struct {
	text []byte
	at   []int32 // index of each byte of text in the original
}

// fold maps a byte to its squashed form, 0 where it is dropped.
var fold = func() (table [256]byte) {
	for c := '0'; c <= '9'; c++ {
		table[c] = byte(c)
	}
	for c := 'a'; c <= 'z'; c++ {
		table[c], table[c-'a'+'A'] = byte(c), byte(c)
	}
	return table
}()

func squash(text []byte) squashed {
	s := squashed{make([]byte, 0, len(text)), make([]int32, 0, len(text))}
	for i, c := range text {
		if f := fold[c]; f != 0 {
			s.text = append(s.text, f)
			s.at = append(s.at, int32(i))
		}
	}
	return s
}

// squashString is squash for a phrase, without the places.
func squashString(s string) string { return string(squash([]byte(s)).text) }

// squashRaw writes the squashed form of text that has not been decoded yet into
// dst. It skips escapes instead of decoding them: enough to decide whether the
// text deserves a closer look.
func squashRaw(dst, text []byte) []byte {
	dst = dst[:0]
	for i := 0; i < len(text); i++ {
		c := text[i]
		if f := fold[c]; f != 0 {
			dst = append(dst, f)
			continue
		}
		switch c {
		case '%':
			if isPercent(text[i:]) {
				i += 2
			}
		case '\\':
			i += escapeLength(text[i+1:])
		case '&':
			i += entityLength(text[i+1:])
		}
	}
	return dst
}

// isPercent reports whether a text begins with an encoded byte such as %3A. The
// first letters of AADSTS are no such byte.
func isPercent(s []byte) bool {
	return len(s) >= 3 && isHex(s[1]) && isHex(s[2]) && !bytes.EqualFold(s[1:min(len(s), 7)], []byte("aadsts"))
}

// escapeLength is the length of the rest of a backslash escape.
func escapeLength(rest []byte) int {
	switch {
	case len(rest) == 0:
		return 0
	case rest[0] == 'n' || rest[0] == 'r' || rest[0] == 't':
		return 1
	case rest[0] == 'u' && len(rest) >= 5 && allHex(rest[1:5]):
		return 5
	}
	return 0
}

// entityLength is the length of the rest of an HTML entity, or 0.
func entityLength(rest []byte) int {
	for i := 0; i < len(rest) && i < 10; i++ {
		switch {
		case rest[i] == ';':
			return i + 1
		case rest[i] != '#' && fold[rest[i]] == 0:
			return 0
		}
	}
	return 0
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func allHex(s []byte) bool {
	for _, c := range s {
		if !isHex(c) {
			return false
		}
	}
	return true
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
