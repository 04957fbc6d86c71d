package aadsts

import "strings"

// id takes a trace ID, correlation ID or time: of the message before it, or of
// the one to come.
func (g *grouper) id(e *event) {
	c := g.cur
	if c != nil && e.pos-c.last < reachOfMark+int64(len(c.message)) && (e.kind != kindTime || c.nearTime(e)) && c.own.take(e) {
		c.touch(e)
		return
	}
	if e.pos-g.mark > reachOfMark {
		g.pending = mark{}
	}
	if !g.pending.take(e) {
		g.pending = mark{}
		g.pending.take(e)
	}
	g.mark = e.pos
}

// wording takes a phrase that identifies a message, unless a code says so too.
func (g *grouper) wording(e *event) {
	for _, c := range []*group{g.cur, g.prev} {
		if c == nil {
			continue
		}
		covered := e.pos-c.begin < maxRegion && c.by == ByWording ||
			e.line == c.lastRun && e.pos-c.last < maxRegion ||
			e.pos-c.begin < int64(len(c.message))+reachOfRepeat || e.pos-c.last < reachOfRepeat
		if covered && (c.by == ByCode || g.sharesPhrase(c, e)) {
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

// sharesPhrase reports whether a phrase is more of the message that an earlier
// phrase began. The more specific code wins.
func (g *grouper) sharesPhrase(c *group, e *event) bool {
	if len(c.codes) == 0 {
		return false
	}
	if strings.HasPrefix(e.ref, c.codes[0]) {
		c.codes = []string{e.ref}
		return true
	}
	return c.codes[0] == e.ref || strings.HasPrefix(c.codes[0], e.ref)
}
