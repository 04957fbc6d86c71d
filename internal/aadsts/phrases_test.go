package aadsts_test

import (
	"slices"
	"testing"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
)

// Each entry finds its own texts, first of all phrases, and no entry has the
// wordings of another: every text is claimed by one.
func TestEveryPhraseFindsItsTexts(t *testing.T) {
	texts := map[string]string{}
	for _, p := range load(t).Phrases() {
		for _, text := range p.Tests {
			if other := texts[text]; other != "" {
				t.Errorf("%s and %s share a test text", p.ID, other)
			}
			texts[text] = p.ID
			matches, err := aadsts.FindString(text)
			if err != nil || len(matches) != 1 || matches[0].Phrase == nil || matches[0].Phrase.ID != p.ID {
				t.Errorf("%s: %q gives %v, %v", p.ID, text, phraseIDs(matches), err)
			}
		}
		for _, c := range p.Causes {
			if _, ok := causes.Lookup(c.ID); !ok {
				t.Errorf("%s: no cause %q", p.ID, c.ID)
			}
		}
	}
}

func phraseIDs(matches []aadsts.Match) (ids []string) {
	for _, m := range matches {
		id := "AADSTS" + m.Decisive
		if m.Phrase != nil {
			id = m.Phrase.ID
		}
		ids = append(ids, id)
	}
	return ids
}

// A wording of an entry is found by every pattern alone, however a log wraps it.
func TestEveryPhraseSurvivesItsWrapping(t *testing.T) {
	for name, wrap := range wrappings() {
		t.Run(name, func(t *testing.T) {
			for _, p := range load(t).Phrases() {
				for _, text := range p.Tests {
					matches, err := aadsts.FindString(wrap(text))
					if err != nil || !slices.Contains(phraseIDs(matches), p.ID) {
						t.Errorf("%s: %q gives %v, %v", p.ID, wrap(text), phraseIDs(matches), err)
					}
				}
			}
		})
	}
}
