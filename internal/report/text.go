package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// Maximum number of rows of a long table in a text report.
const (
	shortRows   = 50
	verboseRows = 2000
)

// writeText writes a report for a terminal.
func writeText(w io.Writer, r result.Report, o Options) error {
	view := result.View{Rows: shortRows, GroupBy: o.GroupBy}
	if o.Verbose {
		view.Rows, view.All = verboseRows, true
	}
	d, err := r.Document(view)
	if err != nil {
		return err
	}
	p := &page{Options: o}
	p.document(d)
	s := p.b.String()
	if o.Quiet {
		s, _, _ = strings.Cut(s, "\n")
		s += "\n"
	}
	_, err = io.WriteString(w, s)
	return err
}

// page builds a text report. All content goes through say, which neutralises it before it
// is coloured.
type page struct {
	Options
	b strings.Builder
	// hidden names what a short report omits. noticed are warnings from what it omits. unread
	// says which checks have no result, and why.
	hidden, noticed, unread []string
}

// say returns a message in the reader's language, neutralised.
func (p *page) say(t msg.Text) string { return p.typography(neutral.Line(p.Options.say(t))) }

// document writes the headline, then everything else.
func (p *page) document(d *result.Document) {
	p.headline(d)
	lead := d.Lead
	if title := p.say(d.Title); title != "" && !strings.Contains(p.say(d.Headline), title) {
		lead = append([]msg.Text{d.Title}, lead...)
	}
	for i, t := range lead {
		if i == 0 {
			p.blank()
		}
		p.write("  ", plainStyle, p.say(t))
	}
	for _, x := range d.Parts {
		p.part(x)
	}
	if len(p.noticed)+len(p.unread) > 0 {
		p.blank()
	}
	for _, line := range p.noticed {
		p.write("  "+p.symbol(checkSymbols[result.Warn])+" ", plainStyle, line)
	}
	for _, line := range p.unread {
		p.write("  "+p.symbol(checkSymbols[result.CheckUnknown])+" ", dim, line)
	}
	if len(p.hidden) > 0 {
		p.blank()
		p.hidden[0] = p.say(msg.New("More with -v")) + ": " + p.hidden[0]
		p.items("  ", dim, p.hidden)
	}
}

func (p *page) headline(d *result.Document) {
	body := p.say(d.Headline)
	if remark := p.say(d.Remark); remark != "" {
		body += " (" + remark + ")"
	}
	if lead := p.symbol(toneSymbol(d.Tone)) + " "; p.Quiet {
		p.verbatim(lead, loud|toneStyle(d.Tone), body) // a single line of any width
	} else {
		p.write(lead, loud|toneStyle(d.Tone), body)
	}
}

func (p *page) part(x result.Part) {
	if x.Brief == result.Overview {
		return
	}
	if x.Brief == result.Hidden && !p.Verbose {
		p.hidden = append(p.hidden, p.say(x.Title))
		for _, c := range x.Noticed {
			p.noticed = append(p.noticed, p.say(c.Title)+": "+p.say(c.Summary))
		}
		for _, reason := range p.unknown(x.Checks) {
			p.unread = append(p.unread, reason.line())
		}
		return
	}
	p.blank()
	p.b.WriteString(p.paint(bold, p.say(x.Title)) + "\n")
	for _, t := range x.Text {
		p.write("  ", plainStyle, p.say(t))
	}
	p.steps(x.Steps, x.Brief == result.First)
	for i, item := range x.Items {
		p.item(item, i)
	}
	p.table(x.Table)
	p.checks(x.Checks)
	p.facts(x.Facts)
	if x.Quote != "" {
		p.write("  "+p.symbol(quotes)+" ", dim, p.typography(neutral.Line(x.Quote)))
	}
}

func (p *page) steps(list []result.Remedy, first bool) {
	if next := 1 + slices.IndexFunc(list, func(r result.Remedy) bool { return len(r.Commands) > 0 }); first && !p.Verbose && len(list) > max(1, next) {
		next = max(1, next) // show everything up to the first command
		p.hidden = append(p.hidden, p.say(msg.New("%d more steps", len(list)-next)))
		list = list[:next]
	}
	for i, r := range list {
		number := "  "
		if len(list) > 1 {
			number = fmt.Sprintf("  %d. ", i+1)
		}
		p.write(number, plainStyle, p.say(r.Title))
		indent := strings.Repeat(" ", len(number))
		p.commands(indent, r.Commands)
		if link := linkOf(r); link != "" {
			p.verbatim(indent, dim, link)
		}
	}
}

// linkOf returns the link of a remedy if it may be shown as a link.
func linkOf(r result.Remedy) string {
	if r.Link == nil {
		return ""
	}
	good, _ := neutral.Link(*r.Link)
	return good
}

func (p *page) item(x result.Item, i int) {
	lead := "  " + p.symbol(bullet) + " "
	switch {
	case x.Numbered:
		lead = fmt.Sprintf("  %d. ", i+1)
	case x.Status != "":
		lead = "  " + p.symbol(checkSymbols[x.Status]) + " "
	}
	line := p.say(x.Text)
	if value := p.say(x.Value); value != "" {
		line += ": " + value
	}
	p.write(lead, plainStyle, line)
	below := strings.Repeat(" ", columnsOf(lead))
	if detail := p.say(x.Detail); detail != "" {
		p.write(below, dim, detail)
	}
	if aside := p.say(x.Aside); aside != "" && p.Verbose {
		p.write(below, dim, aside)
	}
}

func (p *page) facts(list []result.Fact) {
	width := 0
	for _, f := range list {
		width = max(width, columnsOf(p.say(f.Label)))
	}
	for _, f := range list {
		value := p.say(f.Value)
		if !strings.Contains(value, " ") && 2+width+2+columnsOf(value) > p.columns() {
			p.write("  ", dim, p.say(f.Label)) // an ID is not broken, but moved below its label
			p.write("  ", plainStyle, value)
			continue
		}
		p.write("  "+p.paint(dim, pad(p.say(f.Label), width))+"  ", plainStyle, value)
	}
}
