package aadsts

import (
	"cmp"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// foundBy says how a match was recognised.
type foundBy string

// A match is recognised by a code, or by the words of a message without its code.
const (
	ByCode    foundBy = "code"
	ByWording foundBy = "wording"
)

// Match is one error in a text, however often it is repeated. Empty strings and nil mean
// that the text does not say.
type Match struct {
	Line     int    // of its first occurrence, from 1
	Offset   int64  // of its first occurrence, in bytes of the text as UTF-8
	Count    int    // number of occurrences, including repeats inside one message
	Excerpt  string // neutral: one line, bounded, no control characters, no secrets
	FoundBy  foundBy
	Codes    []string // digits, a category before its specific code
	Decisive string   // the most specific code, empty if there is none
	Entry    *Entry   // of the decisive code, nil if it is not known
	// Alike is the entry with the words of the message, if the decisive code itself is
	// not in the catalogue.
	Alike  *Entry
	Phrase *phrase  // of an error without a code
	Causes []Ranked // best first

	AppID  string // the application ID that the message names
	Tenant string // tenant ID, domain or directory name
	mark
	Details  details
	Products []*Product // the programs that the text names, at most two
	Notes    []msg.Text // about the product

	prose bool   // the text only discusses such an error
	raw   string // becomes the excerpt
	faint bool   // is dropped if there is a better match
}

// mark is what identifies one occurrence of an error.
type mark struct {
	TraceID, CorrelationID string
	Timestamp              *time.Time // UTC
}

// take sets the value of an event. It refuses a contradiction.
func (m *mark) take(e *event) bool {
	switch e.kind {
	case kindTrace:
		return set(&m.TraceID, e.value)
	case kindCorr:
		return set(&m.CorrelationID, e.value)
	}
	m.Timestamp = cmp.Or(m.Timestamp, e.time)
	return m.Timestamp.Equal(*e.time)
}

// set sets an empty field and reports whether the field has the value.
func set(field *string, value string) bool {
	*field = cmp.Or(*field, value)
	return *field == value
}

// fill adds what is missing from another mark, unless the two contradict.
func (m *mark) fill(o mark) {
	if sameOrEmpty(m.TraceID, o.TraceID) && sameOrEmpty(m.CorrelationID, o.CorrelationID) {
		*m = mark{cmp.Or(m.TraceID, o.TraceID), cmp.Or(m.CorrelationID, o.CorrelationID), cmp.Or(m.Timestamp, o.Timestamp)}
	}
}

func sameOrEmpty(a, b string) bool { return a == "" || b == "" || a == b }

// Sentence returns the meaning of the decisive code or of the phrase. It is zero if
// nothing is known.
func (m *Match) Sentence() msg.Text {
	switch {
	case m.Alike != nil:
		return msg.New("The code %s is not in the catalogue, but its message matches that of AADSTS%s: %s",
			m.Decisive, m.Alike.Code, m.Alike.Sentence())
	case m.Entry != nil:
		return m.Entry.Sentence()
	case m.Phrase != nil:
		return m.Phrase.Means.text()
	}
	return msg.Text{}
}

// unknownCause are the causes of an error of which nothing is known.
func unknownCause() []Ranked {
	return ranked([]candidate{{causes.Unknown, result.Possible}}, bilingual{})
}

// MatchCode returns what the catalogue says about a code (digits) without a message. It
// returns false if it does not even know the family.
func (c *Catalogue) MatchCode(code string) (Match, bool) {
	m := Match{Line: 1, Count: 1, FoundBy: ByCode, Codes: []string{code}, Decisive: code, Excerpt: "AADSTS" + code, Causes: unknownCause()}
	entry, ok := c.Lookup(code)
	if ok {
		m.Entry, m.Causes = entry, entry.rank("", &m.Details, nil)
	}
	return m, ok
}

// match completes a group from the catalogue.
func (f *finder) match(g *group) *Match {
	m := &Match{
		Line: g.line, Offset: g.first, Count: 1, FoundBy: g.by, Codes: slices.Clone(g.codes), raw: g.message,
		AppID: shown(g.client), Tenant: shown(g.tenant), mark: g.marks(), Products: productsOf(g.products), faint: g.faint,
	}
	if len(g.hits) > 0 {
		m.fromPhrases(g)
	} else {
		m.fromCodes(f, g)
	}
	m.tellProducts()
	return m
}

func (m *Match) fromCodes(f *finder, g *group) {
	m.orderCodes()
	if m.FoundBy == ByCode && m.Decisive != "" {
		m.raw = "AADSTS" + m.Decisive + m.raw
	}
	m.Entry, _ = Load().Lookup(m.Decisive)
	read := m.Entry
	if read == nil || read.Guess {
		m.Alike = f.alike(g.message)
		read = cmp.Or(m.Alike, read)
	}
	m.Causes = unknownCause()
	if read != nil {
		said := g.message
		if g.weak { // a bare number, which is not part of its message
			said = ""
		}
		m.Details = readDetails(read, said)
		m.Causes = read.rank(said, &m.Details, m.Timestamp)
		m.Details = m.Details.safe()
	}
	m.AppID = cmp.Or(shown(m.Details.Identifier), m.AppID)
	m.Tenant = cmp.Or(shown(m.Details.Directory), m.Tenant)
	if m.prose = g.prose; m.prose {
		for i := range m.Causes {
			m.Causes[i].Most = weaker(m.Causes[i].Most, result.Possible)
		}
	}
}

// fromPhrases completes an error without a code: first with the causes of its best
// phrase, then with those of the others.
func (m *Match) fromPhrases(g *group) {
	slices.SortStableFunc(g.hits, func(a, b *hit) int { return b.score() - a.score() })
	m.Phrase = g.hits[0].phrase
	for _, h := range g.hits {
		for _, r := range ranked(h.phrase.Causes, h.phrase.Remedy) {
			if !slices.ContainsFunc(m.Causes, func(x Ranked) bool { return x.ID == r.ID }) {
				r.Most = weaker(r.Most, h.most())
				m.Causes = append(m.Causes, r)
			}
		}
	}
}

// isGeneric reports whether a code only names a category.
func isGeneric(code string) bool {
	e := known(code)
	return e != nil && e.Generic
}

// orderCodes puts categories first, and sets the decisive code to the last one.
func (m *Match) orderCodes() {
	specific := slices.DeleteFunc(slices.Clone(m.Codes), isGeneric)
	generic := slices.DeleteFunc(m.Codes, func(code string) bool { return !isGeneric(code) })
	m.Codes = append(generic, specific...)
	if n := len(m.Codes); n > 0 && !slices.Contains(m.Codes, m.Decisive) {
		m.Decisive = m.Codes[n-1]
	}
}

// alike returns the entry whose phrase in the message is the longest, or nil.
func (f *finder) alike(message string) *Entry {
	var longest anchor
	f.all.each(squash([]byte(message)).text, func(_ int, a anchor) bool {
		if a.kind == kindWording && len(a.text) > len(longest.text) {
			longest = a
		}
		return true
	})
	return known(longest.ref)
}
