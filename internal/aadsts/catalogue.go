package aadsts

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
)

//go:embed catalogue
var files embed.FS

// Flow says whose sign-in a code belongs to.
type Flow string

// The flows: an application's own, a user's, or a fault of the service itself.
const (
	App     Flow = "app"
	User    Flow = "user"
	Service Flow = "service"
)

// Entry is what the catalogue knows of one code. Sentences are English and go
// through msg.FromData when they are shown.
type Entry struct {
	Code     string      `yaml:"code"`   // digits
	Name     string      `yaml:"name"`   // symbolic name, empty where none is published
	FamilyID string      `yaml:"family"` // see Family
	Evidence string      `yaml:"evidence"`
	Generic  bool        `yaml:"generic"` // names a category only, in front of a specific code
	Meaning  string      `yaml:"meaning"`
	Remedy   string      `yaml:"remedy"`
	Causes   []causes.ID `yaml:"causes"`
	When     []Condition `yaml:"when"`
	Phrases  []string    `yaml:"phrases"`
	Quotes   []Role      `yaml:"quotes"`
	GUIDs    []Role      `yaml:"guids"`
	Link     string      `yaml:"link"`

	// Guess marks an entry that was made up from the family of an unknown code.
	Guess bool `yaml:"-"`
	// Family is the group that the code belongs to.
	Family *Family `yaml:"-"`
}

// Condition replaces the ranking of an entry where the message says more.
type Condition struct {
	Says   []string    `yaml:"says"` // any of these, compared by letters and digits
	Is     []Trait     `yaml:"is"`   // any of these is true of the details
	Causes []causes.ID `yaml:"causes"`
	Remedy string      `yaml:"remedy"`
}

// Family is a group of codes with common sentences.
type Family struct {
	ID      string      `yaml:"id"`
	Title   string      `yaml:"title"`
	Flow    Flow        `yaml:"flow"`
	Meaning string      `yaml:"meaning"`
	Remedy  string      `yaml:"remedy"`
	Causes  []causes.ID `yaml:"causes"`
}

// Catalogue is every code that is known, with the phrases and products that the
// finder recognises.
type Catalogue struct {
	families []*Family
	entries  []*Entry // by number
	byCode   map[string]*Entry
	products []*Product
}

// Load returns the built-in catalogue. It is read once.
var Load = sync.OnceValues(func() (*Catalogue, error) { return parse(files) })

// parse reads a catalogue: families.yaml, products.yaml and the codes in every
// other YAML file.
func parse(fsys fs.FS) (*Catalogue, error) {
	c := &Catalogue{byCode: map[string]*Entry{}}
	if err := readYAML(fsys, "catalogue/families.yaml", &c.families); err != nil {
		return nil, err
	}
	if err := readYAML(fsys, "catalogue/products.yaml", &c.products); err != nil {
		return nil, err
	}
	names, err := fs.Glob(fsys, "catalogue/codes-*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		var entries []*Entry
		if err := readYAML(fsys, name, &entries); err != nil {
			return nil, err
		}
		if err := c.add(path.Base(name), entries); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(c.entries, func(a, b *Entry) int { return compareNumbers(a.Code, b.Code) })
	return c, nil
}

func (c *Catalogue) add(file string, entries []*Entry) error {
	for _, e := range entries {
		i := slices.IndexFunc(c.families, func(f *Family) bool { return f.ID == e.FamilyID })
		if i < 0 {
			return fmt.Errorf("%s: code %s: no family %q", file, e.Code, e.FamilyID)
		}
		if c.byCode[e.Code] != nil {
			return fmt.Errorf("%s: code %s is listed twice", file, e.Code)
		}
		e.Family = c.families[i]
		e.inherit()
		c.byCode[e.Code] = e
		c.entries = append(c.entries, e)
	}
	return nil
}

// inherit takes from the family what the entry does not say itself.
func (e *Entry) inherit() {
	if e.Meaning == "" {
		e.Meaning = e.Family.Meaning
	}
	if len(e.Causes) == 0 {
		e.Causes = e.Family.Causes
	}
	if e.Remedy == "" && slices.Equal(e.Causes, e.Family.Causes) {
		e.Remedy = e.Family.Remedy
	}
}

func readYAML(fsys fs.FS, name string, into any) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(data, into, yaml.Strict()); err != nil {
		return fmt.Errorf("%s: %w", path.Base(name), err)
	}
	return nil
}

// Entries returns every code that is known, by number.
func (c *Catalogue) Entries() []*Entry { return slices.Clone(c.entries) }

// Families returns the groups of codes.
func (c *Catalogue) Families() []*Family { return slices.Clone(c.families) }

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
		Code: code, FamilyID: parent.FamilyID, Family: parent.Family,
		Guess: true, Causes: append([]causes.ID{causes.Unknown}, parent.Causes[:1]...),
	}, true
}

// parentLength is the number of digits of a parent code. That longer numbers
// begin with their parent's is observed, not documented.
const parentLength = 5

// Sentence returns the meaning of the code as a sentence, and says so where it
// is a guess.
func (e *Entry) Sentence() msg.Text {
	if !e.Guess {
		return msg.FromData(e.Meaning, nil)
	}
	return msg.New("The code %s is not in the catalogue. By its first digits it seems to belong to AADSTS%s (%s); this is a guess.",
		e.Code, e.Code[:parentLength], msg.FromData(e.Family.Title, nil))
}

// Sentences returns every English sentence of the catalogue that can appear in
// a report, for translators and the test that looks for gaps.
func (c *Catalogue) Sentences() []string {
	seen := map[string]bool{"": true}
	var all []string
	add := func(texts ...string) {
		for _, t := range texts {
			if !seen[t] {
				seen[t] = true
				all = append(all, t)
			}
		}
	}
	for _, f := range c.families {
		add(f.Title, f.Meaning, f.Remedy)
	}
	for _, e := range c.entries {
		add(e.Meaning, e.Remedy)
		for _, w := range e.When {
			add(w.Remedy)
		}
	}
	for _, p := range c.products {
		add(p.Notes...)
	}
	return all
}

// compareNumbers orders strings of digits by value.
func compareNumbers(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
