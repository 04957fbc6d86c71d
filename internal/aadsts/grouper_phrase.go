package aadsts

// maxHits bounds how many phrases one error consists of.
const maxHits = 8

// phrase takes the words of a program. They belong to an error that a code or other words
// began, or begin a new one.
func (g *grouper) phrase(e *event) {
	for _, c := range []*group{g.cur, g.prev} {
		if c != nil && c.hits == nil && c.covers(e) {
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
		if h.phrase == e.hit.phrase {
			h.host, h.weight = max(h.host, e.hit.host), max(h.weight, e.hit.weight)
			return
		}
	}
	if len(c.hits) < maxHits {
		c.hits = append(c.hits, e.hit)
		if last := len(c.hits) - 1; e.hit.score() > c.hits[0].score() {
			c.hits[0], c.hits[last] = c.hits[last], c.hits[0]
			c.message, c.line, c.first = e.region, e.line, e.pos
		}
	}
}

// covers reports whether words belong to the message of a code.
func (c *group) covers(e *event) bool {
	switch {
	case !e.foreign(c.record) && c.within(e), c.onLastLine(e):
		return true
	case e.hit.phrase.Hides:
		return e.pos-c.last < reachOfNote
	}
	return !e.apart && c.record == e.record && e.pos-c.last < reachOfMark
}

// foreign reports whether words about the connection are in another log record than the
// message.
func (e *event) foreign(record int64) bool { return e.hit.phrase.Network && e.record != record }

// joins reports whether words belong to the error that other words began: on the same line
// or in the same log record, and nearby.
func (c *group) joins(e *event) bool {
	if e.apart && !c.hides() && !e.hit.phrase.Hides {
		return false
	}
	return c.onLastLine(e) || e.record == c.record && e.pos-c.last < reachOfMark
}

// adopts makes a code the error, if words just before it are what led to it.
func (g *grouper) adopts(e *event) bool {
	c := g.cur
	if c == nil || c.hits == nil || e.pos-c.last > reachOfNote || !c.hides() && (e.record != c.record || e.pos-c.last > reachOfMark) {
		return false
	}
	c.codes, c.by, c.hits = e.codes, ByCode, nil
	c.first, c.line = e.pos, e.line
	c.restart(e)
	return true
}
