package aadsts

import "bytes"

// anchor is a squashed text to search for, and what it announces.
type anchor struct {
	text    string
	kind    kind
	ref     string   // the code of a wording, or the ID of a product
	phrase  *phrase  // of kindPhrase
	pattern *pattern // of the phrase
}

// kind says what an anchor announces: first the kinds that begin a message, then its IDs,
// then its context.
type kind int

const (
	kindCode      kind = iota // AADSTS and a number
	kindList                  // error_codes
	kindURI                   // error?code=, errorCode
	kindOAuth                 // invalid_client: 7000215 - …
	kindWording               // a distinctive phrase of a code's message
	kindPhrase                // what a program prints instead of a code
	kindTrace                 // Trace ID
	kindCorr                  // Correlation ID
	kindTime                  // Timestamp
	kindAuthority             // the address of the sign-in service, which contains the tenant
	kindClient                // client_id
	kindProduct               // a word that identifies the program
)

func (k kind) isMessage() bool { return k <= kindPhrase }
func (k kind) isContext() bool { return k >= kindAuthority }

// Anchors are looked up by their first letters. Anchors of messages have at least keySize
// letters, the others at least contextKeySize.
const keySize, contextKeySize = 6, 5

// more is the number of further letters that are compared before an anchor is looked up.
// The beginnings of many phrases ("connec", "certif") are common in logs; with the next
// letters they are rare.
const more = 6

// matcher finds many anchors at once in squashed text.
type matcher struct {
	size    int
	first   bloom // the first letters of all anchors
	short   bloom // the first letters of anchors that have no further letters to compare
	long    bloom // the first and the further letters of the others
	anchors []anchor
	// heads and next chain the anchors that share their first letters, the longest first.
	// They are indexes in anchors: an allocation for each group would take longer than all
	// else. The end of a chain is -1.
	heads map[uint64]int32
	next  []int32
}

// bloom is a Bloom filter with one hash function and 262,144 bits.
type bloom [1 << 12]uint64

func (b *bloom) bit(k uint64) (word *uint64, mask uint64) {
	h := k * 0x9e3779b97f4a7c15 >> 46
	return &b[h>>6], 1 << (h & 63)
}

func (b *bloom) add(k uint64) {
	word, mask := b.bit(k)
	*word |= mask
}

func (b *bloom) has(k uint64) bool {
	word, mask := b.bit(k)
	return *word&mask != 0
}

// newMatcher returns a matcher of those anchors that are wanted; nil stands for all.
func newMatcher(size int, anchors []anchor, wanted func(kind) bool) *matcher {
	m := &matcher{size: size, anchors: anchors, heads: make(map[uint64]int32, len(anchors)), next: make([]int32, len(anchors))}
	for i := range anchors {
		if wanted == nil || wanted(anchors[i].kind) {
			m.add(int32(i)) //nolint:gosec // there are thousands
		}
	}
	return m
}

// add puts an anchor into the chain of its first letters, behind those that are as long.
func (m *matcher) add(i int32) {
	text := m.anchors[i].text
	k := key(text[:m.size])
	m.first.add(k)
	if len(text) < m.size+more {
		m.short.add(k)
	} else {
		m.long.add(longer(k, []byte(text[m.size:])))
	}
	before, at := int32(-1), m.head(k)
	for at >= 0 && len(m.anchors[at].text) >= len(text) {
		before, at = at, m.next[at]
	}
	m.next[i] = at
	if before < 0 {
		m.heads[k] = i
	} else {
		m.next[before] = i
	}
}

// head returns the first anchor with these first letters, or -1.
func (m *matcher) head(k uint64) int32 {
	if i, ok := m.heads[k]; ok {
		return i
	}
	return -1
}

// longer returns the key of the first letters and the further ones.
func longer(k uint64, rest []byte) uint64 { return k*31 ^ key(rest[:more])<<15 }

func key[T string | []byte](s T) uint64 {
	var k uint64
	for i := range len(s) {
		k = k<<8 | uint64(s[i])
	}
	return k
}

// each calls found for every anchor in squashed text, from the beginning, until it returns
// false.
func (m *matcher) each(text []byte, found func(at int, a anchor) bool) {
	mask := uint64(1)<<(8*m.size) - 1
	var k uint64
	for i, c := range text {
		k = (k<<8 | uint64(c)) & mask
		if !m.first.has(k) || i+1 < m.size {
			continue
		}
		if rest := text[i+1:]; !m.short.has(k) && (len(rest) < more || !m.long.has(longer(k, rest))) {
			continue
		}
		at := i + 1 - m.size
		for j := m.head(k); j >= 0; j = m.next[j] {
			if a := &m.anchors[j]; bytes.HasPrefix(text[at:], []byte(a.text)) && !found(at, *a) {
				return
			}
		}
	}
}

// any reports whether squashed text contains an anchor.
func (m *matcher) any(text []byte) bool {
	hit := false
	m.each(text, func(int, anchor) bool {
		hit = true
		return false
	})
	return hit
}
