package main

import "iter"

// pieces are texts of one length, and what each betrays.
type pieces struct {
	size  int
	names map[string]string
	// likely has a bit for the last characters of each piece, and for few others. The
	// pieces are looked for at each place of megabytes, which takes a while in a map.
	likely [1 << likelyBits / 64]uint64
}

const likelyBits = 18

func newPieces(size int) *pieces { return &pieces{size: size, names: map[string]string{}} }

// add takes all pieces of a text.
func (p *pieces) add(name, text string) {
	for piece, bit := range p.of(text) {
		p.names[piece] = name
		p.likely[bit/64] |= 1 << (bit % 64)
	}
}

// forget drops all pieces of a text.
func (p *pieces) forget(text string) {
	for piece := range p.of(text) {
		delete(p.names, piece)
	}
}

// find tells the names of the pieces that are in a text.
func (p *pieces) find(text string, note func(name string)) {
	for piece, bit := range p.of(text) {
		if p.likely[bit/64]>>(bit%64)&1 == 0 {
			continue
		}
		if name, ok := p.names[piece]; ok {
			note(name)
		}
	}
}

// of returns what could be a piece at each place of a text, and its bit.
func (p *pieces) of(text string) iter.Seq2[string, uint64] {
	return func(yield func(string, uint64) bool) {
		var last uint64 // eight characters
		for i := range len(text) {
			last = last<<8 | uint64(text[i])
			if from := i + 1 - p.size; from >= 0 {
				const golden = 0x9e3779b97f4a7c15 // spreads them well
				if !yield(text[from:i+1], last*golden>>(64-likelyBits)) {
					return
				}
			}
		}
	}
}
