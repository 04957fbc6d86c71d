package aadsts

import "bytes"

// row is a line of the text: where it begins, and a fingerprint of what lines of
// its kind have in common, 0 where the line is not whole. Programs that fail
// print the same line again and again, apart from times, counters and trace IDs.
type row struct {
	pos   int64
	print uint64
}

// maxRow bounds the length of a line that is told by its fingerprint.
const maxRow = 4 << 10

// rowAt is the line that a place of the raw text is on.
func (w *window) rowAt(i int) row {
	begin := bytes.LastIndexByte(w.raw[:i], '\n') + 1
	if begin == 0 && w.base > 0 {
		return row{}
	}
	length := bytes.IndexByte(w.raw[begin:min(len(w.raw), begin+maxRow)], '\n')
	if length < 0 {
		return row{}
	}
	return row{w.base + int64(begin), fingerprint(w.raw[begin : begin+length])}
}

// known are the errors that are on a line which was read before.
type known struct {
	pos     int64 // of the line
	matches []*Match
}

// keep remembers the line of an error that is on it alone.
func (c *collection) keep(g *group, m *Match) {
	if g.row.print == 0 || g.lastRun != g.line || g.mixed || !g.around.empty() {
		return
	}
	k := c.rows[g.row.print]
	switch {
	case k == nil && len(c.rows) < 4*maxMatches:
		c.rows[g.row.print] = &known{g.row.pos, []*Match{m}}
	case k != nil && k.pos == g.row.pos:
		k.matches = append(k.matches, m)
	}
}

// lookup returns the errors of a line of a known kind. One whose errors are still
// being put together is not known yet.
func (g *grouper) lookup(print uint64) *known {
	k := g.done.rows[print]
	if k == nil || g.cur != nil && g.cur.row.pos == k.pos || g.prev != nil && g.prev.row.pos == k.pos {
		return nil
	}
	return k
}

// place is a line of a known kind.
type place struct {
	pos   int64
	known *known
}

// repeats counts the errors of a piece whose lines were all read before, and
// reports whether they were. Where no more errors are kept, it does not read new
// ones. first is called with the place of the first line before it is counted.
func (g *grouper) repeats(w *window, at int, first func(end int), buf *[]byte) bool {
	if len(g.done.rows) == 0 {
		return false
	}
	var found []place
	rest := (*buf)[:0:0]
	start, end := bytes.LastIndexByte(w.raw[:at], '\n')+1, 0
	for begin := start; begin < min(at+pieceSize, w.end); begin = end {
		length := bytes.IndexByte(w.raw[begin:], '\n')
		if length < 0 || begin == 0 && w.base > 0 {
			return false
		}
		end = begin + length + 1
		from := w.base + int64(begin)
		if w.base+int64(end) <= g.seen+1 {
			continue
		}
		if k := g.lookup(fingerprint(w.raw[begin : begin+length])); k != nil && length <= maxRow && from > g.seen {
			found = append(found, place{from, k})
		} else {
			rest = append(rest, w.raw[begin:end]...)
		}
	}
	*buf = squashRaw(*buf, rest)
	if g.finder.sieve.any(*buf) {
		return false
	}
	first(start)
	for _, p := range found {
		if p.pos <= g.seen {
			continue // read by first
		}
		for _, m := range p.known.matches {
			m.Count++
		}
	}
	g.seen = max(g.seen, w.base+int64(end)-1)
	return true
}

// fingerprint is what lines have in common that differ in times, counters and
// trace IDs only. It is never 0.
func fingerprint(line []byte) uint64 {
	const prime = 1099511628211
	h := uint64(14695981039346656037)
	for i := 0; i < len(line); i++ {
		c := line[i]
		if i == 0 || fold[line[i-1]] == 0 {
			if isTraceID(line, i) {
				i += guidLength - 1
				c = 0
			} else if n := counterLength(line, i); n > 0 {
				i += n - 1
				c = 1
			}
		}
		h = (h ^ uint64(c)) * prime
	}
	return h | 1
}

const guidLength = 36

// isTraceID reports whether a GUID begins at a place that the words in front of it
// call a trace, correlation or request ID.
func isTraceID(line []byte, i int) bool {
	if i+guidLength > len(line) || line[i+8] != '-' || line[i+13] != '-' || line[i+18] != '-' || line[i+23] != '-' {
		return false
	}
	before := lower(line[:i], 24)
	return bytes.Contains(before, []byte("trace")) || bytes.Contains(before, []byte("correlation")) || bytes.Contains(before, []byte("request"))
}

// counterLength is the length of a number that is no code: a part of a time, a
// counter, a process.
func counterLength(line []byte, i int) int {
	n := 0
	for i+n < len(line) && isDigit(line[i+n]) {
		n++
	}
	switch {
	case i+n < len(line) && (line[i+n] == '-' && n > 4 || isHex(line[i+n])): // a GUID or another name
		return 0
	case n >= minDigits && n <= maxDigits && mayBeCode(line, i, i+n):
		return 0
	}
	return n
}

// mayBeCode reports whether a number stands where a code can: behind a sign that
// announces a value, or known as one.
func mayBeCode(line []byte, from, to int) bool {
	if c, err := Load(); err == nil && c.byCode[string(line[from:to])] != nil {
		return true
	}
	before := bytes.TrimRight(line[:from], " ")
	switch {
	case len(before) == 0:
		return false
	case before[len(before)-1] == '[':
		return !bytes.HasPrefix(line[to:], []byte("]:")) // a process
	}
	return bytes.IndexByte([]byte(":=,\"'"), before[len(before)-1]) >= 0
}
