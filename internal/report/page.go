package report

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// proseWidth is the widest that sentences are set, in columns, since longer
// lines are hard to read; minWidth the narrowest terminal that is honoured.
const (
	proseWidth = 100
	minWidth   = 40
)

// page is a text report in the making. Everything that comes from a result goes
// through say, raw or wrapped lines, and is neutral before it is coloured.
type page struct {
	Options
	b strings.Builder
}

func newPage(o Options) *page {
	return &page{Options: o}
}

// say prints a sentence in the reader's language.
func (p *page) say(t msg.Text) string { return p.raw(t.In(p.Language)) }

// raw makes a name or value safe.
func (p *page) raw(s string) string { return p.typography(neutral.Line(s)) }

// commandLine makes a command safe without touching its punctuation: it is to be
// copied.
func (p *page) commandLine(s string) string { return neutral.Line(s) }

// optional is raw for what may be absent.
func (p *page) optional(s *string) string {
	if s == nil {
		return ""
	}
	return p.raw(*s)
}

// columns is the width of prose.
func (p *page) columns() int {
	if p.Width <= 0 {
		return proseWidth
	}
	return max(minWidth, min(p.Width, proseWidth))
}

func (p *page) blank() { p.b.WriteByte('\n') }

// heading starts a part of the report.
func (p *page) heading(t msg.Text) {
	p.blank()
	p.b.WriteString(p.paint(bold, p.say(t)) + "\n")
}

// write wraps a text to the width. The first line starts with lead, which may be
// coloured, and the following ones are indented by its width.
func (p *page) write(lead string, s style, body string) {
	indent := text.StringWidthWithoutEscSequences(lead)
	for i, line := range wrap(body, p.columns()-indent) {
		if i > 0 {
			lead = strings.Repeat(" ", indent)
		}
		p.b.WriteString(strings.TrimRight(lead+p.paint(s, line), " ") + "\n")
	}
}

// items writes short texts one after the other, separated by points, and breaks
// lines between them only, as far as they fit a line.
func (p *page) items(lead string, s style, list []string) {
	if len(list) == 0 {
		return
	}
	var b strings.Builder
	room := p.columns() - columnsOf(lead) - 2
	for i, x := range list {
		if columnsOf(x) <= room {
			x = together(x)
		}
		b.WriteString(x)
		if i < len(list)-1 {
			b.WriteString(glue + p.plainSymbol(between()) + " ")
		}
	}
	p.write(lead, s, b.String())
}

// verbatim writes a line that is to be copied: it is never wrapped.
func (p *page) verbatim(lead string, s style, body string) {
	p.b.WriteString(lead + p.paint(s, body) + "\n")
}

// labelled writes a value with its name in a column of the given width; nothing
// where there is no value.
func (p *page) labelled(indent, width int, label msg.Text, value string) {
	if value == "" {
		return
	}
	space := strings.Repeat(" ", indent)
	if !strings.Contains(value, " ") && indent+width+2+columnsOf(value) > p.columns() {
		p.write(space, dim, p.say(label)) // an ID stays whole, below its name
		p.write(space, plainStyle, value)
		return
	}
	p.write(space+p.paint(dim, pad(p.say(label), width))+"  ", plainStyle, value)
}

// widest is the width of the longest of some labels.
func (p *page) widest(labels ...msg.Text) int {
	w := 0
	for _, l := range labels {
		w = max(w, columnsOf(p.say(l)))
	}
	return w
}

// columnsOf is the width of a text on a terminal, in columns.
func columnsOf(s string) int { return text.StringWidthWithoutEscSequences(s) }

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-columnsOf(s)))
}

// glue is a blank at which wrap does not break. It is no character that a neutral
// text can hold.
const glue = "\x00"

// together keeps the words of a text on one line.
func together(s string) string { return strings.ReplaceAll(s, " ", glue) }

// wrap breaks a text at blanks into lines of at most the given width. A longer
// word, such as an address, gets a line of its own and stays whole, so that it
// can be copied.
func wrap(s string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(s) {
		word = strings.ReplaceAll(word, glue, " ")
		w := columnsOf(word)
		if line != "" && used+1+w > width {
			lines, line, used = append(lines, line), "", 0
		}
		if line != "" {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+w
	}
	return append(lines, line)
}
