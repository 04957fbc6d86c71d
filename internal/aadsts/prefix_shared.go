package aadsts

import "bytes"

// isDated reports whether a line begins with a time, behind frames and the like.
func isDated(line []byte) bool {
	line = bytes.TrimLeft(line, " \t|>[│\"{")
	return len(line) > 0 && isDigit(line[0]) && timePrefix(line) > 0
}

// maxShared bounds the part of a line that is compared with the line before it.
const maxShared = 120

// sharedPrefix is the length of what a line begins with as the line before it
// did, digits apart, if a clock is in it: "Nov 26 00:01:02 host sync[4711]: ".
// So the prefixes of log programs need not be known one by one. What may be the
// message itself is left.
func sharedPrefix(line, before []byte) int {
	n, end := 0, 0
	for n < min(len(line), len(before), maxShared) && shape(line[n]) == shape(before[n]) && line[n] != '\n' {
		n++
		if line[n-1] == ' ' || line[n-1] == ']' {
			end = n
		}
	}
	if !hasClock(line[:end]) {
		return 0
	}
	if colon := bytes.Index(line[:end], []byte("]: ")); colon >= 0 {
		end = colon + len("]: ")
	} else if n == maxShared || n == len(line) || line[n] == '\n' || bytes.IndexByte(line[n:min(len(line), n+maxRest)], '\n') >= 0 {
		return 0 // the same line once more, and not only its prefix
	}
	return min(end, ownWords(line[:n]))
}

// maxRest is how much of a repeated line may differ: a counter, say.
const maxRest = 12

// hasClock reports whether 00:00:00 is in a line.
func hasClock(line []byte) bool {
	for i := 2; i+6 <= len(line); i++ {
		if line[i] == ':' && line[i+3] == ':' && isDigit(line[i-1]) && isDigit(line[i+1]) && isDigit(line[i+4]) {
			return true
		}
	}
	return false
}

// ownWords is the place of the first word in a line that belongs to a message
// rather than to what a log program puts in front of it.
func ownWords(line []byte) int {
	for i, c := range line {
		switch {
		case c == '"' || c == '\'' || c == '{':
			return i
		case i == 0 || fold[line[i-1]] == 0: // a word begins here
			for _, word := range messageWords {
				if len(line)-i >= len(word) && bytes.EqualFold(line[i:i+len(word)], word) {
					return i
				}
			}
		}
	}
	return len(line)
}

var messageWords = [][]byte{
	[]byte("aadsts"), []byte("trace"), []byte("correlation"), []byte("timestamp"), []byte("request"), []byte("message"), []byte("error_"),
}

// shape makes all digits alike.
func shape(c byte) byte {
	if isDigit(c) {
		return '0'
	}
	return c
}
