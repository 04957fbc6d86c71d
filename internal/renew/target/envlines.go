package target

import (
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// envLines is a file of variables, line by line with its line ends, so that what
// is not touched stays as it is, byte for byte.
type envLines struct{ lines []envLine }

type envLine struct {
	text, end string
	// name is that of the variable set here, empty for comments, blank lines and
	// the inner lines of a quoted value.
	name string
	// before is what stands before the value, after what follows it.
	before, raw, after string
	quote              byte // the quote around the value, 0 where there is none
	open               bool // the quote is not closed on this line
}

// An assignment, with the mark of UTF-8 that editors of Windows put first.
var assignment = lazyregexp.New("^(\ufeff?[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*)(.*)$")

func parseEnv(data []byte) *envLines {
	e := &envLines{}
	for rest := string(data); rest != ""; {
		text, end := rest, ""
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			text, end = rest[:i], "\n"
			if strings.HasSuffix(text, "\r") {
				text, end = text[:i-1], "\r\n"
			}
		}
		rest = rest[len(text)+len(end):]
		e.lines = append(e.lines, readLine(text, end))
	}
	e.skipInner()
	return e
}

func readLine(text, end string) envLine {
	l := envLine{text: text, end: end}
	m := assignment.FindStringSubmatch(text)
	if m == nil {
		return l
	}
	l.before, l.name = m[1], m[2]
	l.raw, l.after, l.quote, l.open = splitValue(m[3])
	return l
}

// splitValue takes a value apart from its quotes and from a comment behind it.
func splitValue(s string) (value, after string, quote byte, open bool) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		quote = s[0]
		for i := 1; i < len(s); i++ {
			switch {
			case s[i] == '\\' && quote == '"':
				i++
			case s[i] == quote:
				return s[1:i], s[i+1:], quote, false
			}
		}
		return s[1:], "", quote, true
	}
	if i := comment.FindStringIndex(s); i != nil {
		return s[:i[0]], s[i[0]:], 0, false
	}
	trimmed := strings.TrimRight(s, " \t")
	return trimmed, s[len(trimmed):], 0, false
}

// comment is a number sign behind a blank, as sh reads it.
var comment = lazyregexp.New(`[ \t]+#`)

// skipInner marks the lines within a quoted value of several lines as none that
// set a variable. A quote that is never closed is taken for a character.
func (e *envLines) skipInner() {
	for i := 0; i < len(e.lines); i++ {
		if !e.lines[i].open {
			continue
		}
		last := e.closing(i)
		for j := i + 1; j <= last; j++ {
			e.lines[j].name = ""
		}
		if last > i {
			i = last
		} else {
			e.lines[i].open = false
		}
	}
}

// closing finds the line that closes the quote opened on line i, or i.
func (e *envLines) closing(i int) int {
	for j := i + 1; j < len(e.lines); j++ {
		if strings.IndexByte(e.lines[j].text, e.lines[i].quote) >= 0 {
			return j
		}
	}
	return i
}

// value is the last one that a variable is set to, as readers see it, or empty.
func (e *envLines) value(name string) (string, error) {
	value := ""
	for _, l := range e.lines {
		if l.name != name {
			continue
		}
		if l.open {
			return "", errSeveralLines(name)
		}
		value = l.raw
		if l.quote == '"' {
			value = unescape.ReplaceAllString(value, "$1")
		}
	}
	return value, nil
}

// What a backslash hides from sh within double quotes.
var unescape = lazyregexp.New("\\\\([\"$`\\\\])")

// set gives every line that sets the variable the new value, or adds one at the
// end. Quotes that were there stay, since the reader understands them.
func (e *envLines) set(name, value string) error {
	if _, err := e.value(name); err != nil {
		return err
	}
	if strings.ContainsAny(value, "\r\n\x00") {
		return &Error{Reason: msg.New("the value cannot stand in a file of variables")}
	}
	found := false
	for i := range e.lines {
		l := &e.lines[i]
		if l.name != name {
			continue
		}
		found = true
		l.text = l.before + quoted(value, l.quote) + l.after
		*l = readLine(l.text, l.end)
	}
	if !found {
		e.add(name + "=" + quoted(value, 0))
	}
	// A quote that was never closed can swallow what comes behind it.
	if back, err := parseEnv(e.bytes()).value(name); err != nil || back != value {
		return &Error{Reason: msg.New("its quotes do not match, so that the value would not be read back")}
	}
	return nil
}

func (e *envLines) add(text string) {
	end := "\n"
	if n := len(e.lines); n > 0 {
		if e.lines[0].end == "\r\n" {
			end = "\r\n"
		}
		if e.lines[n-1].end == "" {
			e.lines[n-1].end = end
		}
	}
	e.lines = append(e.lines, readLine(text, end))
}

func (e *envLines) bytes() []byte {
	var b strings.Builder
	for _, l := range e.lines {
		b.WriteString(l.text + l.end)
	}
	return []byte(b.String())
}

// plain are the characters that every reader takes as they are. The secrets that
// Entra makes today consist of them.
var plain = lazyregexp.New(`^[A-Za-z0-9._~/+:@%^,=-]*$`)

// quoted writes a value with the quotes that were there before, or with those
// that it needs. docker's own env files know no quotes, so that a value without
// need of them gets none.
func quoted(value string, quote byte) string {
	switch {
	case quote == '"':
		return `"` + escape.ReplaceAllString(value, `\$0`) + `"`
	case quote == '\'' && !strings.Contains(value, "'"):
		return "'" + value + "'"
	case quote == 0 && plain.MatchString(value):
		return value
	case !strings.Contains(value, "'"):
		return "'" + value + "'"
	}
	return `"` + escape.ReplaceAllString(value, `\$0`) + `"`
}

var escape = lazyregexp.New("[\"$`\\\\]")
