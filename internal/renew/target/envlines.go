package target

import (
	"regexp"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// envLines is a file of variables, line by line with its line ends, so that what
// is not touched stays as it is, byte for byte.
//
// Files of variables have several readers, which do not agree: sh, systemd's
// EnvironmentFile, docker's --env-file, dotenv. A line is rewritten only where a
// reader that finds the old value in it finds the new one in its place.
type envLines struct{ lines []envLine }

type envLine struct {
	text, end string
	// name is that of the variable set here; empty for every other line.
	name string
	// before is what is before the value, after what follows it.
	before, raw, after string
	quote              byte // the quote around the value, 0 where there is none
	// strange says that not all of the line is understood.
	strange bool
	// open says that something of the line continues in the next one: a quote that
	// is not closed, or a backslash at its end.
	open bool
}

var (
	// An assignment, with the mark of UTF-8 that editors of Windows put first. Where
	// it is exported, sh reads it, which allows no blanks around the equals sign.
	exported   = lazyregexp.New("^(\ufeff?[ \t]*export[ \t]+([A-Za-z_][A-Za-z0-9_]*)=)(.*)$")
	assignment = lazyregexp.New("^(\ufeff?[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*)(.*)$")
	// harmless are blank lines, comments, and names that are exported only.
	harmless = lazyregexp.New("^\ufeff?[ \t]*([#;].*|export([ \t]+[A-Za-z_][A-Za-z0-9_]*)+[ \t]*)?$")
	// bare is a value without quotes that every reader ends at the same place, and
	// trailer what may follow a value: blanks, and a comment as sh knows it.
	bare    = lazyregexp.New("^[^ \t\"'`\\\\$;&|<>()#]?[^ \t\"'`\\\\$;&|<>()]*")
	trailer = lazyregexp.New("^([ \t]*|[ \t]+#.*)$")
)

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
	for i := 1; i < len(e.lines); i++ {
		// Behind something that continues, readers disagree on where it stops.
		e.lines[i].strange = e.lines[i].strange || e.lines[i-1].open
		e.lines[i].open = e.lines[i].open || e.lines[i-1].open && !e.closes(i)
	}
	return e
}

// closes reports that line i ends what an earlier one has opened.
func (e *envLines) closes(i int) bool {
	first := i
	for first > 0 && e.lines[first-1].open {
		first--
	}
	if q := e.lines[first].quote; q != 0 {
		return strings.IndexByte(e.lines[i].text, q) >= 0
	}
	return !strings.HasSuffix(e.lines[i].text, `\`)
}

func readLine(text, end string) envLine {
	l := envLine{text: text, end: end}
	m := exported().FindStringSubmatch(text)
	if m == nil {
		m = assignment().FindStringSubmatch(text)
	}
	if m == nil {
		l.strange = !harmless().MatchString(text)
		l.open = l.strange && strings.HasSuffix(text, `\`)
		return l
	}
	l.before, l.name = m[1], m[2]
	l.splitValue(m[3])
	return l
}

// splitValue takes a value apart from its quotes and from a comment behind it.
func (l *envLine) splitValue(s string) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		l.quote = s[0]
		closing := closingQuote(s)
		if closing < 0 {
			l.raw, l.open, l.strange = s[1:], true, true
			return
		}
		l.raw, l.after = s[1:closing], s[closing+1:]
		// What a shell puts in the place of a variable or command is no value.
		l.strange = l.quote == '"' && expands().MatchString(l.raw)
	} else {
		l.raw = bare().FindString(s)
		l.after = s[len(l.raw):]
	}
	l.strange = l.strange || !trailer().MatchString(l.after)
	l.open = strings.HasSuffix(l.after, `\`)
}

var expands = lazyregexp.New("(^|[^\\\\])[$`]")

func closingQuote(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && s[0] == '"':
			i++
		case s[i] == s[0]:
			return i
		}
	}
	return -1
}

// mentions reports that a line may set the variable in a way that is not
// understood: by another syntax, or within another line's text.
func (l *envLine) mentions(name string) bool {
	if l.name == name {
		return l.strange
	}
	switch {
	case harmless().MatchString(l.text) && !l.strange:
		return false
	case l.strange: // as a word of its own, except where its value is used
		return regexp.MustCompile(`(^|[^A-Za-z0-9_${])(\$env:)?` + name + `([^A-Za-z0-9_]|$)`).MatchString(l.text)
	}
	// Understood, and yet the value may hold an assignment: Environment=NAME=old.
	return regexp.MustCompile(`(^|[^A-Za-z0-9_])` + name + `=`).MatchString(l.raw)
}

// value is the last one that a variable is set to, as readers see it, and whether
// it is set at all. The error says which line is not understood.
func (e *envLines) value(name string) (value string, set bool, err error) {
	for i := range e.lines {
		l := &e.lines[i]
		if l.mentions(name) {
			return "", false, msg.Error(msg.New("line %d has %s in a form that programs read differently; write it as %s on its own line", i+1, name, name+"=…"))
		}
		if l.name != name {
			continue
		}
		value, set = l.raw, true
		if l.quote == '"' {
			value = unescape().ReplaceAllString(value, "$1")
		}
	}
	return value, set, nil
}

// What a backslash hides from sh within double quotes.
var unescape = lazyregexp.New("\\\\([\"$`\\\\])")

// set gives every line that sets the variable the new value, or adds one at the
// end of a file that holds nothing but variables. Quotes that were there stay,
// since the reader understands them.
func (e *envLines) set(name, value string) error {
	if err := e.settable(name); err != nil {
		return err
	}
	if strings.ContainsAny(value, "\r\n\x00") {
		return msg.Error(msg.New("the value cannot be written to a file of environment variables"))
	}
	found := false
	for i := range e.lines {
		l := &e.lines[i]
		if l.name != name {
			continue
		}
		found = true
		*l = readLine(l.before+quoted(value, l.quote)+l.after, l.end)
	}
	if !found {
		e.add(name + "=" + quoted(value, 0))
	}
	if back, _, err := parseEnv(e.bytes()).value(name); err != nil || back != value {
		return msg.Error(msg.New("its quotation marks do not match, so the value could not be read back"))
	}
	return nil
}

// settable reports why a variable cannot be set.
func (e *envLines) settable(name string) error {
	_, set, err := e.value(name)
	if set || err != nil {
		return err
	}
	for i := range e.lines {
		if e.lines[i].strange {
			return msg.Error(msg.New("it has no line %s, and line %d does not belong in a file of environment variables, so adding the variable may not work; add the line yourself first", name+"=…", i+1))
		}
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
		return `"` + escape().ReplaceAllString(value, `\$0`) + `"`
	case quote == '\'' && !strings.Contains(value, "'"):
		return "'" + value + "'"
	case quote == 0 && plain().MatchString(value):
		return value
	case !strings.Contains(value, "'"):
		return "'" + value + "'"
	}
	return `"` + escape().ReplaceAllString(value, `\$0`) + `"`
}

var escape = lazyregexp.New("[\"$`\\\\]")
