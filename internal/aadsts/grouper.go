package aadsts

import "slices"

// grouper builds errors from events, in the order of the text.
type grouper struct {
	finder  *finder
	done    *collection
	cur     *group
	prev    *group
	seen    int64 // place of the last event taken
	pending mark  // IDs that await their message
	mark    int64 // place of the last of them
	tenant  located
	client  located
	product located
}

// located is a value and the place where it stood.
type located struct {
	value string
	pos   int64
	line  int
}

func newGrouper(f *finder) *grouper {
	return &grouper{finder: f, done: newCollection(f), seen: -1}
}

// take sorts one event in.
func (g *grouper) take(e *event) {
	if e.pos < g.seen || e.pos == g.seen && e.kind != kindPhrase {
		return
	}
	if e.kind != kindProduct { // where a product's name begins its message
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
		g.lendProduct()
	}
}

// open starts a group with the codes of an event.
func (g *grouper) open(e *event, by foundBy) {
	if g.prev != nil {
		g.done.add(g.prev)
	}
	g.prev = g.cur
	g.cur = &group{
		codes: e.codes, by: by, weak: e.kind != kindCode && by == ByCode, faint: e.faint, message: e.region,
		first: e.pos, begin: e.pos, last: e.pos, line: e.line, lastRun: e.line, record: e.record, row: e.row, prose: e.prose,
	}
	if !g.pending.empty() && e.pos-g.mark < reachOfMark {
		g.cur.around = g.pending
	}
	g.pending = mark{}
	if g.prev != nil {
		g.forget(g.prev.begin + int64(len(g.prev.message)))
	}
	g.lend()
	g.lendProduct()
}

// lendProduct gives the group the program that its neighbourhood names.
func (g *grouper) lendProduct() {
	const most = 2
	c := g.cur
	if c != nil && g.product.value != "" && near(c.begin, g.product.pos, reachOfSigns) && len(c.products) < most && !slices.Contains(c.products, g.product.value) {
		c.products = append(c.products, g.product.value)
	}
}

// forget drops the addresses that stood inside an earlier message.
func (g *grouper) forget(before int64) {
	if g.tenant.pos <= before {
		g.tenant = located{}
	}
	if g.client.pos <= before {
		g.client = located{}
	}
}

// lend gives the group the addresses that are near it.
func (g *grouper) lend() {
	if g.cur == nil {
		return
	}
	if g.cur.tenant == "" && near(g.cur.begin, g.tenant.pos, reachOfBody) {
		g.cur.tenant, g.cur.mixed = g.tenant.value, g.cur.mixed || g.tenant.line != g.cur.line
	}
	if g.cur.client == "" && near(g.cur.begin, g.client.pos, reachOfBody) {
		g.cur.client, g.cur.mixed = g.client.value, g.cur.mixed || g.client.line != g.cur.line
	}
}

// finish closes what is open and returns the matches.
func (g *grouper) finish() []Match {
	for _, c := range []*group{g.prev, g.cur} {
		if c != nil {
			g.done.add(c)
		}
	}
	return g.done.list()
}
