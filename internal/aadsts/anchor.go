package aadsts

import (
	"bytes"
	"cmp"
	"slices"
)

// anchor is a squashed phrase to look for, and what finding it means.
type anchor struct {
	phrase string
	kind   kind
	ref    string   // a code, or the ID of a product
	pat    *pattern // of a phrase
}

// kind says what an anchor announces.
type kind int

const (
	kindCode      kind = iota // AADSTS and a number
	kindList                  // error_codes
	kindURI                   // error?code=, errorCode
	kindOAuth                 // invalid_client: 7000215 - …
	kindTrace                 // Trace ID
	kindCorr                  // Correlation ID
	kindTime                  // Timestamp
	kindAuthority             // the address of the sign-in service, with the tenant behind it
	kindClient                // client_id
	kindWording               // a distinctive phrase of a code's message
	kindPhrase                // what a program prints without a code
	kindProduct               // a word that shows which program wrote the text
)

// keySize is the number of letters that anchors are distinguished by at first. The
// shortest words of the context have fewer than those that wake the finder.
const keySize, contextKeySize = 6, 5

// more is how many letters behind the first ones are compared before an anchor is
// looked up. The beginnings of phrases ("connec", "certif") are common words of
// logs; with what follows they are rare.
const more = 6

// matcher finds many anchors at once in squashed text.
type matcher struct {
	size    int
	sieve   sieve // the first letters of all anchors
	short   sieve // of those that are too short for the next test
	long    sieve // of the others with more letters
	anchors map[uint64][]anchor
}

// sieve is a set of hashes that may say yes too often, but never no. It has
// 262,144 bits.
type sieve [1 << 12]uint64

func (s *sieve) add(k uint64) {
	h := hash(k)
	s[h>>6] |= 1 << (h & 63)
}

func (s *sieve) has(k uint64) bool {
	h := hash(k)
	return s[h>>6]&(1<<(h&63)) != 0
}

// newMatcher sorts the anchors by their first letters, of several with the same ones
// the longest first.
func newMatcher(size int, anchors []anchor) *matcher {
	m := &matcher{size: size, anchors: make(map[uint64][]anchor, len(anchors))}
	// Numbers are sorted faster than phrases are.
	type place struct {
		first      uint64
		length, at int
	}
	places := make([]place, len(anchors))
	for i, a := range anchors {
		places[i] = place{key(a.phrase[:size]), len(a.phrase), i}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.first, b.first), b.length-a.length, a.at-b.at)
	})
	sorted := make([]anchor, len(anchors))
	for i, next := 0, 0; i < len(places); i = next {
		first := places[i].first
		for next = i; next < len(places) && places[next].first == first; next++ {
			sorted[next] = anchors[places[next].at]
			if a := sorted[next].phrase; len(a) < size+more {
				m.short.add(first)
			} else {
				m.long.add(longer(first, []byte(a[size:size+more])))
			}
		}
		m.sieve.add(first)
		m.anchors[first] = sorted[i:next:next]
	}
	return m
}

// longer is the key of the first letters with more behind them.
func longer(k uint64, rest []byte) uint64 { return k*31 ^ key(rest[:more])<<15 }

func key[T string | []byte](s T) uint64 {
	var k uint64
	for i := range len(s) {
		k = k<<8 | uint64(s[i])
	}
	return k
}

func hash(k uint64) uint32 {
	return uint32(k * 0x9e3779b97f4a7c15 >> 46)
}

// each calls found for every anchor in the squashed text, in order of its
// beginning, until found returns false.
func (m *matcher) each(text []byte, found func(at int, a anchor) bool) {
	mask := uint64(1)<<(8*m.size) - 1
	var k uint64
	for i, c := range text {
		k = (k<<8 | uint64(c)) & mask
		if !m.sieve.has(k) || i+1 < m.size {
			continue
		}
		if rest := text[i+1:]; !m.short.has(k) && (len(rest) < more || !m.long.has(longer(k, rest))) {
			continue
		}
		at := i + 1 - m.size
		for _, a := range m.anchors[k] {
			if bytes.HasPrefix(text[at:], []byte(a.phrase)) && !found(at, a) {
				return
			}
		}
	}
}

// any reports whether the squashed text holds an anchor.
func (m *matcher) any(text []byte) bool {
	hit := false
	m.each(text, func(int, anchor) bool {
		hit = true
		return false
	})
	return hit
}
