package report

import (
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// CheckLine returns a finished check on one line of at most width columns. It is shown as
// progress while other checks are still running.
func CheckLine(c result.Check, width int, o Options) string {
	line := o.say(c.Title)
	if !c.Summary.IsZero() {
		line += ": " + o.say(c.Summary)
	}
	lead := "  " + o.symbol(checkSymbols[c.Status]) + " "
	return lead + text.Snip(neutral.Line(o.typography(line)), width-columnsOf(lead), o.typography("…"))
}
