package msg

import (
	"fmt"
	"maps"
	"slices"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// A printer prints in one language. It is safe for concurrent use.
type printer struct {
	*message.Printer
	language string
	// counting prints the sentences that may count something.
	counting func() *message.Printer
}

// newPrinter makes the printer of entries that are of one language, or, for
// English, of any. A test holds that the embedded ones are sound; should they not
// be, what could be read of them is used, and the rest stays English.
func newPrinter(lang string, entries []Entry) (*printer, error) {
	tag, err := language.Parse(lang)
	if err != nil {
		return nil, err
	}
	c, err := compile(tag, entries)
	p := message.NewPrinter(tag, message.Catalog(c))
	return &printer{p, lang, func() *message.Printer { return p }}, err
}

// compile files every sentence in a catalogue. It continues after an error, and
// returns the first.
func compile(tag language.Tag, entries []Entry) (catalog.Catalog, error) {
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	var first error
	for _, e := range entries {
		text, forms := e.Text, e.Forms
		if tag == language.English {
			text, forms = e.English, map[string]string{}
			if e.EnglishOne != "" {
				forms["one"] = e.EnglishOne
			}
		}
		if err := set(b, tag, e, text, forms); err != nil && first == nil {
			first = fmt.Errorf("sentence %q: %w", e.English, err)
		}
	}
	return b, first
}

func set(b *catalog.Builder, tag language.Tag, e Entry, text string, forms map[string]string) error {
	switch {
	case len(forms) > 0:
		var cases []any
		for _, category := range slices.Sorted(maps.Keys(forms)) {
			cases = append(cases, category, protect(forms[category]))
		}
		return b.Set(tag, e.English, plural.Selectf(e.count(), "%d", append(cases, "other", protect(text))...))
	case tag == language.English:
		return nil // the key prints itself
	case e.plain():
		return b.SetString(tag, plainKey(e.English), escape(text))
	}
	return b.SetString(tag, e.English, protect(text))
}

// count is the number of the argument whose value chooses the plural form.
func (e Entry) count() int {
	if e.Count != 0 {
		return e.Count
	}
	return firstInteger(e.English)
}

// plain reports whether the sentence takes no arguments.
func (e Entry) plain() bool { return e.Plain || len(verbs(e.English)) == 0 }

// check says what is wrong with an entry of a language, if anything.
func (e Entry) check(lang string) error {
	counts := e.EnglishOne != "" || len(e.Forms) > 0
	switch {
	case e.English == "":
		return fmt.Errorf("a sentence lacks its English text (en)")
	case e.Text == "":
		return fmt.Errorf("sentence %q lacks its translation (%s)", e.English, lang)
	case e.plain() && counts:
		return fmt.Errorf("sentence %q has plural forms but no number", e.English)
	case e.plain():
		return nil
	case counts && !slices.Contains(verbs(e.English), fmt.Sprintf("%d:d", e.count())):
		return fmt.Errorf("sentence %q: argument %d is no %%d, so that it cannot count", e.English, e.count())
	case e.EnglishOne != "" && len(e.Forms) == 0 && hasSingular(lang):
		return fmt.Errorf("sentence %q has en-one, and needs %s-one too", e.English, lang)
	}
	want := verbs(e.English)
	for _, other := range append(slices.Collect(maps.Values(e.Forms)), e.Text, e.EnglishOne) {
		if other != "" && !slices.Equal(verbs(other), want) {
			return fmt.Errorf("sentence %q takes the arguments %v, but %q takes %v", e.English, want, other, verbs(other))
		}
	}
	return nil
}

// hasSingular reports whether a language tells one from many, as Japanese does
// not.
func hasSingular(lang string) bool {
	return plural.Cardinal.MatchPlural(language.Make(lang), 1, 0, 0, 0, 0) != plural.Other
}
