package scan

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// id is a GUID in 16 bytes. A million of them take 16 MB, as strings in a map
// they would take ten times that.
type id [16]byte

// parseID reads a GUID; the second result is false where the text is none.
func parseID(s string) (id, bool) {
	var out id
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return out, false
	}
	var digits [32]byte
	n := copy(digits[:], s[:8])
	for _, part := range []string{s[9:13], s[14:18], s[19:23], s[24:]} {
		n += copy(digits[n:], part)
	}
	_, err := hex.Decode(out[:], digits[:])
	return out, err == nil
}

// idSet is a set of GUIDs that is filled first and asked afterwards. What is no
// GUID is kept beside them.
type idSet struct {
	ids    []id
	others map[string]struct{}
	sorted bool
}

func (s *idSet) add(text string) {
	if v, ok := parseID(text); ok {
		// An object with several credentials adds its ID several times in a row.
		if n := len(s.ids); n == 0 || s.ids[n-1] != v {
			s.ids, s.sorted = append(s.ids, v), false
		}
		return
	}
	if text == "" {
		return
	}
	if s.others == nil {
		s.others = map[string]struct{}{}
	}
	s.others[strings.ToLower(text)] = struct{}{}
}

func (s *idSet) has(text string) bool {
	v, ok := parseID(text)
	if !ok {
		_, found := s.others[strings.ToLower(text)]
		return found
	}
	s.sort()
	_, found := slices.BinarySearchFunc(s.ids, v, compareIDs)
	return found
}

func (s *idSet) sort() {
	if !s.sorted {
		slices.SortFunc(s.ids, compareIDs)
		s.sorted = true
	}
}

// all gives each GUID once, in order, and then what is none.
func (s *idSet) all() iter.Seq[string] {
	return func(yield func(string) bool) {
		s.sort()
		for i, v := range s.ids {
			if (i == 0 || v != s.ids[i-1]) && !yield(uuid.UUID(v).String()) {
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

func (s *idSet) reset() { *s = idSet{} }

func compareIDs(a, b id) int { return bytes.Compare(a[:], b[:]) }

// idTimes keeps the latest Unix time of each GUID.
type idTimes struct {
	list   []idTime
	sorted bool
}

type idTime struct {
	id   id
	unix int64
}

func (t *idTimes) add(text string, unix int64) {
	if v, ok := parseID(text); ok {
		t.list, t.sorted = append(t.list, idTime{v, unix}), false
	}
}

// find returns the index of the entry of a GUID, the latest one where there are
// several.
func (t *idTimes) find(text string) (int, bool) {
	v, ok := parseID(text)
	if !ok {
		return 0, false
	}
	if !t.sorted {
		slices.SortFunc(t.list, func(a, b idTime) int {
			return cmp.Or(compareIDs(a.id, b.id), cmp.Compare(b.unix, a.unix))
		})
		t.sorted = true
	}
	return slices.BinarySearchFunc(t.list, v, func(e idTime, v id) int { return compareIDs(e.id, v) })
}
