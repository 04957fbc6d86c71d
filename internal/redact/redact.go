// Package redact removes known secrets from everything that a run writes, whatever text
// contains them: a server's response, a setting in the wrong field, a pasted log.
//
// It is the second line of defence after types that print as redacted. Each secret, token,
// password and key is registered when it is read. The writers of the program replace it,
// its common encodings, and every eight characters of it.
package redact

import (
	"encoding/binary"
	"slices"
	"strings"
	"sync"
)

const (
	// part is how many consecutive characters of a secret are hidden.
	part = 8
	// shortest is the length of the shortest value that is hidden. Shorter values occur in
	// ordinary text.
	shortest = 4
	// long is the length of the longest value that is not a token or key. A long run reads
	// many tokens, so only the latest are kept.
	long       = 256
	keptLong   = 64
	keptOthers = 4096
)

// known contains the secrets of this process.
var known set

// set contains values as the parts that are searched for.
type set struct {
	mu sync.RWMutex
	// parts counts the values that have a part. The key is its eight bytes.
	parts map[uint64]uint32
	// digits is the same for values in hex. There, eight letters are only four characters
	// of the value and may be in a GUID by chance, so two consecutive parts must match.
	digits map[uint64]uint32
	// maybe has a bit for the first four bytes of each part, which rules out most text
	// quickly. The bits of forgotten values remain.
	maybe [1 << 14]uint64
	// words are the values of fewer than eight bytes. They are hidden only as a whole.
	words map[string]bool
	// others and tokens are the values in the order of registration.
	others, tokens queue
	// uncounted are the values whose parts nobody has searched for yet. A run of many
	// sign-ins forgets most of its tokens before it writes anything.
	uncounted map[string]bool
}

// queue is a bounded list of distinct values.
type queue struct {
	order []string
	have  map[string]bool
}

// add adds a new value and returns the value that it displaces, or "".
func (q *queue) add(value string, limit int) (dropped string) {
	if q.have == nil {
		q.have = map[string]bool{}
	}
	q.have[value], q.order = true, append(q.order, value)
	if len(q.order) > limit {
		dropped, q.order = q.order[0], q.order[1:]
		delete(q.have, dropped)
	}
	return dropped
}

// remove removes a value, in any letter case and with spaces or quotes around it, and
// returns what it removed.
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

// Hide registers a secret, so that every Writer hides it.
func Hide(value string) {
	for _, v := range values(value) {
		known.add(v)
	}
}

// Show forgets a value that is not secret after all: an ID of the directory that was
// configured in place of a secret, and that the report names.
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
	if q.have[value] {
		return
	}
	if s.uncounted == nil {
		s.uncounted = map[string]bool{}
	}
	s.uncounted[value] = true
	if dropped := q.add(value, limit); dropped != "" {
		s.uncount(dropped)
	}
}

func (s *set) forget(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.others.remove(value) {
		s.uncount(v)
	}
}

// countAll counts the parts of all values that were registered since the last search.
func (s *set) countAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for value := range s.uncounted {
		s.count(value, 1)
	}
	clear(s.uncounted)
}

// uncount takes a value out of the counts, if it is in them.
func (s *set) uncount(value string) {
	if s.uncounted[value] {
		delete(s.uncounted, value)
		return
	}
	s.count(value, ^uint32(0))
}

// count adds to the counts of a value's parts. The complement of zero subtracts one.
func (s *set) count(value string, by uint32) {
	if s.parts == nil {
		s.parts, s.digits, s.words = map[uint64]uint32{}, map[uint64]uint32{}, map[string]bool{}
	}
	if len(value) < part {
		s.words[value] = by == 1
		return
	}
	skipWords := handMade(value)
	for _, form := range forms(value) {
		s.countForm(s.parts, form, by, skipWords)
	}
	if len(value) <= long {
		for _, form := range hexForms(value) {
			s.countForm(s.digits, form, by, false)
		}
	}
}

// countForm counts the parts of one encoding, except those that may be words if skipWords
// is set.
func (s *set) countForm(parts map[uint64]uint32, form string, by uint32, skipWords bool) {
	for i := 0; i+part <= len(form); i++ {
		window := form[i : i+part]
		if skipWords && wordLike(window) {
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

// slot returns the number of the bit for the first four bytes of a part.
func slot(first uint32) uint32 { return first * 2654435769 >> 12 }

// has returns how many bytes at the beginning of a text are part of a known value: eight, or
// sixteen in hex, or 0.
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
