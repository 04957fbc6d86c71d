package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// How many rows of a long table a text report shows: a terminal is no place for a
// million.
const (
	shortRows   = 50
	verboseRows = 2000
)

// writeText writes the document of a result for a terminal.
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

// page is a text report in the making. Everything that comes from a result goes
// through say, and is neutral before it is coloured.
type page struct {
	Options
	b strings.Builder
	// hidden names what a short report leaves out, unread what could not be read,
	// and why.
	hidden, unread []string
}

// say prints a sentence in the reader's language, harmless.
func (p *page) say(t msg.Text) string { return p.typography(neutral.Line(p.Options.say(t))) }

// document writes the answer first, then everything else.
func (p *page) document(d *result.Document) {
	p.headline(d)
	for i, t := range append(p.subject(d), d.Lead...) {
		if i == 0 {
			p.blank()
		}
		p.write("  ", plainStyle, p.say(t))
	}
	for _, x := range d.Parts {
		p.part(x)
	}
	for i, line := range p.unread {
		if i == 0 {
			p.blank()
		}
		p.write("  "+p.symbol(checkSymbol(result.CheckUnknown))+" ", dim, line)
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
		p.verbatim(lead, loud|toneStyle(d.Tone), body) // one line, whatever the width
	} else {
		p.write(lead, loud|toneStyle(d.Tone), body)
	}
}

// subject is what the report is about, unless the headline says so.
func (p *page) subject(d *result.Document) []msg.Text {
	if title := p.say(d.Title); title == "" || strings.Contains(p.say(d.Headline), title) {
		return nil
	}
	return []msg.Text{d.Title}
}

func (p *page) part(x result.Part) {
	if x.Brief == result.Overview {
		return
	}
	if x.Brief == result.Hidden && !p.Verbose {
		p.hidden = append(p.hidden, p.say(x.Title))
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
		p.write("  "+p.symbol(quotes())+" ", dim, p.typography(neutral.Line(x.Quote)))
	}
}

func (p *page) steps(list []result.Remedy, first bool) {
	if next := 1 + slices.IndexFunc(list, func(r result.Remedy) bool { return len(r.Commands) > 0 }); first && !p.Verbose && len(list) > max(1, next) {
		next = max(1, next) // what is to be known before the first command stays before it
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

// linkOf is a link that may be shown as one, or nothing.
func linkOf(r result.Remedy) string {
	if r.Link == nil {
		return ""
	}
	good, _ := neutral.Link(*r.Link)
	return good
}

func (p *page) item(x result.Item, i int) {
	lead := "  " + p.symbol(bullet()) + " "
	switch {
	case x.Numbered:
		lead = fmt.Sprintf("  %d. ", i+1)
	case x.Status != "":
		lead = "  " + p.symbol(checkSymbol(x.Status)) + " "
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
			p.write("  ", dim, p.say(f.Label)) // an ID stays whole, below its name
			p.write("  ", plainStyle, value)
			continue
		}
		p.write("  "+p.paint(dim, pad(p.say(f.Label), width))+"  ", plainStyle, value)
	}
}

// checks lists what was asked, each symptom below the check that caused it. What
// passed is one line, and so is what was not asked for, unless the report is
// verbose: what did not pass shall catch the eye. What could not be told for the
// same reason is one line as well.
func (p *page) checks(checks []result.Check) {
	below := children(checks)
	var passed, skipped []string
	for _, c := range below[""] {
		switch {
		case p.Verbose || !leaf(c, below):
		case c.Status == result.Skipped:
			skipped = append(skipped, p.say(c.Title))
			continue
		case c.Status == result.Pass:
			passed = append(passed, p.say(c.Title))
			continue
		case c.Status == result.CheckUnknown:
			continue
		}
		p.check(c, below, 0, plainStyle)
	}
	if !p.Verbose {
		for _, reason := range p.unknown(checks) {
			p.write("  "+p.symbol(checkSymbol(result.CheckUnknown))+" ", plainStyle, reason.line())
		}
	}
	p.folded("  ", checkSymbol(result.Pass), msg.New("Passed"), passed)
	p.folded("  ", checkSymbol(result.Skipped), msg.New("Not checked"), skipped)
}

// unread is a reason with the checks that could not be told for it.
type unread struct {
	reason string
	titles []string
}

func (u unread) line() string { return u.reason + ": " + strings.Join(u.titles, ", ") }

// unknown are the checks that could not be told, by the reason, symptoms apart.
func (p *page) unknown(checks []result.Check) []unread {
	below := children(checks)
	var list []unread
	for _, c := range below[""] {
		if c.Status != result.CheckUnknown || !leaf(c, below) {
			continue
		}
		reason := p.say(c.Summary)
		i := slices.IndexFunc(list, func(u unread) bool { return u.reason == reason })
		if i < 0 {
			i = len(list)
			list = append(list, unread{reason: reason})
		}
		list[i].titles = append(list[i].titles, p.say(c.Title))
	}
	return list
}

func leaf(c result.Check, below map[string][]result.Check) bool {
	return c.ID == "" || len(below[c.ID]) == 0
}

// children groups checks by the one that caused them; "" holds those without a
// cause, or with one that is not listed or leads back to themselves.
func children(checks []result.Check) map[string][]result.Check {
	cause := map[string]string{}
	for _, c := range checks {
		cause[c.ID] = ""
	}
	for _, c := range checks {
		if c.CausedBy == nil {
			continue
		}
		if _, listed := cause[*c.CausedBy]; listed && !leadsTo(cause, *c.CausedBy, c.ID) {
			cause[c.ID] = *c.CausedBy
		}
	}
	below := map[string][]result.Check{}
	for _, c := range checks {
		below[cause[c.ID]] = append(below[cause[c.ID]], c)
	}
	return below
}

func leadsTo(cause map[string]string, from, to string) bool {
	for ; from != ""; from = cause[from] {
		if from == to {
			return true
		}
	}
	return false
}

// check writes one check and, indented and dimmed, those that follow from it.
func (p *page) check(c result.Check, below map[string][]result.Check, depth int, s style) {
	lead := "  "
	if depth > 0 {
		lead = p.branchLead(depth)
	}
	line := p.say(c.Title)
	if !c.Summary.IsZero() {
		line += ": " + p.say(c.Summary)
	}
	if p.Verbose && c.DurationMs != nil {
		line += " (" + p.say(msg.New("%s", time.Duration(*c.DurationMs)*time.Millisecond)) + ")"
	}
	p.write(lead+p.symbol(checkSymbol(c.Status))+" ", s, line)
	if c.ID == "" { // "" is where the checks without a cause are kept
		return
	}
	var skipped []string
	for _, follow := range below[c.ID] {
		if !p.Verbose && follow.Status == result.Skipped && len(below[follow.ID]) == 0 {
			skipped = append(skipped, p.say(follow.Title))
			continue
		}
		p.check(follow, below, depth+1, dim)
	}
	p.folded(p.branchLead(depth+1), checkSymbol(result.Skipped), msg.New("Not checked"), skipped)
}

// branchLead leads to a check that follows from the one above.
func (p *page) branchLead(depth int) string {
	return strings.Repeat(" ", 2*depth+p.symbolWidth()) + p.symbol(branch()) + " "
}

func (p *page) folded(lead string, s symbol, label msg.Text, titles []string) {
	if len(titles) == 0 {
		return
	}
	titles[0] = p.say(label) + ": " + titles[0]
	p.items(lead+p.symbol(s)+" ", dim, titles)
}
