package aadsts

import (
	"slices"
	"sync"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/result"
)

// Catalogue contains the known codes, the phrases that identify errors without a code,
// and the products.
type Catalogue struct {
	Families []family
	Products []Product
	Phrases  []phrase
	Entries  []Entry // sorted by number

	byCode map[string]*Entry
}

// Load returns the built-in catalogue.
var Load = sync.OnceValue(func() *Catalogue {
	c := &Catalogue{Families: heldFamilies, Products: heldProducts, Phrases: heldPhrases, Entries: heldEntries}
	c.index()
	return c
})

// index makes the entries inherit from their families.
func (c *Catalogue) index() {
	families := map[string]*family{}
	for i := range c.Families {
		families[c.Families[i].ID] = &c.Families[i]
	}
	c.byCode = make(map[string]*Entry, len(c.Entries))
	for i := range c.Entries {
		e := &c.Entries[i]
		c.byCode[e.Code] = e
		if f := families[e.FamilyID]; f != nil {
			e.inherit(f)
		}
	}
}

// phrase returns the phrase with an ID, or nil.
func (c *Catalogue) phrase(id string) *phrase {
	i := slices.IndexFunc(c.Phrases, func(p phrase) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Phrases[i]
}

// parentLength is the number of digits of a parent code. Longer codes usually begin with
// a related code of five digits; this is observed, not documented.
const parentLength = 5

// Lookup returns the entry of a code, given as digits. If the code is not known but its
// parent is, the entry is a guess that puts "unknown" before the parent's first cause.
func (c *Catalogue) Lookup(code string) (*Entry, bool) {
	if e := c.byCode[code]; e != nil || len(code) <= parentLength {
		return e, e != nil
	}
	parent := c.byCode[code[:parentLength]]
	if parent == nil {
		return nil, false
	}
	return &Entry{
		Code: code, FamilyID: parent.FamilyID, Family: parent.Family, Guess: true,
		Causes: []candidate{{causes.Unknown, result.Possible}, {parent.Causes[0].ID, result.Possible}},
	}, true
}

// Filed reports whether the catalogue assigns a code (digits) to one of these rules.
func Filed(code string, rules ...Rule) bool { return known(code).Is(rules...) }

// known returns the entry of a code, or nil if the catalogue does not list it.
func known(code string) *Entry { return Load().byCode[code] }
