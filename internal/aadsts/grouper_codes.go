package aadsts

import (
	"slices"
	"strings"
)

// code takes AADSTS and its number: a nest, the message to a number that stood
// before it, or a new error.
func (g *grouper) code(e *event) {
	c := g.cur
	switch {
	case c == nil:
	case c.weak && e.pos-c.last < reachOfBody && slices.Contains(c.codes, e.codes[0]):
		c.weak, c.faint, c.message, c.begin = false, false, e.region, e.pos
		c.touch(e)
		return
	case g.nests(c, e):
		c.codes = append(c.codes, e.codes[0])
		c.message = e.region
		c.touch(e)
		return
	case g.adopts(e):
		return
	}
	owner := g.cur
	g.open(e, ByCode)
	if e.titled && owner != nil && g.cur.around.empty() && e.pos-owner.last < reachOfMark {
		// The IDs above belong to the message below them, not to the one before.
		g.cur.around = owner.own
		if owner.codes == nil || owner.codes[len(owner.codes)-1] != e.codes[0] {
			owner.own = mark{}
		}
	}
}

// nests reports whether a code continues a message that began with a category:
// "AADSTS70002: Error validating credentials. AADSTS50012: …".
func (g *grouper) nests(c *group, e *event) bool {
	return !c.weak && c.by == ByCode && c.own.empty() && e.pos-c.last < reachOfNest &&
		g.finder.generic(c.codes[len(c.codes)-1]) && !slices.Contains(c.codes, e.codes[0]) &&
		strings.HasPrefix(strings.TrimLeft(c.message, " \n*`\"'"), ":")
}

// oauth takes the number that JavaScript libraries print before the message.
func (g *grouper) oauth(e *event) {
	if g.cur != nil && e.pos-g.cur.last < reachOfRepeat && slices.Contains(g.cur.codes, e.codes[0]) {
		g.cur.touch(e)
		return
	}
	g.open(e, ByCode)
}

// list takes the numbers of error_codes, which may complete a nest or a message
// whose own code was cut off.
func (g *grouper) list(e *event) {
	c := g.cur
	if g.adopts(e) {
		return
	}
	if c != nil && e.pos-c.last < reachOfBody {
		e.codes = c.whole(e.codes)
		switch {
		case g.listNests(e):
			c.codes, c.first, c.line = e.codes, g.prev.first, g.prev.line
			c.around.fill(g.prev.around)
			g.prev = nil
			c.touch(e)
			return
		case subset(e.codes, c.codes), c.by == ByCode && subset(c.codes, e.codes):
			if len(e.codes) > len(c.codes) {
				c.codes = e.codes
			}
			c.by = ByCode
			c.touch(e)
			return
		case c.by == ByWording && c.own.trace == "" || c.by == ByWording && e.pos-c.begin < maxRegion:
			c.codes, c.by, c.hits = e.codes, ByCode, nil
			c.touch(e)
			return
		}
	}
	g.open(e, ByCode)
}

// listNests reports whether a list joins the last two messages to one error.
func (g *grouper) listNests(e *event) bool {
	p := g.prev
	return p != nil && p.by == ByCode && p.own.empty() && e.pos-p.last < reachOfBody && len(e.codes) > 1 &&
		subset(p.codes, e.codes) && subset(g.cur.codes, e.codes) && !subset(p.codes, g.cur.codes)
}

// number takes the weakest source: the number in an address, which a line break
// may have cut, or in a field of a log entry.
func (g *grouper) number(e *event) {
	if c := g.cur; c != nil && e.pos-c.last < reachOfBody {
		for _, code := range c.codes {
			if strings.HasPrefix(code, e.codes[0]) || strings.HasPrefix(e.codes[0], code) {
				c.touch(e)
				return
			}
		}
	}
	if g.finder.catalogue.byCode[e.codes[0]] != nil {
		g.open(e, ByCode)
	}
}
