package aadsts

import (
	"slices"
	"strings"
)

// How far apart the parts of one error may stand, in bytes of the text.
const (
	reachOfNest   = 500  // a category and its specific code
	reachOfMark   = 900  // a message and its IDs
	reachOfBody   = 3000 // a message and the numbers at the end of its JSON
	reachOfNote   = 1200 // a product's message and the code behind it
	reachOfRepeat = 60   // words right beside a code that belongs to them
)

// group is an error under construction: its message and what belongs to it.
type group struct {
	codes   []string
	by      FoundBy
	weak    bool // so far only a number of a list or an address
	faint   bool // a bare number that counts only where nothing better is found
	message string
	first   int64 // place of its first event
	begin   int64 // place of its message
	last    int64 // place of its last event
	line    int
	lastRun int // line of its last event
	own     mark
	around  mark // IDs that stood before the message
	tenant  string
	client  string
	notes   []string
}

// grouper builds errors from events, in the order of the text.
type grouper struct {
	finder  *Finder
	done    *collection
	cur     *group
	prev    *group
	seen    int64 // place of the last event taken
	pending mark  // IDs that await their message
	mark    int64 // place of the last of them
	tenant  located
	client  located
	note    located
}

// located is a value and the place where it stood.
type located struct {
	value string
	pos   int64
}

func newGrouper(f *Finder) *grouper {
	return &grouper{finder: f, done: newCollection(f), seen: -1}
}

// take sorts one event in.
func (g *grouper) take(e *event) {
	if e.pos <= g.seen {
		return
	}
	g.seen = e.pos
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
		g.tenant = located{e.value, e.pos}
		g.lend()
	case kindClient:
		g.client = located{e.value, e.pos}
		g.lend()
	case kindWording:
		g.wording(e)
	case kindProduct:
		g.product(e)
	}
}

// open starts a group with the codes of an event.
func (g *grouper) open(e *event, by FoundBy) {
	if g.prev != nil {
		g.done.add(g.prev)
	}
	g.prev = g.cur
	g.cur = &group{
		codes: e.codes, by: by, weak: e.kind != kindCode && by == ByCode, faint: e.faint, message: e.region,
		first: e.pos, begin: e.pos, last: e.pos, line: e.line, lastRun: e.line,
	}
	if !g.pending.empty() && e.pos-g.mark < reachOfMark {
		g.cur.around = g.pending
	}
	g.pending = mark{}
	if g.note.value != "" && e.pos-g.note.pos < reachOfNote {
		g.cur.notes = append(g.cur.notes, g.note.value)
	}
	g.note = located{}
	if g.prev != nil {
		g.forget(g.prev.begin + int64(len(g.prev.message)))
	}
	g.lend()
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

// lend gives the group the addresses that stand near it.
func (g *grouper) lend() {
	if g.cur == nil {
		return
	}
	if g.cur.tenant == "" && near(g.cur.begin, g.tenant.pos, reachOfBody) {
		g.cur.tenant = g.tenant.value
	}
	if g.cur.client == "" && near(g.cur.begin, g.client.pos, reachOfBody) {
		g.cur.client = g.client.value
	}
}

func near(a, b, reach int64) bool { return a-b < reach && b-a < reach }

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

// marks are the IDs of the error.
func (c *group) marks() mark {
	m := c.own
	m.fill(c.around)
	return m
}

func (c *group) trace() string { return c.marks().trace }

// words are everything but the IDs that tell the error from another.
func (c *group) words() string {
	return string(c.by) + strings.Join(c.codes, ",") + "\x00" + c.tenant + "\x00" + c.client + "\x00" + c.message
}

// nests reports whether a code continues a message that began with a category:
// "AADSTS70002: Error validating credentials. AADSTS50012: …".
func (g *grouper) nests(c *group, e *event) bool {
	return !c.weak && c.by == ByCode && c.own.empty() && e.pos-c.last < reachOfNest &&
		g.finder.generic(c.codes[len(c.codes)-1]) && !slices.Contains(c.codes, e.codes[0]) &&
		strings.HasPrefix(strings.TrimLeft(c.message, " \n*`\"'"), ":")
}

func (c *group) touch(e *event) { c.last, c.lastRun = e.pos, e.line }

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
			c.codes, c.by = e.codes, ByCode
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

// whole replaces numbers that a line break cut by those of the message.
func (c *group) whole(codes []string) []string {
	codes = slices.Clone(codes)
	for i, code := range codes {
		for _, own := range c.codes {
			if strings.HasPrefix(own, code) {
				codes[i] = own
			}
		}
	}
	return slices.Compact(codes)
}

func subset(a, b []string) bool {
	for _, s := range a {
		if !slices.Contains(b, s) {
			return false
		}
	}
	return true
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

// nearTime keeps the times of other log lines away from a message.
func (c *group) nearTime(e *event) bool {
	return e.line == c.lastRun || e.pos-c.last < 250 || !c.own.empty() && e.pos-c.last < reachOfMark/2
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

// product takes the message of a known program: a note to the code behind it,
// or a match of its own where none follows.
func (g *grouper) product(e *event) {
	p := g.finder.product(e.ref)
	if p == nil || !p.fits(e) {
		return
	}
	if len(p.Causes) > 0 {
		g.done.addNote(e)
		return
	}
	if c := g.cur; c != nil && e.pos-c.last < reachOfRepeat && e.line == c.lastRun {
		c.notes = append(c.notes, e.ref)
		return
	}
	g.note = located{e.ref, e.pos}
	g.done.addNote(e)
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
