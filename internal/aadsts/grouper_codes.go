package aadsts

import (
	"slices"
	"strings"
)

// code takes AADSTS and its number. It may be nested in the last message, be the message
// of a number before it, or begin a new error.
func (g *grouper) code(e *event) {
	c := g.cur
	switch {
	case c == nil:
	case c.weak && e.pos-c.last < reachOfBody && slices.Contains(c.codes, e.codes[0]):
		c.restart(e)
		return
	case c.nests(e):
		c.codes, c.message = append(c.codes, e.codes[0]), e.region
		c.touch(e)
		return
	case g.adopts(e):
		return
	}
	g.open(e, ByCode)
	if e.titled && c != nil && g.cur.around == (mark{}) && e.pos-c.last < reachOfMark {
		// The IDs above belong to this message, not to the one before them.
		g.cur.around = c.own
		if c.codes == nil || c.codes[len(c.codes)-1] != e.codes[0] {
			c.own = mark{}
		}
	}
}

// nests reports whether a code continues a message that began with a category:
// "AADSTS70002: Error validating credentials. AADSTS50012: …".
func (c *group) nests(e *event) bool {
	return !c.weak && c.by == ByCode && c.own == mark{} && e.pos-c.last < reachOfNest &&
		isGeneric(c.codes[len(c.codes)-1]) && !slices.Contains(c.codes, e.codes[0]) &&
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

// list takes the numbers of error_codes. They may complete nested codes, or a message
// without its code.
func (g *grouper) list(e *event) {
	if g.adopts(e) {
		return
	}
	c := g.cur
	if c == nil || e.pos-c.last >= reachOfBody {
		g.open(e, ByCode)
		return
	}
	e.codes = c.whole(e.codes)
	switch {
	case g.listNests(e):
		c.codes, c.first, c.line = e.codes, g.prev.first, g.prev.line
		c.around.fill(g.prev.around)
		g.prev = nil
	case subset(e.codes, c.codes), c.by == ByCode && subset(c.codes, e.codes):
		if len(e.codes) > len(c.codes) {
			c.codes = e.codes
		}
		c.by = ByCode
	case c.by == ByWording && (c.own.TraceID == "" || e.pos-c.begin < maxRegion):
		c.codes, c.by, c.hits = e.codes, ByCode, nil
	default:
		g.open(e, ByCode)
		return
	}
	c.touch(e)
}

// listNests reports whether a list shows that the last two messages are one error.
func (g *grouper) listNests(e *event) bool {
	p := g.prev
	return p != nil && p.by == ByCode && p.own == mark{} && e.pos-p.last < reachOfBody && len(e.codes) > 1 &&
		subset(p.codes, e.codes) && subset(g.cur.codes, e.codes) && !subset(p.codes, g.cur.codes)
}

// number takes the number in an address, which a line break may have cut, or in a field of
// a log entry. It is the weakest source.
func (g *grouper) number(e *event) {
	number := e.codes[0]
	if c := g.cur; c != nil && e.pos-c.last < reachOfBody && slices.ContainsFunc(c.codes, func(code string) bool {
		return strings.HasPrefix(code, number) || strings.HasPrefix(number, code)
	}) {
		c.touch(e)
		return
	}
	if known(number) != nil && !g.adopts(e) {
		g.open(e, ByCode)
	}
}

// wording takes a phrase that identifies a message, unless the message has its code.
func (g *grouper) wording(e *event) {
	for _, c := range []*group{g.cur, g.prev} {
		if c == nil {
			continue
		}
		covered := e.pos-c.begin < maxRegion && c.by == ByWording || c.onLastLine(e) || c.within(e) || e.pos-c.last < reachOfRepeat
		if covered && (c.by == ByCode || c.sharesPhrase(e)) {
			return
		}
	}
	e.codes = []string{e.ref}
	if g.adopts(e) {
		g.cur.by, g.cur.weak = ByWording, false
		return
	}
	g.open(e, ByWording)
}

// sharesPhrase reports whether a phrase is part of the message that an earlier phrase
// began. The more specific code wins.
func (c *group) sharesPhrase(e *event) bool {
	if len(c.codes) == 0 {
		return false
	}
	if strings.HasPrefix(e.ref, c.codes[0]) {
		c.codes = []string{e.ref}
	}
	return strings.HasPrefix(c.codes[0], e.ref)
}
