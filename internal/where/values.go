package where

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// values finds secrets, by Entra's own form and by the name of their setting.
func (f *finder) values(t *text) []found {
	var list []found
	taken := map[int]bool{} // offsets of values
	if len(t.ours) > 0 {
		for _, a := range t.assignments() {
			if reference(a.value) || len(a.value) < shortestValue || taken[a.offset] {
				continue
			}
			taken[a.offset] = true
			list = append(list, t.at(a.offset, found{kind: result.PlacePassword, setting: a.name, value: secrets.Sealed(a.value)}))
		}
	}
	list = append(list, f.configured(t, taken)...)
	for from := 0; ; {
		i := strings.Index(t.Text[from:], "Q~")
		if i < 0 {
			return list
		}
		at := from + i - len("xyz8")
		from += i + len("Q~")
		if at < 0 || overlaps(taken, at) {
			continue
		}
		if value := marked().FindString(t.Text[at:min(len(t.Text), at+longestMarked)]); value != "" {
			list = append(list, t.at(at, found{kind: result.PlacePassword, setting: nameBefore(t.Text, at), value: secrets.Sealed(trimMarked(value))}))
		}
	}
}

// hints are words of which one is in or before the name of a secret's setting.
var hints = [...]string{"secret", "passw", "pwd", "pw", "key", "credential", "kennwort", "az login"}

// before and after are how much around such a word is looked at, in bytes.
const beforeWord, afterWord = 120, 700

// assignments finds secrets by the names of their settings, where the text has a
// word for them.
func (t *text) assignments() []assignment {
	var at []int
	for _, word := range hints {
		for from := 0; ; {
			i := strings.Index(t.low[from:], word)
			if i < 0 {
				break
			}
			at = append(at, from+i)
			from += i + len(word)
		}
	}
	slices.Sort(at)
	var list []assignment
	for i := 0; i < len(at); {
		start, end := max(0, at[i]-beforeWord), at[i]+afterWord
		for i++; i < len(at) && at[i]-beforeWord < end && end-start < window; i++ {
			end = at[i] + afterWord
		}
		for _, a := range assignments(t.Text[start:min(end, len(t.Text))]) {
			a.offset += start
			list = append(list, a)
		}
	}
	return list
}

// configured finds the secret that the run is configured with, whatever it looks
// like.
func (f *finder) configured(t *text, taken map[int]bool) []found {
	v := f.app.Configured.Reveal()
	if len(v) < shortestValue {
		return nil
	}
	var list []found
	for from := 0; ; {
		i := strings.Index(t.Text[from:], v)
		if i < 0 {
			return list
		}
		at := from + i
		from = at + len(v)
		if !overlaps(taken, at) {
			taken[at] = true
			list = append(list, t.at(at, found{kind: result.PlacePassword, setting: nameBefore(t.Text, at), value: f.app.Configured}))
		}
	}
}

// overlaps reports whether a value that was found by its name begins at an offset,
// or a little before it, as one that is damaged in front.
func overlaps(taken map[int]bool, offset int) bool {
	for back := range 12 {
		if taken[offset-back] {
			return true
		}
	}
	return false
}

// marked is what Entra's secrets look like since about 2020: three characters, a
// digit with "Q~", and the rest, of which some may have been lost.
var marked = lazyregexp.New(`^[A-Za-z0-9._~-]{3}[78]Q~[A-Za-z0-9._~-]{8,80}`)

// longestMarked is how many bytes are looked at for one.
const longestMarked = 100

// trimMarked takes off what is behind a secret in a text, such as a full stop,
// where the checksum shows where the value ends.
func trimMarked(s string) string {
	const current = 40
	if len(s) > current && secrets.ValidChecksum(s[:current]) {
		return s[:current]
	}
	return s
}
