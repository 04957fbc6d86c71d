package aadsts

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Stand-ins for a word in the vocabulary.
const (
	anyValue = "*"
	alone    = "" // next to a word that is a complete wording
)

// keyOf returns the form of a word in the vocabulary.
func keyOf(s string) string { return strings.ToLower(strings.ReplaceAll(s, "'", "")) }

func pairOf(first, second string) string { return first + " " + second }

// adjacent reports whether two words are next to each other in a known message.
func adjacent(first, second string) bool {
	_, found := slices.BinarySearch(heldVocabulary, pairOf(first, second))
	return found
}

// announces reports whether a value follows a word in a known message. A console may have
// cut off the beginning of the word.
func announces(word string) bool {
	const least = 5
	w := keyOf(word)
	return len(w) >= least && slices.ContainsFunc(announcing(), func(known string) bool { return strings.HasSuffix(known, pairOf(w, anyValue)) })
}

// announcing returns the pairs of the vocabulary whose second part is a value.
var announcing = sync.OnceValue(func() []string {
	return slices.DeleteFunc(slices.Clone(heldVocabulary), func(p string) bool { return !strings.HasSuffix(p, pairOf("", anyValue)) })
})

// Vocabulary returns the pairs of adjacent words in all known messages, sorted: in the
// templates, which are messages without their values, one per line, and in the wordings
// of codes and phrases. It serves the compiler of the catalogue; collecting the pairs
// takes longer than most commands.
func (c *Catalogue) Vocabulary(templates string) []string {
	pairs := map[string]bool{}
	learn := func(text string, values bool) {
		last := ""
		for _, t := range split(strings.ReplaceAll(text, "*", " http://x ")) {
			switch t.kind {
			case sign:
				continue
			case value:
				if values {
					pairs[pairOf(last, anyValue)] = true
				}
				last = ""
				continue
			}
			k := keyOf(t.text)
			if last != "" {
				pairs[pairOf(last, k)] = true
			}
			last = k
		}
	}
	for line := range strings.Lines(templates) {
		if !strings.HasPrefix(line, "#") {
			learn(line, true)
		}
	}
	for _, e := range c.Entries {
		for _, p := range e.Phrases {
			learn(p, false)
		}
	}
	for _, p := range c.Phrases {
		for i, text := range p.Patterns {
			learn(text, false)
			if p.Read[i].Word {
				pairs[pairOf(keyOf(strings.Trim(text, "*")), alone)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(pairs))
}
