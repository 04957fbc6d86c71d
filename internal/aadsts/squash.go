package aadsts

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"unicode/utf8"
)

// squashed is text reduced to lower-case ASCII letters and digits, and to Chinese, Japanese
// and Korean characters, with the place of each byte in the original. Consoles, mail
// programs and encoders change everything else in a message (line breaks, indentation,
// quotes, markup), so phrases are compared in this form.
type squashed struct {
	text []byte
	at   []int32 // index of each byte of text in the original
}

// fold maps a byte to its squashed form, or to 0 if it is dropped.
var fold = [256]byte{
	'0': '0', '1': '1', '2': '2', '3': '3', '4': '4', '5': '5', '6': '6', '7': '7', '8': '8', '9': '9',
	'a': 'a', 'b': 'b', 'c': 'c', 'd': 'd', 'e': 'e', 'f': 'f', 'g': 'g', 'h': 'h', 'i': 'i', 'j': 'j', 'k': 'k', 'l': 'l', 'm': 'm',
	'n': 'n', 'o': 'o', 'p': 'p', 'q': 'q', 'r': 'r', 's': 's', 't': 't', 'u': 'u', 'v': 'v', 'w': 'w', 'x': 'x', 'y': 'y', 'z': 'z',
	'A': 'a', 'B': 'b', 'C': 'c', 'D': 'd', 'E': 'e', 'F': 'f', 'G': 'g', 'H': 'h', 'I': 'i', 'J': 'j', 'K': 'k', 'L': 'l', 'M': 'm',
	'N': 'n', 'O': 'o', 'P': 'p', 'Q': 'q', 'R': 'r', 'S': 's', 'T': 't', 'U': 'u', 'V': 'v', 'W': 'w', 'X': 'x', 'Y': 'y', 'Z': 'z',
}

func squash(text []byte) squashed {
	s := squashed{make([]byte, 0, len(text)), make([]int32, 0, len(text))}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if f := fold[c]; f != 0 {
			s.text = append(s.text, f)
			s.at = append(s.at, int32(i))
		} else if c >= firstWide && isWide(text[i:]) {
			s.text = append(s.text, text[i:i+3]...)
			s.at = append(s.at, int32(i), int32(i+1), int32(i+2))
			i += 2
		}
	}
	return s
}

// firstWide is the first byte of wide characters in UTF-8.
const firstWide = 0xe3

// isWide reports whether a text begins with a character of a script without spaces between
// words, apart from its punctuation.
func isWide(s []byte) bool {
	return len(s) >= 3 && s[0] >= firstWide && s[0] <= 0xed && s[1]&0xc0 == 0x80 && s[2]&0xc0 == 0x80 && !(s[0] == firstWide && s[1] == 0x80)
}

func squashString(s string) string { return string(squash([]byte(s)).text) }

// squashRaw writes the squashed form of encoded text into dst. It skips escapes instead of
// decoding them, which is enough to decide whether the text is worth reading.
func squashRaw(dst, text []byte) []byte {
	dst = dst[:0]
	for i := 0; i < len(text); i++ {
		c := text[i]
		if f := fold[c]; f != 0 {
			dst = append(dst, f)
			continue
		}
		switch {
		case c >= firstWide:
			if isWide(text[i:]) {
				dst = append(dst, text[i:i+3]...)
				i += 2
			}
		case c == '%':
			if wide, n := percentWide(text[i:]); n > 0 {
				dst = append(dst, wide...)
				i += n - 1
			} else if isPercent(text[i:]) {
				i += 2
			}
		case c == '\\':
			n := escapeLength(text[i+1:])
			if n == 5 {
				dst = appendWide(dst, text[i+2:i+6])
			}
			i += n
		case c == '&':
			i += entityLength(text[i+1:])
		}
	}
	return dst
}

// appendWide adds the character of a \u escape if it is wide.
func appendWide(dst, digits []byte) []byte {
	n, err := strconv.ParseUint(string(digits), 16, 16)
	if c := utf8.AppendRune(nil, rune(n)); err == nil && isWide(c) {
		return append(dst, c...)
	}
	return dst
}

// percentWide decodes a wide character such as %E6%8F%90, and returns its encoded length.
func percentWide(s []byte) ([]byte, int) {
	const size = len("%E6%8F%90")
	if len(s) < size || s[1] != 'e' && s[1] != 'E' || s[3] != '%' || s[6] != '%' {
		return nil, 0
	}
	c, err := hex.DecodeString(string(s[1:3]) + string(s[4:6]) + string(s[7:9]))
	if err != nil || !isWide(c) {
		return nil, 0
	}
	return c, size
}

// isPercent reports whether a text begins with an encoded byte such as %3A, which the first
// letters of AADSTS are not.
func isPercent(s []byte) bool {
	return len(s) >= 3 && isHex(s[1]) && isHex(s[2]) && !bytes.EqualFold(s[1:min(len(s), 7)], []byte("aadsts"))
}

// escapeLength returns the length of a backslash escape after the backslash, or 0.
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

// entityLength returns the length of an HTML entity after the &, or 0.
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
	return !bytes.ContainsFunc(s, func(r rune) bool { return r > 0x7f || !isHex(byte(r)) })
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
