package msg

import (
	"fmt"
	"slices"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// A printer prints in one language. It is safe for concurrent use.
type printer struct {
	*message.Printer
	language string
}

// printerOf returns the printer of a language: one of Languages, anything else is
// English.
func printerOf(lang string) *printer {
	if lang == German {
		return german()
	}
	return english()
}

// The printers are made once, when they are first needed.
var (
	german  = sync.OnceValue(func() *printer { return newPrinter(language.German, everything) })
	english = sync.OnceValue(func() *printer { return newPrinter(language.English, counting) })
)

// newPrinter loads the embedded translations. A test holds that they are sound;
// should they not be, what could be read of them is used, and the rest stays
// English.
func newPrinter(tag language.Tag, wanted func(source string) bool) *printer {
	entries, _ := read(files, wanted)
	c, _ := compile(entries)
	return &printer{message.NewPrinter(tag, message.Catalog(c)), tag.String()}
}

// compile files every sentence in a catalogue. It goes on after an error, and
// returns the first.
func compile(entries []Entry) (catalog.Catalog, error) {
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	var first error
	for _, e := range entries {
		for _, err := range []error{
			set(b, language.German, e, e.German, e.GermanOne),
			set(b, language.English, e, e.English, e.EnglishOne),
		} {
			if err != nil && first == nil {
				first = fmt.Errorf("sentence %q: %w", e.English, err)
			}
		}
	}
	return b, first
}

func set(b *catalog.Builder, tag language.Tag, e Entry, text, one string) error {
	switch {
	case one != "":
		return b.Set(tag, e.English, plural.Selectf(e.count(), "%d", "one", protect(one), "other", protect(text)))
	case tag == language.English:
		return nil // the key prints itself
	case e.plain():
		return b.SetString(tag, plainKey(e.English), escape(text))
	}
	return b.SetString(tag, e.English, protect(text))
}

// count is the number of the argument whose value chooses between singular and
// plural.
func (e Entry) count() int {
	if e.Count != 0 {
		return e.Count
	}
	return firstInteger(e.English)
}

// plain reports whether the sentence takes no arguments.
func (e Entry) plain() bool { return e.Plain || len(verbs(e.English)) == 0 }

// check says what is wrong with an entry, if anything.
func (e Entry) check() error {
	switch {
	case e.English == "":
		return fmt.Errorf("a sentence lacks its English text (en)")
	case e.German == "":
		return fmt.Errorf("sentence %q lacks its German text (de)", e.English)
	case e.plain() && (e.EnglishOne != "" || e.GermanOne != ""):
		return fmt.Errorf("sentence %q has a singular but no number", e.English)
	case e.plain():
		return nil
	case (e.EnglishOne == "") != (e.GermanOne == ""):
		return fmt.Errorf("sentence %q needs both en-one and de-one, or neither", e.English)
	case e.EnglishOne != "" && !slices.Contains(verbs(e.English), fmt.Sprintf("%d:d", e.count())):
		return fmt.Errorf("sentence %q: argument %d is no %%d, so that it cannot count", e.English, e.count())
	}
	want := verbs(e.English)
	for _, other := range []string{e.German, e.EnglishOne, e.GermanOne} {
		if other != "" && !slices.Equal(verbs(other), want) {
			return fmt.Errorf("sentence %q takes the arguments %v, but %q takes %v", e.English, want, other, verbs(other))
		}
	}
	return nil
}
