package redact

import (
	"bytes"
	"io"
)

// mark replaces what is hidden. It is plain in every format.
const mark = "[redacted]"

// Writer returns a writer that hides known values. Nothing is held back: of a
// value that is cut in two by the calls of Write, fewer than eight characters may
// pass before the rest is hidden.
func Writer(w io.Writer) io.Writer {
	switch w.(type) {
	case *writer, *fileWriter:
		return w
	}
	hiding := &writer{to: w, set: &known}
	if f, ok := w.(descriptor); ok {
		return &fileWriter{hiding, f}
	}
	return hiding
}

// Plain returns the writer below a Writer, for the few places where a value goes
// because its user asked for it there.
func Plain(w io.Writer) io.Writer {
	switch hiding := w.(type) {
	case *writer:
		return hiding.to
	case *fileWriter:
		return hiding.to
	}
	return w
}

// descriptor is what tells of a file, such as whether it is a terminal and how
// wide.
type descriptor interface{ Fd() uintptr }

// fileWriter is a writer to a file.
type fileWriter struct {
	*writer
	descriptor
}

type writer struct {
	to  io.Writer
	set *set
	// before is the end of what was written, in which a value may have begun.
	before []byte
}

// Write writes p with what is known hidden in it.
func (w *writer) Write(p []byte) (int, error) {
	text := append(w.before, p...) //nolint:gocritic // before is this writer's own
	hidden := w.set.find(text)
	out := p
	if hidden != nil {
		out = replaced(text, hidden, len(w.before))
	}
	n, err := w.to.Write(out)
	if err != nil {
		return min(n, len(p)), err
	}
	w.before = append([]byte(nil), text[max(0, len(text)-part+1):]...)
	return len(p), nil
}

// String hides known values in a string, and what has the form of Entra's secrets:
// one that was pasted in the place of a path or a name must not be repeated.
func String(s string) string {
	if HasSecret(s) {
		s = entraSecret().ReplaceAllLiteralString(s, mark)
	}
	text := []byte(s)
	hidden := known.find(text)
	if hidden == nil {
		return s
	}
	return string(replaced(text, hidden, 0))
}

// find marks the bytes that are to be hidden; nil where there are none.
func (s *set) find(text []byte) []bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.parts) == 0 && len(s.words) == 0 {
		return nil
	}
	hidden := s.parted(text, nil)
	hidden = s.escaped(text, hidden)
	for word, in := range s.words {
		if in {
			hidden = whole(text, word, hidden)
		}
	}
	return hidden
}

// parted marks the parts of values.
func (s *set) parted(text []byte, hidden []bool) []bool {
	for i := 0; i+part <= len(text); i++ {
		if n := s.has(text[i:]); n > 0 {
			hidden = cover(hidden, len(text), i, i+n)
		}
	}
	return hidden
}

// escaped marks the parts of values that backslashes are in, as Markdown, shells
// and JSON put them there.
func (s *set) escaped(text []byte, hidden []bool) []bool {
	if bytes.IndexByte(text, '\\') < 0 {
		return hidden
	}
	bare, at := make([]byte, 0, len(text)), make([]int, 0, len(text))
	for i, c := range text {
		if c != '\\' {
			bare, at = append(bare, c), append(at, i)
		}
	}
	for i := 0; i+part <= len(bare); i++ {
		if n := s.has(bare[i:]); n > 0 {
			hidden = cover(hidden, len(text), at[i], at[i+n-1]+1)
		}
	}
	return hidden
}

// whole marks a short value where it is alone.
func whole(text []byte, word string, hidden []bool) []bool {
	for from := 0; ; {
		i := bytes.Index(text[from:], []byte(word))
		if i < 0 {
			return hidden
		}
		start, end := from+i, from+i+len(word)
		if (start == 0 || kind(text[start-1]) == 3) && (end == len(text) || kind(text[end]) == 3) {
			hidden = cover(hidden, len(text), start, end)
		}
		from = end
	}
}

func cover(hidden []bool, size, from, to int) []bool {
	if hidden == nil {
		hidden = make([]bool, size)
	}
	for i := from; i < to; i++ {
		hidden[i] = true
	}
	return hidden
}

// replaced is the text from start on, with each hidden stretch replaced.
func replaced(text []byte, hidden []bool, start int) []byte {
	out := make([]byte, 0, len(text))
	for i := start; i < len(text); i++ {
		switch {
		case !hidden[i]:
			out = append(out, text[i])
		case i == start || !hidden[i-1]:
			out = append(out, mark...)
		}
	}
	return out
}
