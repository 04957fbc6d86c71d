package main

// pieces are texts of one length, and what each betrays.
type pieces struct {
	size  int
	names map[string]string
	// likely holds for the last characters of each piece, and for few others. The pieces
	// are looked for at each place of megabytes, which takes a while in a map.
	likely [1 << 18]bool
}

func newPieces(size int) *pieces { return &pieces{size: size, names: map[string]string{}} }

// add takes all pieces of a text.
func (p *pieces) add(name, text string) {
	p.each(text, func(piece string, likely *bool) { p.names[piece], *likely = name, true })
}

// forget drops all pieces of a text.
func (p *pieces) forget(text string) {
	p.each(text, func(piece string, _ *bool) { delete(p.names, piece) })
}

// find tells the names of the pieces that are in a text.
func (p *pieces) find(text string, note func(name string)) {
	p.each(text, func(piece string, likely *bool) {
		if !*likely {
			return
		}
		if name, ok := p.names[piece]; ok {
			note(name)
		}
	})
}

// each visits what could be a piece at each place of a text.
func (p *pieces) each(text string, visit func(piece string, likely *bool)) {
	var last uint64 // eight characters
	for i := range len(text) {
		last = last<<8 | uint64(text[i])
		if from := i + 1 - p.size; from >= 0 {
			const golden = 0x9e3779b97f4a7c15 // spreads them well
			visit(text[from:i+1], &p.likely[last*golden>>(64-18)])
		}
	}
}
