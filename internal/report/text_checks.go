package report

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// checks lists checks, each symptom below the check that caused it. In a short report,
// passed checks share a line, as do skipped checks, so that problems stand out. Unknown
// checks share a line if they have the same reason.
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
			p.write("  "+p.symbol(checkSymbols[result.CheckUnknown])+" ", plainStyle, reason.line())
		}
	}
	p.folded("  ", checkSymbols[result.Pass], msg.New("Passed"), passed)
	p.folded("  ", checkSymbols[result.Skipped], msg.New("Not checked"), skipped)
}

// unread is the reason why the results of some checks are unknown.
type unread struct {
	reason string
	titles []string
}

// line puts the titles before a reason that is a sentence, and after any other.
func (u unread) line() string {
	titles := strings.Join(u.titles, ", ")
	if strings.HasSuffix(u.reason, ".") {
		return titles + ": " + u.reason
	}
	return u.reason + ": " + titles
}

// unknown groups the unknown checks by reason. It does not include checks with symptoms.
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

// children groups checks by the ID of the check that caused them. The group "" contains
// checks without a cause, and those whose cause is not listed or leads back to them.
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

// check writes a check and, indented and dimmed, those that follow from it.
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
	p.write(lead+p.symbol(checkSymbols[c.Status])+" ", s, line)
	if c.ID == "" { // below[""] has the checks without a cause
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
	p.folded(p.branchLead(depth+1), checkSymbols[result.Skipped], msg.New("Not checked"), skipped)
}

// branchLead returns the start of the line of a check that follows from the one above.
func (p *page) branchLead(depth int) string {
	return strings.Repeat(" ", 2*depth+p.symbolWidth()) + p.symbol(branch) + " "
}

// folded writes the titles of several checks on one line.
func (p *page) folded(lead string, s symbol, label msg.Text, titles []string) {
	if len(titles) == 0 {
		return
	}
	titles[0] = p.say(label) + ": " + titles[0]
	p.items(lead+p.symbol(s)+" ", dim, titles)
}
