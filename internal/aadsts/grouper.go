package aadsts

import "slices"

// grouper puts events together to errors, in the order of the text.
type grouper struct {
	finder  *finder
	done    *collection
	cur     *group
	prev    *group
	seen    int64 // where the last event was
	pending mark  // IDs without a message so far
	mark    int64 // where the last of them was
	tenant  located
	client  located
	product located
}

// located is a value and its place.
type located struct {
	value string
	pos   int64
	line  int
}

// takePage takes the events of a page. After the end of its block it takes only what
// belongs to the last message; the next page contains the rest.
func (g *grouper) takePage(p *page) {
	limit := p.window.base + int64(p.window.end)
	for i := range p.events {
		e := &p.events[i]
		if e.pos >= limit && e.kind.isMessage() {
			return
		}
		g.take(e)
	}
}

func (g *grouper) take(e *event) {
	if e.pos < g.seen || e.pos == g.seen && e.kind != kindPhrase {
		return
	}
	if e.kind != kindProduct { // the name of a product may begin its message
		g.seen = e.pos
	}
	switch e.kind {
	case kindCode:
		g.code(e)
	case kindOAuth:
		g.oauth(e)
	case kindList:
		g.list(e)
	case kindURI:
		g.number(e)
	case kindTrace, kindCorr, kindTime:
		g.id(e)
	case kindAuthority:
		g.tenant = located{e.value, e.pos, e.line}
		g.lend()
	case kindClient:
		g.client = located{e.value, e.pos, e.line}
		g.lend()
	case kindWording:
		g.wording(e)
	case kindPhrase:
		g.phrase(e)
	case kindProduct:
		g.product = located{e.ref, e.pos, e.line}
		g.lend()
	}
}

// open begins an error with an event.
func (g *grouper) open(e *event, by foundBy) {
	if g.prev != nil {
		g.done.add(g.prev)
	}
	g.prev = g.cur
	g.cur = &group{codes: e.codes, by: by, first: e.pos, line: e.line, record: e.record, row: e.row, prose: e.prose}
	g.cur.restart(e)
	g.cur.weak = g.cur.weak && by == ByCode
	if e.pos-g.mark < reachOfMark {
		g.cur.around = g.pending
	}
	g.pending = mark{}
	if g.prev != nil { // what was inside the earlier message belongs to that one
		end := g.prev.begin + int64(len(g.prev.message))
		for _, l := range []*located{&g.tenant, &g.client} {
			if l.pos <= end {
				*l = located{}
			}
		}
	}
	g.lend()
}

// lend gives the error the tenant, the client and the program that are named nearby.
func (g *grouper) lend() {
	c := g.cur
	if c == nil {
		return
	}
	lend := func(field *string, l located) {
		if *field == "" && near(c.begin, l.pos, reachOfBody) {
			*field, c.mixed = l.value, c.mixed || l.line != c.line
		}
	}
	lend(&c.tenant, g.tenant)
	lend(&c.client, g.client)
	const most = 2
	if p := g.product; p.value != "" && near(c.begin, p.pos, reachOfSigns) && len(c.products) < most && !slices.Contains(c.products, p.value) {
		c.products = append(c.products, p.value)
	}
}

// finish completes the open errors and returns all of them.
func (g *grouper) finish() []Match {
	for _, c := range []*group{g.prev, g.cur} {
		if c != nil {
			g.done.add(c)
		}
	}
	return g.done.list()
}

// id takes a trace ID, correlation ID or time. It belongs to the message before it, or to
// the next one.
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
