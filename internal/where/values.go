package where

import (
	"slices"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// values finds secrets: by the name of their setting, by the configured value, and by
// Entra's current format.
func (f *finder) values(t *text) []found {
	var list []found
	taken := map[int]bool{} // offsets of values
	add := func(at int, setting string, value secrets.Value) {
		taken[at] = true
		list = append(list, t.at(at, found{kind: result.PlacePassword, setting: setting, value: value}))
	}
	if len(t.ours) > 0 {
		for _, a := range t.assignments() {
			if !reference(a.value) && len(a.value) >= shortestValue && !taken[a.offset] {
				add(a.offset, a.name, secrets.Sealed(a.value))
			}
		}
	}
	if v := f.app.Configured.Reveal(); len(v) >= shortestValue {
		for at := range occurrences(t.Text, v) {
			if !overlaps(taken, at) {
				add(at, nameBefore(t.Text, at), f.app.Configured)
			}
		}
	}
	for at := range occurrences(t.Text, "Q~") {
		if at -= len("xyz8"); at < 0 || overlaps(taken, at) {
			continue
		}
		if value := marked().FindString(t.Text[at:min(len(t.Text), at+longestMarked)]); value != "" {
			list = append(list, t.at(at, found{kind: result.PlacePassword, setting: nameBefore(t.Text, at), value: secrets.Sealed(trimMarked(value))}))
		}
	}
	return list
}

// hints are words of which one is in or before the name of a secret's setting.
var hints = [...]string{"secret", "passw", "pwd", "pw", "key", "credential", "kennwort", "az login"}

// beforeWord and afterWord are how much of the text around such a word is searched, in
// bytes.
const beforeWord, afterWord = 120, 700

// assignments finds secrets by the names of their settings, near the hints.
func (t *text) assignments() []assignment {
	var at []int
	for _, word := range hints {
		at = slices.AppendSeq(at, occurrences(t.low, word))
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

// overlaps reports whether a value that was already found starts at an offset or a little
// before it, as one with damage at its start does.
func overlaps(taken map[int]bool, offset int) bool {
	for back := range 12 {
		if taken[offset-back] {
			return true
		}
	}
	return false
}

// marked matches Entra's secrets since about 2020: three characters, a digit with "Q~",
// and the rest, which may have lost some characters.
var marked = lazyregexp.New(`^[A-Za-z0-9._~-]{3}[78]Q~[A-Za-z0-9._~-]{8,80}`)

// longestMarked is how many bytes are searched for one.
const longestMarked = 100

// trimMarked removes what follows a secret in a text, such as a full stop, if the checksum
// shows where the secret ends.
func trimMarked(s string) string {
	const current = 40
	if len(s) > current && secrets.ValidChecksum(s[:current]) {
		return s[:current]
	}
	return s
}
