package aadsts

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
)

// Ranked is a cause that a message allows, with sentences that fit its code.
type Ranked struct {
	ID      causes.ID
	Summary msg.Text
	Remedy  msg.Text
	// FromMessage is true where the message said more than its code, and that
	// put this cause in its place.
	FromMessage bool
}

// rank orders the causes that the entry allows, by the message where it says
// more. at is the time of the error, nil where it is not known.
func (e *Entry) rank(message string, d *Details, at *time.Time) []Ranked {
	ids, remedy, chosen := e.Causes, e.Remedy, false
	words := ""
	if len(e.When) > 0 {
		words = squashString(clip(message, maxRegion))
	}
	for _, c := range e.When {
		if c.holds(words, message, d, at) {
			if len(ids) == 0 || ids[0] != c.Causes[0] {
				remedy = ""
			}
			if c.Remedy != "" {
				remedy = c.Remedy
			}
			ids, chosen = c.Causes, true
			break
		}
	}
	return ranked(ids, remedy, chosen)
}

func (c *Condition) holds(words, message string, d *Details, at *time.Time) bool {
	said := len(c.Says) == 0
	for _, phrase := range c.Says {
		said = said || strings.Contains(words, squashString(phrase))
	}
	shows := len(c.Is) == 0
	for _, t := range c.Is {
		test := traitTests[t]
		shows = shows || test != nil && test(d, message, at)
	}
	return said && shows
}

// ranked gives causes their generic sentences, the first one the remedy of the
// code where there is one.
func ranked(ids []causes.ID, remedy string, fromMessage bool) []Ranked {
	var list []Ranked
	for i, id := range ids {
		c, ok := causes.Lookup(id)
		if !ok {
			continue
		}
		r := Ranked{ID: id, Summary: c.Summary, Remedy: c.Remedy, FromMessage: fromMessage}
		if i == 0 && remedy != "" {
			r.Remedy = msg.FromData(remedy, nil)
		}
		list = append(list, r)
	}
	return list
}
