package aadsts

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v2"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// Entry is what the catalogue knows of one code, all of it and nowhere else.
// What an entry does not say itself it has from its family.
type Entry struct {
	Code     string `yaml:"code"`   // digits
	Name     string `yaml:"name"`   // symbolic name, empty where none is published
	FamilyID string `yaml:"family"` // see Family
	Standing `yaml:",inline"`
	Evidence evidence  `yaml:"evidence"`
	Generic  bool      `yaml:"generic"` // names a category only, in front of a specific code
	Meaning  bilingual `yaml:"meaning"`
	// Remedy is what to do about the first cause; the cause's own sentence where
	// the code has nothing more to say.
	Remedy  bilingual   `yaml:"remedy"`
	Causes  candidates  `yaml:"causes"` // best first
	When    []condition `yaml:"when"`
	Phrases []string    `yaml:"phrases"`
	Quotes  []role      `yaml:"quotes"`
	GUIDs   []role      `yaml:"guids"`
	Link    string      `yaml:"link"`

	// Guess marks an entry that was made up from the family of an unknown code.
	Guess bool `yaml:"-"`
	// Family is the group that the code belongs to.
	Family *family `yaml:"-"`
}

// Standing is what a code says by itself, before any cause.
type Standing struct {
	// Rule is the family of diagnosing rules that the code belongs to.
	Rule Rule `yaml:"rule"`
	// Stage is where a sign-in is refused with the code.
	Stage Stage `yaml:"stage"`
	// About is whose sign-in the code is said of.
	About about `yaml:"about"`
}

// family is a group of codes with common sentences.
type family struct {
	ID       string    `yaml:"id"`
	Title    bilingual `yaml:"title"`
	Standing `yaml:",inline"`
	Meaning  bilingual  `yaml:"meaning"`
	Remedy   bilingual  `yaml:"remedy"`
	Causes   candidates `yaml:"causes"`
}

// condition replaces the ranking of an entry where the message says more.
type condition struct {
	Says   []string   `yaml:"says"` // any of these, compared by letters and digits
	Is     []trait    `yaml:"is"`   // any of these is true of the details
	Causes candidates `yaml:"causes"`
	Remedy bilingual  `yaml:"remedy"`
}

// candidate is a cause that a code allows, and the strongest claim that the
// answer alone supports. Facts beside it may prove more.
type candidate struct {
	ID   causes.ID
	Most result.Certainty
}

// candidates are written as a mapping of causes to strengths, in their order.
type candidates []candidate

// UnmarshalYAML reads {cause: strength, …}.
func (c *candidates) UnmarshalYAML(unmarshal func(any) error) error {
	var pairs yaml.MapSlice
	if err := unmarshal(&pairs); err != nil {
		return err
	}
	for _, p := range pairs {
		*c = append(*c, candidate{causes.ID(fmt.Sprint(p.Key)), result.Certainty(fmt.Sprint(p.Value))})
	}
	return nil
}

// possible are the causes without any evidence but words.
func possible[S ~string](ids []S) (list candidates) {
	for _, id := range ids {
		list = append(list, candidate{causes.ID(id), result.Possible})
	}
	return list
}

// bilingual is a sentence with its translation beside it.
type bilingual struct {
	English string `yaml:"en"`
	German  string `yaml:"de"`
}

func (b bilingual) text() msg.Text {
	if b.English == "" {
		return msg.Text{}
	}
	return msg.Both(b.English, b.German)
}

// Is reports whether the code belongs to one of these families of rules. A code
// that is not in the catalogue, or only guessed, belongs to none.
func (e *Entry) Is(rules ...Rule) bool {
	return e != nil && !e.Guess && slices.Contains(rules, e.Rule)
}

// Sentence returns the meaning of the code as a sentence, and says so where it
// is a guess.
func (e *Entry) Sentence() msg.Text {
	if !e.Guess {
		return e.Meaning.text()
	}
	return msg.New("The code %s is not in the catalogue. By its first digits it seems to belong to AADSTS%s (%s); this is a guess.",
		e.Code, e.Code[:parentLength], e.Family.Title.text())
}

// inherit takes from the family what the entry does not say itself.
func (e *Entry) inherit(f *family) {
	e.Family = f
	e.Rule = or(e.Rule, f.Rule)
	e.Stage = or(e.Stage, f.Stage)
	e.About = or(e.About, f.About)
	e.Meaning = or(e.Meaning, f.Meaning)
	if len(e.Causes) == 0 {
		e.Causes = f.Causes
	}
	if len(e.Causes) > 0 && len(f.Causes) > 0 && e.Causes[0].ID == f.Causes[0].ID {
		e.Remedy = or(e.Remedy, f.Remedy)
	}
}

// or is a where it is given, else b.
func or[T comparable](a, b T) T {
	var none T
	if a == none {
		return b
	}
	return a
}
