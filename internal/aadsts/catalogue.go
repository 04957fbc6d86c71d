package aadsts

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v2"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/result"
)

//go:embed catalogue
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
var Load = sync.OnceValues(func() (*Catalogue, error) { return parse(files) })

// parse reads a catalogue: families.yaml, products.yaml, and the codes in
// codes-*.yaml and in codes-listed.csv.
func parse(fsys fs.FS) (*Catalogue, error) {
	c := &Catalogue{byCode: map[string]*Entry{}}
	if err := errors.Join(readYAML(fsys, "catalogue/families.yaml", &c.families), readYAML(fsys, "catalogue/products.yaml", &c.products)); err != nil {
		return nil, err
	}
	for _, f := range c.families {
		if err := f.check(); err != nil {
			return nil, fmt.Errorf("families.yaml: %s: %w", f.ID, err)
		}
	}
	for _, p := range c.products {
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("products.yaml: %s: %w", p.ID, err)
		}
	}
	if err := c.readPhrases(fsys); err != nil {
		return nil, err
	}
	names, err := fs.Glob(fsys, "catalogue/codes-*")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		entries, err := readEntries(fsys, name)
		if err == nil {
			err = c.add(entries)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
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

func readEntries(fsys fs.FS, name string) (entries []*Entry, err error) {
	if path.Ext(name) == ".csv" {
		return readListed(fsys, name)
	}
	return entries, readYAML(fsys, name, &entries)
}

// readYAML refuses keys that an entry does not have. Most runs read the catalogue,
// and this library takes a quarter of the time of the one that reads what people
// write, whose messages show the place.
func readYAML(fsys fs.FS, name string, into any) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	return yaml.UnmarshalStrict(data, into)
}

// readListed reads the codes of which no more is known than a family, a meaning
// and at best some causes, none more than possible. A table takes little room,
// and is read much quicker than YAML.
func readListed(fsys fs.FS, name string) ([]*Entry, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	r := csv.NewReader(file)
	r.FieldsPerRecord = 7
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	var entries []*Entry
	for _, row := range rows[1:] {
		entries = append(entries, &Entry{
			Code: row[0], Name: row[1], FamilyID: row[2], Evidence: evidence(row[3]), Meaning: bilingual{row[4], row[5]},
			Causes: possible(strings.Fields(row[6])),
		})
	}
	return entries, nil
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
