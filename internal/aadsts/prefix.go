package aadsts

import (
	"bytes"
	"unicode/utf8"
)

// linePrefix is the length of what log programs and consoles put in front of a
// line: indentation, frames, quote marks, times, levels. Without it a message
// that was broken over several lines can be read on. A time is a prefix only
// where the line before it began with one, too (dated); otherwise it is a value
// of the message.
func linePrefix(line []byte, dated bool) int {
	if len(line) > 1 && line[0] == ' ' && line[1] > ' ' && line[1] != '>' && line[1] < utf8.RuneSelf {
		return 0 // one blank is that between two words
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

// timePrefix is the length of 2024-01-31T12:34:56.789Z and its relatives at the
// beginning of a line, if a blank follows.
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

// levelPrefix is the length of [ERROR], "ERROR: " or "stderr F ".
func levelPrefix(s []byte) int {
	bracket := s[0] == '['
	if bracket {
		s = s[1:]
	}
	for _, l := range levels {
		rest, ok := bytes.CutPrefix(s, []byte(l))
		switch {
		case !ok || len(rest) == 0:
		case bracket && rest[0] == ']':
			return len(l) + 2
		case !bracket && rest[0] == ' ' && l[0] < 'a':
			return len(l) + 1
		case !bracket && rest[0] == ' ' && len(l) > 7:
			return len(l) + 1
		}
	}
	return 0
}
