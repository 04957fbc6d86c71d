package report

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// checks lists what was asked, each symptom below the check that caused it. What
// passed is one line, and so is what was not asked for, unless the report is
// verbose: what did not pass shall catch the eye.
func (p *page) checks(d *result.Diagnosis) {
	if len(d.Checks) == 0 {
		return
	}
	p.heading(msg.New("Checks"))
	below := children(d.Checks)
	var passed, skipped []string
	for _, c := range below[""] {
		switch {
		case p.Verbose || c.ID != "" && len(below[c.ID]) > 0:
		case c.Status == result.Skipped:
			skipped = append(skipped, p.say(c.Title))
			continue
		case c.Status == result.Pass:
			passed = append(passed, p.say(c.Title))
			continue
		}
		p.check(c, below, 0, plainStyle)
	}
	p.folded("  ", checkSymbol(result.Pass), msg.New("Passed"), passed)
	p.folded("  ", checkSymbol(result.Skipped), msg.New("Not checked"), skipped)
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
		line += " (" + (time.Duration(*c.DurationMs) * time.Millisecond).String() + ")"
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
