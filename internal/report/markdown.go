package report

import (
	"io"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// writeMarkdown writes a result in CommonMark with GitHub's tables, for a ticket,
// a wiki or the summary of a job.
func writeMarkdown(w io.Writer, res any, o Options) error {
	d, err := newDocument(res, o)
	if err != nil {
		return err
	}
	var m markdown
	m.document(d)
	_, err = io.WriteString(w, m.b.String())
	return err
}

// markdown is a document in the making. Every string of the document goes
// through md or mdCode.
type markdown struct{ b strings.Builder }

func md(s string) string { return neutral.Markdown(s) }

func mdCode(s string) string { return neutral.MarkdownCode(s) }

// value is a text, or an ID as code.
func value(s string, isCode bool) string {
	if isCode {
		return mdCode(s)
	}
	return md(s)
}

func (m *markdown) line(s string) { m.b.WriteString(strings.TrimRight(s, " ") + "\n") }

func (m *markdown) document(d *document) {
	m.line("# " + statusMark(d.Status) + md(d.Headline) + bracketed(d.Remark))
	for _, s := range d.Lead {
		m.line("\n" + md(s))
	}
	var facts []string
	if d.StatusText != "" {
		facts = append(facts, "**"+md(d.StatusText)+"**")
	}
	facts = append(facts, md(d.Kind))
	if d.Title != "" && d.Title != d.Headline {
		facts = append(facts, value(d.Title, guid.MatchString(d.Title)))
	}
	m.line("\n" + strings.Join(append(facts, md(d.Generated)), " · "))
	for _, x := range d.Parts {
		m.part(x)
	}
}

// statusMark is what catches the eye; the word stands below the headline.
func statusMark(s result.Status) string {
	switch s {
	case result.OK:
		return "✅ "
	case result.Warning:
		return "⚠️ "
	case result.Critical:
		return "❌ "
	case result.Unknown:
		return "❔ "
	}
	return ""
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return " (" + md(s) + ")"
}

func (m *markdown) part(x part) {
	if x.Timeline != nil && x.Table == nil {
		return // a picture; the table says the same
	}
	m.line("\n" + strings.Repeat("#", x.Level) + " " + md(x.Title))
	for _, s := range x.Paragraphs {
		m.line("\n" + md(s))
	}
	m.steps(x.Steps)
	m.items(x.Bullets)
	m.table(x.Table)
	m.checks(x.Checks)
	m.factList(x.Facts)
	if x.Quote != "" {
		m.line("\n> " + mdCode(x.Quote))
	}
}

func (m *markdown) steps(list []step) {
	for i, s := range list {
		number := strconv.Itoa(i+1) + ". "
		indent := strings.Repeat(" ", len(number))
		m.line("")
		m.line(number + md(s.Title))
		for _, c := range s.Commands {
			m.line("")
			m.line(indent + md(c.Shells) + ":")
			m.line("")
			m.b.WriteString(neutral.MarkdownFence(c.Command, c.Language, indent))
		}
		if s.Link != "" {
			m.line("")
			m.line(indent + "<" + s.Link + ">")
		}
	}
}

func (m *markdown) items(list []item) {
	if len(list) > 0 {
		m.line("")
	}
	for _, b := range list {
		s := "- " + md(b.Text)
		if b.Value != "" {
			s += ": " + mdCode(b.Value)
		}
		m.line(s)
		if b.Detail != "" {
			m.line("  <br>" + md(b.Detail))
		}
	}
}

func (m *markdown) checks(list []checkLine) {
	if len(list) > 0 {
		m.line("")
	}
	for _, c := range list {
		s := strings.Repeat("  ", c.Depth) + "- " + c.Symbol + " **" + md(c.Title) + "** " + md(c.StatusText)
		if c.Summary != "" {
			s += ": " + md(c.Summary)
		}
		m.line(s)
	}
}

func (m *markdown) factList(list []fact) {
	if len(list) > 0 {
		m.line("")
	}
	for _, f := range list {
		m.line("- " + md(f.Label) + ": " + value(f.Value, f.Code))
	}
}

func (m *markdown) table(g *grid) {
	if g == nil {
		return
	}
	var head, rule []string
	for i, h := range g.Head {
		head = append(head, md(h))
		mark := "---"
		if g.Right(i) {
			mark = "---:"
		}
		rule = append(rule, mark)
	}
	m.line("")
	m.row(head)
	m.row(rule)
	for _, r := range g.Rows {
		var cells []string
		for _, c := range r {
			cells = append(cells, value(c.Text, c.Code))
		}
		m.row(cells)
	}
	for _, s := range []string{g.Caption, g.More} {
		if s != "" {
			m.line("\n" + md(s))
		}
	}
}

func (m *markdown) row(cells []string) { m.line("| " + strings.Join(cells, " | ") + " |") }
