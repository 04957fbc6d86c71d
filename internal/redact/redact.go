// Package redact keeps the values that a run knows to be secret out of
// everything that it writes, whatever text carries them: a server's answer, a
// setting in the wrong field, a pasted log.
//
// Types that print as redacted are the first line; this is the second. It goes by
// value: each secret, token, password and key is registered where it is read, and
// the writers of the program replace what is registered, in its usual encodings,
// and every part of eight characters of it.
package redact

import (
	"encoding/binary"
	"slices"
	"strings"
	"sync"
)

const (
	// part is how many characters in a row of a secret are hidden.
	part = 8
	// shortest is the length of the shortest value that is hidden; what is
	// shorter occurs in ordinary text.
	shortest = 4
	// long is the length above which a value is a token or a key. Those come again
	// all the time in a long run, so that only the latest are kept.
	long       = 256
	keptLong   = 64
	keptOthers = 4096
)

// known are the values of this process. It is the process that must not write
// them, whichever part of it read them.
var known set

// set holds values as the parts that are looked for.
type set struct {
	mu sync.RWMutex
	// parts counts how many values have a part, as the eight bytes of it.
	parts map[uint64]uint32
	// digits does so for values in hex. There eight letters are four characters of
	// the value, which a GUID may have by chance: two parts in a row are looked for.
	digits map[uint64]uint32
	// maybe has a bit for the first four bytes of each part, so that most text is
	// passed at the cost of one look. Bits of forgotten values stay.
	maybe [1 << 14]uint64
	// words are the values of fewer than eight bytes, which are hidden whole.
	words map[string]bool
	// others and tokens are the values in the order they came.
	others, tokens queue
}

// queue is a bounded list of distinct values.
type queue struct {
	order []string
	have  map[string]bool
}

// add returns whether the value is new, and the one that it drives out, if any.
func (q *queue) add(value string, limit int) (added bool, dropped string) {
	if q.have[value] {
		return false, ""
	}
	if q.have == nil {
		q.have = map[string]bool{}
	}
	q.have[value], q.order = true, append(q.order, value)
	if len(q.order) > limit {
		dropped, q.order = q.order[0], q.order[1:]
		delete(q.have, dropped)
	}
	return true, dropped
}

// remove drops the values that are the given one but for letter case and what
// stands around it, and returns them.
func (q *queue) remove(value string) []string {
	var removed []string
	q.order = slices.DeleteFunc(q.order, func(v string) bool {
		same := strings.EqualFold(strings.Trim(v, " \t\r\n\"'"), value)
		if same {
			removed = append(removed, v)
			delete(q.have, v)
		}
		return same
	})
	return removed
}

// Hide registers a secret. From now on no Writer lets it through.
func Hide(value string) {
	for _, v := range values(value) {
		known.add(v)
	}
}

// Show forgets a value that turned out not to be secret: an ID of the directory
// that was configured in the place of a secret, and that the report names.
func Show(value string) { known.forget(value) }

func (s *set) add(value string) {
	if len(value) < shortest {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q, limit := &s.others, keptOthers
	if len(value) > long {
		q, limit = &s.tokens, keptLong
	}
	added, dropped := q.add(value, limit)
	if added {
		s.count(value, 1)
	}
	if dropped != "" {
		s.count(dropped, ^uint32(0))
	}
}

func (s *set) forget(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.others.remove(value) {
		s.count(v, ^uint32(0))
	}
}

// count adds to the counts of a value's parts; the complement of zero takes one
// away.
func (s *set) count(value string, by uint32) {
	if s.parts == nil {
		s.parts, s.digits, s.words = map[uint64]uint32{}, map[uint64]uint32{}, map[string]bool{}
	}
	if len(value) < part {
		s.words[value] = by == 1
		return
	}
	plain := handMade(value)
	for _, form := range forms(value) {
		s.countForm(s.parts, form, by, plain)
	}
	if len(value) <= long {
		for _, form := range hexForms(value) {
			s.countForm(s.digits, form, by, false)
		}
	}
}

// countForm adds to the counts of the parts of one way to write a value. Parts that
// read as ordinary words are left out where plain says so.
func (s *set) countForm(parts map[uint64]uint32, form string, by uint32, plain bool) {
	for i := 0; i+part <= len(form); i++ {
		window := form[i : i+part]
		if plain && wordLike(window) {
			continue
		}
		key := binary.LittleEndian.Uint64([]byte(window))
		if parts[key] += by; parts[key] == 0 {
			delete(parts, key)
		}
		bit := slot(uint32(key))
		s.maybe[bit>>6] |= 1 << (bit & 63)
	}
}

// slot is the bit for the first four bytes of a part.
func slot(first uint32) uint32 { return first * 2654435769 >> 12 }

// has returns how many of the first bytes of a text are a part of a known value:
// eight, or sixteen in hex; 0 where they are none.
func (s *set) has(text []byte) int {
	bit := slot(binary.LittleEndian.Uint32(text))
	if s.maybe[bit>>6]&(1<<(bit&63)) == 0 {
		return 0
	}
	key := binary.LittleEndian.Uint64(text)
	switch {
	case s.parts[key] > 0:
		return part
	case len(text) >= 2*part && s.digits[key] > 0 && s.digits[binary.LittleEndian.Uint64(text[part:])] > 0:
		return 2 * part
	}
	return 0
}
