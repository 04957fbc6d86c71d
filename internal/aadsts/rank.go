package aadsts

import (
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// Ranked is a possible cause, with sentences that fit its code.
type Ranked struct {
	ID      causes.ID
	Summary msg.Text
	Remedy  msg.Text
	Most    result.Certainty // the strongest that the message alone supports
}

// rank returns the causes of the entry, or of the first condition that the message meets.
// at is the time of the error, nil if it is not known.
func (e *Entry) rank(message string, d *details, at *time.Time) []Ranked {
	for _, c := range e.When {
		if !c.holds(failure{d, message, at}) {
			continue
		}
		if c.Remedy == (bilingual{}) && c.Causes[0].ID == e.Causes[0].ID {
			c.Remedy = e.Remedy
		}
		return ranked(c.Causes, c.Remedy)
	}
	return ranked(e.Causes, e.Remedy)
}

func (c *condition) holds(f failure) bool {
	return (len(c.Says) == 0 || containsAny(squash([]byte(clip(f.message, maxRegion))).text, c.Says)) &&
		(len(c.Is) == 0 || slices.ContainsFunc(c.Is, func(trait string) bool { return traits()[trait](f) }))
}

// ranked adds the sentences of the causes. The remedy, if there is one, replaces that of
// the first cause.
func ranked(list []candidate, remedy bilingual) []Ranked {
	var all []Ranked
	for i, one := range list {
		c, _ := causes.Lookup(one.ID)
		r := Ranked{ID: one.ID, Summary: c.Summary, Remedy: c.Remedy, Most: one.Most}
		if i == 0 && remedy.English != "" {
			r.Remedy = remedy.text()
		}
		all = append(all, r)
	}
	return all
}

// strength orders certainties; 0 is none.
func strength(c result.Certainty) int {
	return 1 + slices.Index([]result.Certainty{result.Possible, result.Likely, result.Proven}, c)
}

func weaker(a, b result.Certainty) result.Certainty {
	if strength(a) < strength(b) {
		return a
	}
	return b
}
