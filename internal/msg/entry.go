package msg

import (
	"reflect"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// translations are what the program holds of one language: its sentences, sorted by
// their English.
type translations struct {
	Language string
	Entries  []entry
}

// An entry is one sentence in English and in another language.
type entry struct {
	// English is the sentence as the source code has it: the key.
	English string
	// EnglishOne is its form for exactly one, where it counts something.
	EnglishOne string
	// Text is the translation, for every number that has no form of its own.
	Text  string
	Forms []form
	// Count is the argument that is counted, from 1; 0 where none is.
	Count int
	// Plain marks a sentence without arguments in which a per cent sign is a per
	// cent sign. Only the check of the files asks for it.
	Plain bool
}

// A form is the text for the numbers of one plural category.
type form struct{ Category, Text string }

// categories name the plural categories of CLDR as translation files do; a number of
// any other category takes the text that is not a form.
func categories() map[plural.Form]string {
	return map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}
}

func (t translations) find(english string) (entry, bool) {
	i, found := slices.BinarySearchFunc(t.Entries, english, func(e entry, key string) int {
		return strings.Compare(e.English, key)
	})
	if !found {
		return entry{}, false
	}
	return t.Entries[i], true
}

// format returns the translation for these arguments.
func (e entry) format(tag language.Tag, args []any) string {
	if len(e.Forms) == 0 {
		return e.Text
	}
	category := e.category(tag, args)
	for _, f := range e.Forms {
		if f.Category == category {
			return f.Text
		}
	}
	return e.Text
}

// english returns the sentence itself for these arguments.
func (e entry) english(args []any) string {
	if e.EnglishOne != "" && e.category(language.English, args) == "one" {
		return e.EnglishOne
	}
	return e.English
}

// category is the plural category of the number that the sentence counts.
func (e entry) category(tag language.Tag, args []any) string {
	if e.Count < 1 || e.Count > len(args) {
		return ""
	}
	n, ok := size(args[e.Count-1])
	if !ok {
		return ""
	}
	return categories()[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)]
}

// size is the absolute value of an integer, or, of one that is large, another with
// the same last digits: no language's plural depends on more.
func size(a any) (int, bool) {
	const enough = 10_000_000
	var n uint64
	switch v := reflect.ValueOf(a); {
	case v.CanInt() && v.Int() < 0:
		n = -uint64(v.Int())
	case v.CanInt():
		n = uint64(v.Int())
	case v.CanUint():
		n = v.Uint()
	default:
		return 0, false
	}
	if n > enough {
		n = enough + n%enough
	}
	return int(n), true
}
