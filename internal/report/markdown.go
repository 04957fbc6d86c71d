package report

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// documentRows is the maximum number of findings in a Markdown document.
const documentRows = 1000

// writeMarkdown writes CommonMark with GitHub's tables, for tickets, wikis and job
// summaries.
func writeMarkdown(w io.Writer, r result.Report, o Options) error {
	d, err := r.Document(result.View{Rows: documentRows, All: true, GroupBy: o.GroupBy})
	if err != nil {
		return err
	}
	m := markdown{Options: o}
	m.document(d)
	_, err = io.WriteString(w, m.b.String())
	return err
}

// markdown builds a document. Every text goes through md or value.
type markdown struct {
	Options
	b strings.Builder
}

func (m *markdown) md(t msg.Text) string { return markdownPlain(m.say(t)) }

// value returns a text as code if it is a GUID or code is true, and otherwise as prose.
func (m *markdown) value(t msg.Text, code bool) string {
	if s := m.say(t); code || isGUID(s) {
		return markdownCode(s)
	}
	return m.md(t)
}

func (m *markdown) line(s string) { m.b.WriteString(strings.TrimRight(s, " ") + "\n") }

// space separates a list of n entries from the text before it.
func (m *markdown) space(n int) {
	if n > 0 {
		m.line("")
	}
}

func (m *markdown) document(d *result.Document) {
	headline := m.md(d.Headline)
	if !d.Remark.IsZero() {
		headline += " (" + m.md(d.Remark) + ")"
	}
	m.line("# " + statusMarks[d.Status] + headline)
	for _, t := range d.Lead {
		m.line("\n" + m.md(t))
	}
	facts := []string{m.md(d.Kind)}
	if d.Status != "" {
		facts = []string{"**" + m.md(d.Status.Text()) + "**", m.md(d.Kind)}
	}
	if title := m.say(d.Title); title != "" && title != m.say(d.Headline) {
		facts = append(facts, m.value(d.Title, false))
	}
	m.line("\n" + strings.Join(append(facts, m.md(msg.New("%s", d.At))), " · "))
	for _, x := range d.Parts {
		m.part(x)
	}
}

// statusMarks are symbols for the headline. The status is also named below it.
var statusMarks = map[result.Status]string{result.OK: "✅ ", result.Warning: "⚠️ ", result.Critical: "❌ ", result.Unknown: "❔ "}

func (m *markdown) part(x result.Part) {
	if len(x.Spans) > 0 {
		return // the table contains the same dates
	}
	level := "## "
	if x.Below {
		level = "### "
	}
	m.line("\n" + level + m.md(x.Title))
	for _, t := range x.Text {
		m.line("\n" + m.md(t))
	}
	m.steps(x.Steps)
	m.space(len(x.Figures))
	for _, f := range x.Figures {
		m.line("- " + m.md(msg.New("%s: %d", f.Label, f.Count)))
	}
	m.items(x.Items)
	m.charts(x.Charts)
	m.table(x.Table)
	m.checks(x.Checks)
	m.space(len(x.Facts))
	for _, f := range x.Facts {
		m.line("- " + m.md(f.Label) + ": " + m.value(f.Value, false))
	}
	if x.Quote != "" {
		m.line("\n> " + markdownCode(x.Quote))
	}
}

func (m *markdown) steps(list []result.Remedy) {
	for i, s := range list {
		number := strconv.Itoa(i+1) + ". "
		indent := strings.Repeat(" ", len(number))
		m.line("")
		m.line(number + m.md(s.Title))
		for _, c := range mergeShells(s.Commands) {
			m.line("")
			m.line(indent + markdownPlain(c.Shells) + ":")
			m.line("")
			m.b.WriteString(markdownFence(c.Command, c.Language, indent))
		}
		if link := linkOf(s); link != "" {
			m.line("")
			m.line(indent + "<" + link + ">")
		}
	}
}

func (m *markdown) items(list []result.Item) {
	m.space(len(list))
	for i, x := range list {
		s := "- "
		switch {
		case x.Numbered:
			s = strconv.Itoa(i+1) + ". "
		case x.Status != "":
			s += checkSymbols[x.Status].unicode + " "
		}
		s += m.md(x.Text)
		if !x.Value.IsZero() {
			s += ": " + m.value(x.Value, true)
		}
		m.line(s)
		for _, t := range []msg.Text{x.Detail, x.Aside} {
			if !t.IsZero() {
				m.line("  <br>" + m.md(t))
			}
		}
	}
}

func (m *markdown) charts(list []result.Chart) {
	for _, c := range list {
		t := &result.Table{Columns: []result.Column{{Title: c.Title}, {Title: msg.New("credentials"), Right: true}}}
		for _, b := range c.Bars {
			t.Rows = append(t.Rows, []result.Cell{{Text: b.Label}, {Text: msg.New("%d", b.Total())}})
		}
		m.table(t)
	}
}

func (m *markdown) checks(list []result.Check) {
	m.space(len(list))
	for _, c := range nested(list) {
		s := strings.Repeat("  ", c.Depth) + "- " + checkSymbols[c.Status].unicode + " **" + m.md(c.Title) + "** " + m.md(c.Status.Text())
		if !c.Summary.IsZero() {
			s += ": " + m.md(c.Summary)
		}
		m.line(s)
	}
}

func (m *markdown) table(t *result.Table) {
	if t == nil {
		return
	}
	var head, rule []string
	for _, c := range t.Columns {
		head = append(head, m.md(c.Title))
		mark := "---"
		if c.Right {
			mark = "---:"
		}
		rule = append(rule, mark)
	}
	m.line("")
	m.row(head)
	m.row(rule)
	for _, r := range t.Rows {
		var cells []string
		for i, c := range r {
			switch {
			case c.Day != nil:
				cells = append(cells, c.Day.UTC().Format(time.DateOnly))
			case c.Empty():
				cells = append(cells, "–")
			default:
				cells = append(cells, m.value(c.Text, t.Columns[i].Code))
			}
		}
		m.row(cells)
	}
	for _, t := range []msg.Text{t.Caption, t.More} {
		if !t.IsZero() {
			m.line("\n" + m.md(t))
		}
	}
}

func (m *markdown) row(cells []string) { m.line("| " + strings.Join(cells, " | ") + " |") }
