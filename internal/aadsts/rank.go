package aadsts

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// Ranked is a cause that a message allows, with sentences that fit its code.
type Ranked struct {
	ID      causes.ID
	Summary msg.Text
	Remedy  msg.Text
	// Most is the strongest claim that the message alone supports.
	Most result.Certainty
}

// rank orders the causes that the entry allows, by the message where it says
// more. at is the time of the error, nil where it is not known.
func (e *Entry) rank(message string, d *details, at *time.Time) []Ranked {
	words := ""
	if len(e.When) > 0 {
		words = squashString(clip(message, maxRegion))
	}
	for _, c := range e.When {
		if c.holds(words, message, d, at) {
			return ranked(c.Causes, e.remedyFor(c).text())
		}
	}
	return ranked(e.Causes, e.Remedy.text())
}

// remedyFor is the condition's own remedy, or the entry's where both mean the
// same cause.
func (e *Entry) remedyFor(c condition) bilingual {
	if c.Remedy == (bilingual{}) && c.Causes[0].ID == e.Causes[0].ID {
		return e.Remedy
	}
	return c.Remedy
}

func (c *condition) holds(words, message string, d *details, at *time.Time) bool {
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
func ranked(list candidates, remedy msg.Text) []Ranked {
	var all []Ranked
	for i, one := range list {
		c, ok := causes.Lookup(one.ID)
		if !ok {
			continue
		}
		r := Ranked{ID: one.ID, Summary: c.Summary, Remedy: c.Remedy, Most: one.Most}
		if i == 0 && !remedy.IsZero() {
			r.Remedy = remedy
		}
		all = append(all, r)
	}
	return all
}
