package aadsts

import "slices"

// maxMatches bounds how many different errors are kept.
const maxMatches = 1000

// collection contains the errors of a text, each once.
type collection struct {
	finder  *finder
	matches []*Match
	exact   map[string]*Match // by code and everything that the message names
	traces  map[string]*Match
	codes   map[string][]*Match
	words   map[string]*Match // by the text of the message, so that each is analysed once
	rows    map[uint64]*seenRow
	dropped int
}

func newCollection(f *finder) *collection {
	return &collection{
		finder: f, exact: map[string]*Match{}, traces: map[string]*Match{},
		codes: map[string][]*Match{}, words: map[string]*Match{}, rows: map[uint64]*seenRow{},
	}
}

// add takes a complete group: a new error, or the repeat of an earlier one.
func (c *collection) add(g *group) {
	words, marks := g.words(), g.marks()
	traced := c.traces[marks.TraceID]
	if old := c.words[words]; old != nil && (traced == nil || traced == old) {
		old.Count++
		if old.mark == (mark{}) {
			old.mark = marks
		}
		c.keep(g, old)
		return
	}
	if len(c.matches) >= maxMatches && traced == nil {
		c.dropped++
		return
	}
	m := c.finder.match(g)
	if old := c.find(m); old != nil {
		old.merge(m)
		m = old
	} else {
		c.matches = append(c.matches, m)
		c.codes[m.key()] = append(c.codes[m.key()], m)
	}
	c.exact[m.fingerprint()] = m
	if m.TraceID != "" && len(c.traces) < 4*maxMatches {
		c.traces[m.TraceID] = m
	}
	if len(c.words) < 2*maxMatches {
		c.words[words] = m
	}
	c.keep(g, m)
}

// find returns the error that a match repeats: one with the same trace ID, or one with the
// same code and nothing that contradicts.
func (c *collection) find(m *Match) *Match {
	if old := c.traces[m.TraceID]; old != nil {
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

// list returns the matches in the order of the text. Faint ones are left out if there are
// others, and wordings if their code was found.
func (c *collection) list() []Match {
	faint := func(m *Match) bool { return m.faint || m.Phrase != nil && m.Phrase.Hides }
	byCode, firm := map[string]bool{}, false
	for _, m := range c.matches {
		firm = firm || !faint(m)
		for _, code := range m.Codes {
			byCode[code] = byCode[code] || m.FoundBy == ByCode
		}
	}
	var list []Match
	for _, m := range c.matches {
		if !(firm && faint(m)) && (m.FoundBy == ByCode || !byCode[m.Decisive]) {
			m.Excerpt, m.raw = excerpt(m.raw), ""
			list = append(list, *m)
		}
	}
	slices.SortFunc(list, func(a, b Match) int { return int(a.Offset - b.Offset) })
	return list
}
