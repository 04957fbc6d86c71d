package report

import "github.com/spcheck/spcheck/internal/result"

// chartBar is a bar of a chart. The positions of its segments are percentages of the
// longest bar.
type chartBar struct {
	result.Bar
	Total  int
	Pieces []piece
}

// piece is a segment of a bar with its position.
type piece struct {
	result.Segment
	X, Width string
}

// barsOf calculates the positions of a chart's segments. Even a count of one among
// thousands stays visible.
func barsOf(c result.Chart) []chartBar {
	longest := 1
	for _, b := range c.Bars {
		longest = max(longest, b.Total())
	}
	var list []chartBar
	for _, b := range c.Bars {
		x := chartBar{Bar: b, Total: b.Total()}
		at := 0.0
		for _, s := range b.Segments {
			width := max(0.6, percentages*float64(s.Count)/float64(longest))
			x.Pieces = append(x.Pieces, piece{s, percent(at), percent(width)})
			at += width
		}
		list = append(list, x)
	}
	return list
}
