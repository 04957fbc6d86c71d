package aadsts

import "slices"

// maxMatches bounds how many different errors are kept of one text.
const maxMatches = 1000

// collection holds the errors of a text, each once.
type collection struct {
	finder  *finder
	matches []*Match
	exact   map[string]*Match // by code and everything that the message names
	traces  map[string]*Match
	codes   map[string][]*Match
	known   map[string]*Match // by the words of a message, to read each once
	rows    map[uint64]*known // lines of one kind, by what they have in common
	dropped int
}

func newCollection(f *finder) *collection {
	return &collection{
		finder: f, exact: map[string]*Match{}, traces: map[string]*Match{},
		codes: map[string][]*Match{}, known: map[string]*Match{}, rows: map[uint64]*known{},
	}
}

// add takes a finished group: a new error, or the repeat of a known one.
func (c *collection) add(g *group) {
	words := g.words()
	if old := c.known[words]; old != nil && (g.trace() == "" || c.traces[g.trace()] == nil || c.traces[g.trace()] == old) {
		old.Count++
		old.marked(g)
		c.keep(g, old)
		return
	}
	if len(c.matches) >= maxMatches && c.traces[g.trace()] == nil {
		c.dropped++
		return
	}
	m := c.finder.match(g)
	if old := c.find(m); old != nil {
		old.merge(m, c.finder)
		c.index(old)
		c.remember(words, old)
		c.keep(g, old)
		return
	}
	c.matches = append(c.matches, m)
	c.codes[m.key()] = append(c.codes[m.key()], m)
	c.index(m)
	c.remember(words, m)
	c.keep(g, m)
}

// remember keeps the words of a message, so that a log that repeats it need not
// be understood again each time.
func (c *collection) remember(words string, m *Match) {
	if len(c.known) < 2*maxMatches {
		c.known[words] = m
	}
}

func (c *collection) index(m *Match) {
	c.exact[m.fingerprint()] = m
	if m.TraceID != "" && len(c.traces) < 4*maxMatches {
		c.traces[m.TraceID] = m
	}
}

// find returns the error that a match repeats: the same trace ID, or the same
// code with nothing in the two messages that contradicts.
func (c *collection) find(m *Match) *Match {
	if old := c.traces[m.TraceID]; m.TraceID != "" && old != nil {
		return old
	}
	if old := c.exact[m.fingerprint()]; old != nil {
		return old
	}
	for _, old := range c.codes[m.key()] {
		if old.agrees(m) {
			return old
		}
	}
	return nil
}

// list returns the matches in the order of the text. Wording without a code is
// left out where the same code was found.
func (c *collection) list() []Match {
	byCode, firm := map[string]bool{}, false
	for _, m := range c.matches {
		firm = firm || !m.faint && (m.Phrase == nil || !m.Phrase.Hides)
		for _, code := range m.Codes {
			byCode[code] = byCode[code] || m.FoundBy == ByCode
		}
	}
	var list []Match
	for _, m := range c.matches {
		if firm && (m.faint || m.Phrase != nil && m.Phrase.Hides) {
			continue
		}
		if m.FoundBy == ByCode || !byCode[m.Decisive] {
			m.Excerpt, m.raw = excerpt(m.raw), ""
			list = append(list, *m)
		}
	}
	slices.SortFunc(list, func(a, b Match) int { return int(a.Offset - b.Offset) })
	return list
}
