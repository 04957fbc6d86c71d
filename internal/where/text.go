package where

import (
	"sort"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// text is a document with the offsets of its lines and client IDs.
type text struct {
	document
	source string
	low    string
	starts []int // offsets of lines
	ours   []int // offsets of the application's client ID
	others []int // offsets of other client IDs
}

const (
	// near is the maximum distance in lines of a client ID from a value that belongs to
	// it.
	near = 40
	// oneSubject is the maximum number of lines of a text that is taken to be about one
	// application, if it names no other.
	oneSubject = 400
)

var (
	guid         = lazyregexp.New(`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	clientIDName = lazyregexp.New(`(?:client|app|application|principal|user)[-_. ]{0,2}(?:id|identifier)?["'\]]{0,2}(?:\s{0,3}value)?["']?\s{0,3}[=:>,]{0,2}\s{0,3}["']?$`)
)

// clientIDs finds the client IDs of this application and of others.
func (t *text) clientIDs(id string) {
	for _, at := range guid().FindAllStringIndex(t.low, -1) {
		switch {
		case t.low[at[0]:at[1]] == id:
			t.ours = append(t.ours, at[0])
		case clientIDName().MatchString(t.low[max(0, at[0]-60):at[0]]):
			t.others = append(t.others, at[0])
		}
	}
}

// line returns the line number of an offset, counted from 0.
func (t *text) line(offset int) int {
	if t.starts == nil {
		t.starts = []int{0}
		for i := range len(t.Text) {
			if t.Text[i] == '\n' {
				t.starts = append(t.starts, i+1)
			}
		}
	}
	return sort.SearchInts(t.starts, offset+1) - 1
}

// at fills in where a find is.
func (t *text) at(offset int, f found) found {
	f.source, f.location = t.source, t.Location
	if t.FirstLine > 0 {
		f.line = t.FirstLine + t.line(offset)
	}
	ours, other := t.nearest(t.ours, offset), t.nearest(t.others, offset)
	alone := len(t.others) == 0 && len(t.starts) <= oneSubject
	f.lines, f.beside = ours, ours <= other && (ours <= near || alone && len(t.ours) > 0)
	f.other = other < ours && other <= near
	if t.Target != nil && !f.value.Empty() {
		f.target = t.Target(f.setting, strings.TrimRight(t.Text, "\r\n") == f.value.Reveal())
	}
	return f
}

// nearest returns the distance in lines to the nearest offset in a sorted list.
func (t *text) nearest(list []int, offset int) int {
	best := 1 << 30
	i := sort.SearchInts(list, offset)
	for _, n := range []int{i - 1, i} {
		if n >= 0 && n < len(list) {
			d := t.line(list[n]) - t.line(offset)
			best = min(best, max(d, -d))
		}
	}
	return best
}
