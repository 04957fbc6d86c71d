package aadsts

import "bytes"

// row identifies a line of the text: its place, and a fingerprint of what lines of its
// kind have in common. The fingerprint is 0 if the line is not complete. Failing programs
// print the same line again and again, apart from times, counters and trace IDs.
type row struct {
	pos   int64
	print uint64
}

// maxRow bounds the length of a line that gets a fingerprint.
const maxRow = 4 << 10

// rowAt returns the line at a place of the raw text.
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

// seenRow is the first line with a fingerprint, and its errors.
type seenRow struct {
	pos     int64
	matches []*Match
}

// keep remembers the line of an error that is on this line only.
func (c *collection) keep(g *group, m *Match) {
	if g.row.print == 0 || g.lastLine != g.line || g.mixed || g.around != (mark{}) {
		return
	}
	k := c.rows[g.row.print]
	switch {
	case k == nil && len(c.rows) < 4*maxMatches:
		c.rows[g.row.print] = &seenRow{g.row.pos, []*Match{m}}
	case k != nil && k.pos == g.row.pos:
		k.matches = append(k.matches, m)
	}
}

// lookup returns the earlier line with a fingerprint, unless its errors are still being
// put together.
func (g *grouper) lookup(print uint64) *seenRow {
	k := g.done.rows[print]
	if k == nil || g.cur != nil && g.cur.row.pos == k.pos || g.prev != nil && g.prev.row.pos == k.pos {
		return nil
	}
	return k
}

// repeats counts the errors of a piece if all of its lines with errors repeat earlier
// ones, and reports whether they do. Before, it calls flush with the place of the first
// line.
func (g *grouper) repeats(w *window, at int, flush func(end int), buf *[]byte) bool {
	if len(g.done.rows) == 0 {
		return false
	}
	type repeat struct {
		pos int64
		of  *seenRow
	}
	var found []repeat
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
			found = append(found, repeat{from, k})
		} else {
			rest = append(rest, w.raw[begin:end]...)
		}
	}
	*buf = squashRaw(*buf, rest)
	if g.finder.messages.any(*buf) {
		return false
	}
	flush(start)
	for _, r := range found {
		if r.pos <= g.seen {
			continue // it was flushed
		}
		for _, m := range r.of.matches {
			m.Count++
		}
	}
	g.seen = max(g.seen, w.base+int64(end)-1)
	return true
}

// fingerprint returns a hash (FNV-1a) that is the same for lines that differ only in times,
// counters and trace IDs. It is never 0.
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

// isTraceID reports whether there is a GUID at a place that the words before it call a
// trace, correlation or request ID.
func isTraceID(line []byte, i int) bool {
	if i+guidLength > len(line) || line[i+8] != '-' || line[i+13] != '-' || line[i+18] != '-' || line[i+23] != '-' {
		return false
	}
	before := lower(line[:i], 24)
	return bytes.Contains(before, []byte("trace")) || bytes.Contains(before, []byte("correlation")) || bytes.Contains(before, []byte("request"))
}

// counterLength returns the length of a number that is not a code: a part of a time, a
// counter, a process ID.
func counterLength(line []byte, i int) int {
	n := digitsLength(line[i:])
	switch {
	case i+n < len(line) && (line[i+n] == '-' && n > 4 || isHex(line[i+n])): // a GUID or another name
		return 0
	case isCodeLength(n) && mayBeCode(line, i, i+n):
		return 0
	}
	return n
}

// mayBeCode reports whether a number is a known code, or is where a code can be: after a
// sign that introduces a value.
func mayBeCode(line []byte, from, to int) bool {
	if known(string(line[from:to])) != nil {
		return true
	}
	before := bytes.TrimRight(line[:from], " ")
	if bytes.HasSuffix(before, []byte("[")) {
		return !bytes.HasPrefix(line[to:], []byte("]:")) // a process ID
	}
	return len(before) > 0 && bytes.IndexByte([]byte(":=,\"'"), before[len(before)-1]) >= 0
}
