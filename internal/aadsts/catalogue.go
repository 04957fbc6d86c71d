package aadsts

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/result"
)

// Catalogue is every code that is known, with the phrases and products that the
// finder recognises.
type Catalogue struct {
	families []*family
	entries  []*Entry // by number
	byCode   map[string]*Entry
	phrases  []*phrase
	products []*Product
}

// Load returns the built-in catalogue. It is put together once.
var Load = sync.OnceValues(func() (*Catalogue, error) {
	return (&sources{heldFamilies, heldProducts, heldPhrases, heldEntries}).catalogue()
})

// catalogue puts together what was read.
func (s *sources) catalogue() (*Catalogue, error) {
	c := &Catalogue{
		families: pointers(s.families), phrases: pointers(s.phrases), products: pointers(s.products), entries: pointers(s.entries),
		byCode: make(map[string]*Entry, len(s.entries)),
	}
	for _, p := range c.phrases {
		for i := range p.Read {
			p.Read[i].of(p)
		}
	}
	return c, c.index()
}

func pointers[T any](list []T) []*T {
	out := make([]*T, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// index finds the family of each entry, and files it by its code.
func (c *Catalogue) index() error {
	families := map[string]*family{}
	for _, f := range c.families {
		families[f.ID] = f
	}
	for _, e := range c.entries {
		f := families[e.FamilyID]
		if f == nil {
			return fmt.Errorf("code %s: no family %q", e.Code, e.FamilyID)
		}
		if c.byCode[e.Code] != nil {
			return fmt.Errorf("code %s is listed twice", e.Code)
		}
		e.inherit(f)
		c.byCode[e.Code] = e
	}
	return nil
}

// Entries returns every code that is known, by number.
func (c *Catalogue) Entries() []*Entry { return slices.Clone(c.entries) }

// Lookup returns what is known of a code (digits, without AADSTS in front). An
// unknown code with a known parent gives a guess: the first five digits of a
// longer number usually name a related code, whose first cause is second
// to not knowing. No parent gives false.
func (c *Catalogue) Lookup(code string) (*Entry, bool) {
	if e := c.byCode[code]; e != nil {
		return e, true
	}
	if len(code) <= parentLength {
		return nil, false
	}
	parent := c.byCode[code[:parentLength]]
	if parent == nil {
		return nil, false
	}
	return &Entry{
		Code: code, FamilyID: parent.FamilyID, Family: parent.Family, Guess: true,
		Causes: candidates{{causes.Unknown, result.Possible}, {parent.Causes[0].ID, result.Possible}},
	}, true
}

// parentLength is the number of digits of a parent code. That longer numbers
// begin with their parent's is observed, not documented.
const parentLength = 5

// compareNumbers orders strings of digits by value.
func compareNumbers(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
