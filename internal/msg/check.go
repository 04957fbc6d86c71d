package msg

import (
	"fmt"
	"slices"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// plain reports whether the sentence takes no arguments.
func (e entry) plain() bool { return e.Plain || len(verbs(e.English)) == 0 }

// counts reports whether the sentence depends on a number.
func (e entry) counts() bool { return e.EnglishOne != "" || len(e.Forms) > 0 }

// check says what is wrong with an entry of a language, if anything. Compile asks it,
// so that no run has to.
func (e entry) check(lang string) error {
	switch {
	case e.English == "":
		return fmt.Errorf("a sentence lacks its English text (en)")
	case e.Text == "":
		return fmt.Errorf("sentence %q lacks its translation (%s)", e.English, lang)
	case e.plain() && e.counts():
		return fmt.Errorf("sentence %q has plural forms but no number", e.English)
	case e.plain():
		return nil
	case e.counts() && !slices.Contains(verbs(e.English), fmt.Sprintf("%d:d", e.Count)):
		return fmt.Errorf("sentence %q: argument %d is no %%d, so that it cannot count", e.English, e.Count)
	case e.EnglishOne != "" && len(e.Forms) == 0 && hasSingular(lang):
		return fmt.Errorf("sentence %q has en-one, and needs %s-one too", e.English, lang)
	}
	others := []string{e.Text, e.EnglishOne}
	for _, f := range e.Forms {
		others = append(others, f.Text)
	}
	want := verbs(e.English)
	for _, other := range others {
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
