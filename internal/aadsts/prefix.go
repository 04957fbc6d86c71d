package aadsts

import (
	"bytes"
	"unicode/utf8"
)

// linePrefix returns the length of what log programs and consoles put before a line:
// indentation, frames, quote marks, times, levels. A broken message continues after it. A
// time is a prefix only if the previous line begins with one too (dated); otherwise it is
// part of the message.
func linePrefix(line []byte, dated bool) int {
	if len(line) > 1 && line[0] == ' ' && line[1] > ' ' && line[1] != '>' && line[1] < utf8.RuneSelf {
		return 0 // a single space separates two words
	}
	n := 0
	for n < len(line) && n < 120 {
		step := prefixStep(line[n:])
		if step == 0 || isDigit(line[n]) && !dated {
			break
		}
		n += step
	}
	return n
}

// lower returns the last n bytes in lower case.
func lower(s []byte, n int) []byte { return bytes.ToLower(s[max(0, len(s)-n):]) }

func prefixStep(s []byte) int {
	switch c := s[0]; {
	case c == ' ' || c == '\t' || c == '\r' || c == '|':
		return 1
	case c == '>' && len(s) > 1 && (s[1] == ' ' || s[1] == '>'):
		return 1
	case c >= utf8.RuneSelf:
		if r, n := utf8.DecodeRune(s); r >= '─' && r <= '▟' { // the block of box drawings
			return n
		}
		return 0
	case isDigit(c):
		return timePrefix(s)
	}
	return levelPrefix(s)
}

// timePrefix returns the length of a time such as 2024-01-31T12:34:56.789Z at the beginning
// of a line, if a space follows.
func timePrefix(s []byte) int {
	const layout = "0000-00-00_00:00:00"
	if len(s) <= len(layout) {
		return 0
	}
	for i := range len(layout) {
		switch {
		case layout[i] == '0' && !isDigit(s[i]),
			layout[i] == '_' && s[i] != 'T' && s[i] != ' ',
			layout[i] != '0' && layout[i] != '_' && layout[i] != s[i]:
			return 0
		}
	}
	end := bytes.IndexAny(s[:min(len(s), 40)], " \t\n")
	if end == len("0000-00-00") {
		if rest := bytes.IndexAny(s[end+1:min(len(s), 50)], " \t\n"); rest > 0 {
			return end + 1 + rest
		}
		return 0
	}
	return max(end, 0)
}

var levels = []string{"ERROR", "WARN", "WARNING", "INFO", "DEBUG", "TRACE", "FATAL", "VERBOSE", "stderr F", "stdout F", "error", "warn", "info", "fail"}

// levelPrefix returns the length of "[ERROR]", "ERROR " or "stderr F ".
func levelPrefix(s []byte) int {
	s, bracket := bytes.CutPrefix(s, []byte{'['})
	for _, l := range levels {
		rest, ok := bytes.CutPrefix(s, []byte(l))
		isWord := l[0] >= 'a' && len(l) <= 7 // such as "error", which may begin a message
		switch {
		case !ok || len(rest) == 0:
		case bracket && rest[0] == ']':
			return len(l) + 2
		case !bracket && rest[0] == ' ' && !isWord:
			return len(l) + 1
		}
	}
	return 0
}

// isDated reports whether a line begins with a time, possibly after a frame.
func isDated(line []byte) bool {
	line = bytes.TrimLeft(line, " \t|>[│\"{")
	return len(line) > 0 && isDigit(line[0]) && timePrefix(line) > 0
}

// The length of the part of a line that is compared with the previous line, and of a
// difference, such as a counter, that leaves it a repeat of the previous line.
const maxShared, maxRest = 120, 12

// sharedPrefix returns the length of the prefix that a line shares with the previous one,
// apart from digits, if it contains a time: "Nov 26 00:01:02 host sync[4711]: ". So the
// formats of log programs need not be known. The prefix excludes what may be the message.
func sharedPrefix(line, before []byte) int {
	n, end := 0, 0
	for n < min(len(line), len(before), maxShared) && (line[n] == before[n] || isDigit(line[n]) && isDigit(before[n])) && line[n] != '\n' {
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
	} else if n == maxShared || n == len(line) || bytes.IndexByte(line[n:min(len(line), n+maxRest)], '\n') >= 0 {
		return 0 // the line repeats the previous one
	}
	return min(end, ownWords(line[:n]))
}

// hasClock reports whether a line contains a time such as 00:00:00.
func hasClock(line []byte) bool {
	for i := 2; i+6 <= len(line); i++ {
		if line[i] == ':' && line[i+3] == ':' && isDigit(line[i-1]) && isDigit(line[i+1]) && isDigit(line[i+4]) {
			return true
		}
	}
	return false
}

// ownWords returns the place of the first word that belongs to a message.
func ownWords(line []byte) int {
	for i, c := range line {
		switch {
		case c == '"' || c == '\'' || c == '{':
			return i
		case i == 0 || fold[line[i-1]] == 0: // a word begins here
			for _, word := range messageWords {
				if len(line)-i >= len(word) && bytes.EqualFold(line[i:i+len(word)], []byte(word)) {
					return i
				}
			}
		}
	}
	return len(line)
}

var messageWords = []string{"aadsts", "trace", "correlation", "timestamp", "request", "message", "error_"}
