package report

import (
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// CheckLine is a check that is over in one line of at most width columns, for a
// person who waits for the others.
func CheckLine(c result.Check, width int, o Options) string {
	line := o.say(c.Title)
	if !c.Summary.IsZero() {
		line += ": " + o.say(c.Summary)
	}
	lead := "  " + o.symbol(checkSymbol(c.Status)) + " "
	return lead + text.Snip(neutral.Line(o.typography(line)), width-columnsOf(lead), o.typography("…"))
}
