package aadsts

import (
	"cmp"
	"slices"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// Entry is what the catalogue says about one code. An empty field is inherited from the
// family.
type Entry struct {
	Code     string    `yaml:"code"`     // digits
	Name     string    `yaml:"name"`     // symbolic name, empty if none is published
	FamilyID string    `yaml:"family"`   // see Family
	Rule     Rule      `yaml:"rule"`     // which rules of a diagnosis judge the code
	Stage    Stage     `yaml:"stage"`    // at which stage of a sign-in it is returned
	About    string    `yaml:"about"`    // whose sign-ins it concerns: application, user or both
	Evidence string    `yaml:"evidence"` // how it is known: seen, documented or unverified
	Generic  bool      `yaml:"generic"`  // only a category, printed before a specific code
	Meaning  bilingual `yaml:"meaning"`
	// Remedy says what to do about the first cause. If it is empty, the remedy of the
	// cause applies.
	Remedy  bilingual   `yaml:"remedy"`
	Causes  []candidate `yaml:"causes"` // best first
	When    []condition `yaml:"when"`
	Phrases []string    `yaml:"phrases"`
	Quotes  []role      `yaml:"quotes"`
	GUIDs   []role      `yaml:"guids"`
	Link    string      `yaml:"link"`

	// Guess marks an entry for an unknown code that was derived from its parent.
	Guess  bool    `yaml:"-"`
	Family *family `yaml:"-"`
}

// unverified is the evidence of a code that Microsoft does not document and that was not
// seen in a public log or a captured response.
const unverified = "unverified"

// family is a group of codes that share sentences.
type family struct {
	ID      string      `yaml:"id"`
	Title   bilingual   `yaml:"title"`
	Rule    Rule        `yaml:"rule"`
	Stage   Stage       `yaml:"stage"`
	About   string      `yaml:"about"`
	Meaning bilingual   `yaml:"meaning"`
	Remedy  bilingual   `yaml:"remedy"`
	Causes  []candidate `yaml:"causes"`
}

// condition replaces the causes of an entry if the message says more than the code.
type condition struct {
	Says   []string    `yaml:"says"` // any of these; squashed
	Is     []string    `yaml:"is"`   // any of these holds for the details
	Causes []candidate `yaml:"causes"`
	Remedy bilingual   `yaml:"remedy"`
}

// candidate is a cause that a code allows, with the strongest certainty that the error
// alone supports. Other facts may prove more.
type candidate struct {
	ID   causes.ID
	Most result.Certainty
}

// UnmarshalYAML reads "cause: certainty".
func (c *candidate) UnmarshalYAML(unmarshal func(any) error) error {
	var pair map[causes.ID]result.Certainty
	err := unmarshal(&pair)
	for c.ID, c.Most = range pair {
	}
	return err
}

// bilingual is a sentence and its translation.
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

// Is reports whether one of these rules judges the code. It is false for a guess and for
// a nil entry.
func (e *Entry) Is(rules ...Rule) bool {
	return e != nil && !e.Guess && slices.Contains(rules, e.Rule)
}

// Sentence returns the meaning of the code, and says so if it is a guess.
func (e *Entry) Sentence() msg.Text {
	if !e.Guess {
		return e.Meaning.text()
	}
	return msg.New("The code %s is not in the catalogue. By its first digits it seems to belong to AADSTS%s (%s); this is a guess.",
		e.Code, e.Code[:parentLength], e.Family.Title.text())
}

// inherit fills empty fields from the family. The family's remedy applies only if both
// have the same first cause.
func (e *Entry) inherit(f *family) {
	e.Family = f
	e.Rule = cmp.Or(e.Rule, f.Rule)
	e.Stage = cmp.Or(e.Stage, f.Stage)
	e.About = cmp.Or(e.About, f.About)
	e.Meaning = cmp.Or(e.Meaning, f.Meaning)
	if len(e.Causes) == 0 {
		e.Causes = f.Causes
	}
	if len(e.Causes) > 0 && len(f.Causes) > 0 && e.Causes[0].ID == f.Causes[0].ID {
		e.Remedy = cmp.Or(e.Remedy, f.Remedy)
	}
}
