package aadsts

import (
	"slices"

	"github.com/spcheck/spcheck/internal/result"
)

// hit is a phrase at one place of the text.
type hit struct {
	pattern *pattern
	whose   whose
	prose   bool // the text speaks about such an error
}

// most is the strongest that the place allows to claim.
func (h *hit) most() result.Certainty {
	if h.prose || h.pattern.phrase.Network && h.whose != microsofts {
		return result.Possible
	}
	return result.Proven
}

// causes are the causes that the phrase names here.
func (h *hit) causes() []Ranked { return h.pattern.phrase.ranked(h.most()) }

// better orders hits: what names one cause surely before what leaves several
// open, then the more specific words, then the later ones, which in a chain of
// exceptions are the inner ones.
func better(a, b *hit) int {
	x, y := a.pattern.phrase, b.pattern.phrase
	switch {
	case x.Hides != y.Hides:
		if x.Hides {
			return 1
		}
		return -1
	case x.Broad != y.Broad:
		if x.Broad {
			return 1
		}
		return -1
	case strength(a.first()) != strength(b.first()):
		return strength(b.first()) - strength(a.first())
	}
	return b.pattern.weight - a.pattern.weight
}

func (h *hit) first() result.Certainty {
	if c := h.causes(); len(c) > 0 {
		return c[0].Most
	}
	return ""
}

// phrase takes the words of a program: more of an error that a code or other
// words began, or an error of its own.
func (g *grouper) phrase(e *event) {
	for _, c := range []*group{g.cur, g.prev} {
		if c != nil && c.hits == nil && g.covers(c, e) {
			return
		}
	}
	c := g.cur
	if c == nil || c.hits == nil || !c.joins(e) {
		g.open(e, ByWording)
		g.cur.hits = []*hit{e.hit}
		return
	}
	c.faint = c.faint && e.faint
	c.touch(e)
	for _, h := range c.hits {
		if h.pattern.phrase == e.hit.pattern.phrase {
			h.whose = max(h.whose, e.hit.whose)
			if e.hit.pattern.weight > h.pattern.weight {
				h.pattern = e.hit.pattern
			}
			return
		}
	}
	if len(c.hits) < maxHits {
		c.hits = append(c.hits, e.hit)
		if better(e.hit, c.hits[0]) < 0 {
			last := len(c.hits) - 1
			c.hits[0], c.hits[last] = c.hits[last], c.hits[0]
			c.message, c.line, c.first = e.region, e.line, e.pos
		}
	}
}

// maxHits bounds how many phrases one error is made of.
const maxHits = 8

// covers reports whether words belong to the message of a code.
func (g *grouper) covers(c *group, e *event) bool {
	switch {
	case !e.foreign(c.record) && e.pos-c.begin < int64(len(c.message))+reachOfRepeat, e.line == c.lastRun && e.pos-c.last < maxRegion:
		return true
	case e.hit.pattern.phrase.Hides:
		return e.pos-c.last < reachOfNote
	}
	return !e.apart && c.record == e.record && e.pos-c.last < reachOfMark
}

// foreign reports whether words about the connection are in another record of
// the log than a message, whose lines may have times of their own.
func (e *event) foreign(record int64) bool { return e.hit.pattern.phrase.Network && e.record != record }

// joins reports whether words are more of the error that others began: in the
// same record of a log, and not far from it.
func (c *group) joins(e *event) bool {
	if e.apart && !c.hides() && !e.hit.pattern.phrase.Hides {
		return false
	}
	return e.line == c.lastRun && e.pos-c.last < maxRegion || e.record == c.record && e.pos-c.last < reachOfMark
}

// adopts turns words that stand just before a code into what led to it: the code
// is the error then.
func (g *grouper) adopts(e *event) bool {
	c := g.cur
	if c == nil || c.hits == nil || !c.hides() && (e.record != c.record || e.pos-c.last > reachOfMark) || e.pos-c.last > reachOfNote {
		return false
	}
	c.codes, c.by, c.hits, c.faint, c.weak = e.codes, ByCode, nil, e.faint, e.kind != kindCode
	c.message, c.begin, c.first, c.line = e.region, e.pos, e.pos, e.line
	c.touch(e)
	return true
}

// hides reports whether all words are those of programs that keep the answer to
// themselves.
func (c *group) hides() bool {
	return !slices.ContainsFunc(c.hits, func(h *hit) bool { return !h.pattern.phrase.Hides })
}
