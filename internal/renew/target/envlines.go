package target

import (
	"regexp"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// envLines is a file of environment variables. It keeps every line with its line end, so
// that all other lines stay the same, byte for byte.
//
// The programs that read such files disagree on the details: sh, systemd's EnvironmentFile,
// docker's --env-file, dotenv. A line is only changed if each program that reads the old
// value there will read the new one.
type envLines struct{ lines []envLine }

type envLine struct {
	text, end string
	// name is the variable that the line sets, or empty.
	name string
	// before, raw and after are the text before the value, the value without quotes, and
	// the text after it.
	before, raw, after string
	quote              byte // the quotation mark around the value, or 0
	// strange means that the line is not fully understood.
	strange bool
	// open means that the line continues on the next one: a quotation is not closed, or the
	// line ends with a backslash.
	open bool
}

var (
	// An assignment, perhaps after the byte order mark of Windows editors. With export,
	// which only sh reads, there are no spaces around the equals sign.
	exported   = lazyregexp.New("^(\ufeff?[ \t]*export[ \t]+([A-Za-z_][A-Za-z0-9_]*)=)(.*)$")
	assignment = lazyregexp.New("^(\ufeff?[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*)(.*)$")
	// harmless matches blank lines, comments, and export without a value.
	harmless = lazyregexp.New("^\ufeff?[ \t]*([#;].*|export([ \t]+[A-Za-z_][A-Za-z0-9_]*)+[ \t]*)?$")
	// bare matches a value without quotes that has the same end for every program. trailer
	// matches what may follow it: spaces, and a comment as in sh.
	bare    = lazyregexp.New("^[^ \t\"'`\\\\$;&|<>()#]?[^ \t\"'`\\\\$;&|<>()]*")
	trailer = lazyregexp.New("^([ \t]*|[ \t]+#.*)$")
)

func parseEnv(data []byte) *envLines {
	e := &envLines{}
	for line := range strings.Lines(string(data)) {
		text := strings.TrimSuffix(line, "\n")
		if text != line {
			text = strings.TrimSuffix(text, "\r")
		}
		e.lines = append(e.lines, readLine(text, line[len(text):]))
	}
	for i := 1; i < len(e.lines); i++ {
		// Programs disagree on where a value ends that spans several lines.
		e.lines[i].strange = e.lines[i].strange || e.lines[i-1].open
		e.lines[i].open = e.lines[i].open || e.lines[i-1].open && !e.closes(i)
	}
	return e
}

// closes reports whether line i ends what an earlier line left open.
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

// splitValue separates the value from its quotes and from the comment after it.
func (l *envLine) splitValue(s string) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		l.quote = s[0]
		closing := closingQuote(s)
		if closing < 0 {
			l.raw, l.open, l.strange = s[1:], true, true
			return
		}
		l.raw, l.after = s[1:closing], s[closing+1:]
		// A shell would expand a variable or a command in it.
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

// mentions reports whether a line may set the variable in a way that programs read
// differently, for example in another syntax or within another value.
func (l *envLine) mentions(name string) bool {
	if l.name == name {
		return l.strange
	}
	switch {
	case harmless().MatchString(l.text) && !l.strange:
		return false
	case l.strange: // a whole word that is not just a reference to the variable
		return regexp.MustCompile(`(^|[^A-Za-z0-9_${])(\$env:)?` + name + `([^A-Za-z0-9_]|$)`).MatchString(l.text)
	}
	// The value itself may contain an assignment: Environment=NAME=old.
	return regexp.MustCompile(`(^|[^A-Za-z0-9_])` + name + `=`).MatchString(l.raw)
}

// value returns the last value of a variable. set is false if no line sets it. The error
// names a line that may set it, but that programs read differently.
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

// unescape matches the escaped characters in double quotes in sh.
var unescape = lazyregexp.New("\\\\([\"$`\\\\])")

// set changes the value on every line that sets the variable. If there is none, it adds a
// line, provided that the file contains only variables. Existing quotes stay, because the
// program that reads the file evidently understands them.
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

// plain matches values that all programs read without quotes. The secrets that Entra
// generates today are among them.
var plain = lazyregexp.New(`^[A-Za-z0-9._~/+:@%^,=-]*$`)

// quoted returns a value in the given quotes or, without any, in those that it needs. For
// docker, quotes are a part of the value, so a plain value gets none.
func quoted(value string, quote byte) string {
	switch {
	case quote == 0 && plain().MatchString(value):
		return value
	case quote != '"' && !strings.Contains(value, "'"):
		return "'" + value + "'"
	}
	return `"` + escape().ReplaceAllString(value, `\$0`) + `"`
}

var escape = lazyregexp.New("[\"$`\\\\]")
