// Package translations contains the sentences in other languages. The command held in
// tools/ compiles them from the YAML files below this folder. They have a package of their
// own, so that a new translation does not recompile all packages with messages.
package translations

//go:generate go run -C ../../../tools ./held ../internal/msg/translations/held.go

// Language has the sentences of one language, sorted by their English.
type Language struct {
	Tag     string // BCP 47
	Entries []Entry
}

// Entry is one sentence.
type Entry struct {
	// English is the sentence in the source code, which is the key.
	English string
	// Text is the translation for every number that has no form below.
	Text string
	// EnglishOne is the English for exactly one. It is empty if nothing is counted.
	EnglishOne string
	Forms      []Form
	// Count is the number of the argument that is counted, from 1.
	Count int
}

// Form is the translation for the numbers of one plural category of CLDR, such as "few".
type Form struct{ Category, Text string }
