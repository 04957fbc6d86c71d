package aadsts

import (
	"bytes"
	"math/bits"
	"slices"
)

// anchor is a squashed phrase to look for, and what finding it means.
type anchor struct {
	phrase string
	kind   kind
	ref    string // a code, or the ID of a product
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
	kindWording               // a distinctive phrase of a message
	kindProduct               // a phrase of a product that needs a note
)

// keySize is the number of letters that anchors are told apart by at first.
const keySize = 5

// matcher finds many anchors at once in squashed text.
type matcher struct {
	sieve   [1 << 10]uint64 // 65536 bits
	anchors map[uint64][]anchor
}

func newMatcher(anchors []anchor) *matcher {
	m := &matcher{anchors: map[uint64][]anchor{}}
	for _, a := range anchors {
		k := key([]byte(a.phrase))
		m.anchors[k] = append(m.anchors[k], a)
		h := hash(k)
		m.sieve[h>>6] |= 1 << (h & 63)
	}
	for _, list := range m.anchors {
		slices.SortFunc(list, func(a, b anchor) int { return len(b.phrase) - len(a.phrase) })
	}
	return m
}

func key(s []byte) uint64 {
	var k uint64
	for _, c := range s[:keySize] {
		k = k<<8 | uint64(c)
	}
	return k
}

func hash(k uint64) uint16 {
	return uint16(bits.RotateLeft64(k*0x9e3779b97f4a7c15, 16))
}

// each calls found for every anchor in the squashed text, in order of its
// beginning, until found returns false.
func (m *matcher) each(text []byte, found func(at int, a anchor) bool) {
	const mask = 1<<(8*keySize) - 1
	var k uint64
	for i, c := range text {
		k = (k<<8 | uint64(c)) & mask
		h := hash(k)
		if m.sieve[h>>6]&(1<<(h&63)) == 0 || i+1 < keySize {
			continue
		}
		at := i + 1 - keySize
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
