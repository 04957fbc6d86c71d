package scan

import "hash/maphash"

// seenIDs remembers which objects a listing brought: Graph may send one on two
// pages when it changes meanwhile, and its credentials must not be found twice. It
// keeps 64 bits of a seeded hash of each ID, so that a million objects take 16 MB.
// The chance that two of them look alike is one in thirty million, and nobody can
// choose IDs that do.
type seenIDs struct {
	seed  maphash.Seed
	table []uint64 // open addressing, 0 is free
	count int
}

// add notes an ID, and reports whether it was there before. Objects whose ID
// could not be read are not taken for one another.
func (s *seenIDs) add(id string) (before bool) {
	if id == "" {
		return false
	}
	if s.count >= len(s.table)*3/4 {
		s.grow()
	}
	hash := max(1, maphash.String(s.seed, id))
	at := s.place(hash)
	if *at != 0 {
		return true
	}
	*at = hash
	s.count++
	return false
}

// has reports whether an ID was noted.
func (s *seenIDs) has(id string) bool {
	return id != "" && s.table != nil && *s.place(max(1, maphash.String(s.seed, id))) != 0
}

// place finds where a hash is, or belongs.
func (s *seenIDs) place(hash uint64) *uint64 {
	mask := uint64(len(s.table) - 1)
	i := hash & mask
	for s.table[i] != 0 && s.table[i] != hash {
		i = (i + 1) & mask
	}
	return &s.table[i]
}

func (s *seenIDs) grow() {
	old := s.table
	if old == nil {
		s.seed = maphash.MakeSeed()
	}
	s.table = make([]uint64, max(1024, 2*len(old)))
	for _, hash := range old {
		if hash != 0 {
			*s.place(hash) = hash
		}
	}
}
