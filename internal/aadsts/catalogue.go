package aadsts

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/result"
)

//go:embed catalogue.jsonl catalogue/codes-listed.csv catalogue/templates.txt
var files embed.FS

// Catalogue is every code that is known, with the phrases and products that the
// finder recognises.
type Catalogue struct {
	families []*family
	entries  []*Entry // by number
	byCode   map[string]*Entry
	phrases  []*phrase
	products []*Product
}

// Load returns the built-in catalogue. It is read once.
var Load = sync.OnceValues(func() (*Catalogue, error) {
	s, err := readCompiled(files)
	if err != nil {
		return nil, err
	}
	return s.catalogue()
})

// catalogue puts together what was read, and refuses what is incomplete.
func (s *sources) catalogue() (*Catalogue, error) {
	c := &Catalogue{families: s.families, phrases: s.phrases, products: s.products, byCode: make(map[string]*Entry, len(s.written)+len(s.listed))}
	for _, f := range c.families {
		if err := f.check(); err != nil {
			return nil, fmt.Errorf("family %s: %w", f.ID, err)
		}
	}
	for _, p := range c.products {
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("product %s: %w", p.ID, err)
		}
	}
	seen := map[string]string{}
	for _, p := range c.phrases {
		if err := p.check(seen); err != nil {
			return nil, fmt.Errorf("phrase %s: %w", p.ID, err)
		}
	}
	if err := errors.Join(c.add(s.written), c.add(s.listed)); err != nil {
		return nil, err
	}
	slices.SortFunc(c.entries, func(a, b *Entry) int { return compareNumbers(a.Code, b.Code) })
	return c, nil
}

func (c *Catalogue) add(entries []*Entry) error {
	for _, e := range entries {
		i := slices.IndexFunc(c.families, func(f *family) bool { return f.ID == e.FamilyID })
		if i < 0 {
			return fmt.Errorf("code %s: no family %q", e.Code, e.FamilyID)
		}
		if c.byCode[e.Code] != nil {
			return fmt.Errorf("code %s is listed twice", e.Code)
		}
		e.inherit(c.families[i])
		if err := e.check(); err != nil {
			return fmt.Errorf("code %s: %w", e.Code, err)
		}
		c.byCode[e.Code] = e
		c.entries = append(c.entries, e)
	}
	return nil
}

// Entries returns every code that is known, by number.
func (c *Catalogue) Entries() []*Entry { return slices.Clone(c.entries) }

// Lookup returns what is known of a code (digits, without AADSTS in front). An
// unknown code with a known parent gives a guess: the first five digits of a
// longer number usually name a related code, whose first cause stands second
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
