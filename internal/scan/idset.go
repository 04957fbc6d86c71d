package scan

import (
	"bytes"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/objects"
)

// id is a GUID. In a set, a million of them take about 25 MB, and as strings several times
// as much.
type id = uuid.UUID

func parseID(s string) (id, bool) { return objects.ParseGUID(s) }

func compareIDs(a, b id) int { return bytes.Compare(a[:], b[:]) }

// idSet is a set of IDs. Those that are not GUIDs are kept as text, in lower case.
type idSet struct {
	ids    map[id]struct{}
	others map[string]struct{}
}

// add adds an ID, and reports whether it is new. An empty one is always new.
func (s *idSet) add(text string) bool {
	if v, ok := parseID(text); ok {
		return insert(&s.ids, v)
	}
	return text == "" || insert(&s.others, strings.ToLower(text))
}

func insert[K comparable](m *map[K]struct{}, k K) bool {
	if *m == nil {
		*m = map[K]struct{}{}
	}
	before := len(*m)
	(*m)[k] = struct{}{}
	return len(*m) > before
}

func (s *idSet) has(text string) bool {
	v, ok := parseID(text)
	if ok {
		_, ok = s.ids[v]
	} else {
		_, ok = s.others[strings.ToLower(text)]
	}
	return ok
}

// all returns the IDs in order, GUIDs first.
func (s *idSet) all() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, v := range slices.SortedFunc(maps.Keys(s.ids), compareIDs) {
			if !yield(v.String()) {
				return
			}
		}
		for _, other := range slices.Sorted(maps.Keys(s.others)) {
			if !yield(other) {
				return
			}
		}
	}
}
