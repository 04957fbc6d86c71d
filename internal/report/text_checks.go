package report

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// checks lists what was asked, each symptom below the check that caused it. In a
// healthy report the passes are one line, and what was not asked for is one line
// in every report, unless it is verbose.
func (p *page) checks(d *result.Diagnosis) {
	if len(d.Checks) == 0 {
		return
	}
	p.heading(msg.New("Checks"))
	healthy := d.RootCause == nil && d.Status == result.OK
	below := children(d.Checks)
	var passed, skipped []string
	for _, c := range below[""] {
		switch {
		case p.Verbose || c.ID != "" && len(below[c.ID]) > 0:
		case c.Status == result.Skipped:
			skipped = append(skipped, p.say(c.Title))
			continue
		case healthy && c.Status == result.Pass:
			passed = append(passed, p.say(c.Title))
			continue
		}
		p.check(c, below, 0, plainStyle)
	}
	p.folded(checkSymbol(result.Pass), msg.New("Passed"), passed)
	p.folded(checkSymbol(result.Skipped), msg.New("Not checked"), skipped)
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
		lead = strings.Repeat(" ", 2*depth+p.symbolWidth()) + p.symbol(branch()) + " "
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
	for _, follow := range below[c.ID] {
		p.check(follow, below, depth+1, dim)
	}
}

func (p *page) folded(s symbol, label msg.Text, titles []string) {
	if len(titles) > 0 {
		p.write("  "+p.symbol(s)+" ", dim, p.say(label)+": "+strings.Join(titles, " "+p.plainSymbol(between())+" "))
	}
}
