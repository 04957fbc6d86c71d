package redact

import (
	"bytes"
	"io"
)

// mark replaces what is hidden. No format has to escape it.
const mark = "[redacted]"

// Writer returns a writer that hides known values. It does not delay output: if two calls
// of Write split a value, fewer than eight characters may pass before the rest is hidden.
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

// Plain returns the writer that a Writer wraps, for values that the user asked to be
// printed.
func Plain(w io.Writer) io.Writer {
	switch hiding := w.(type) {
	case *writer:
		return hiding.to
	case *fileWriter:
		return hiding.to
	}
	return w
}

// descriptor is implemented by files. Callers use it to find out whether the output is a
// terminal, and how wide it is.
type descriptor interface{ Fd() uintptr }

type fileWriter struct {
	*writer
	descriptor
}

type writer struct {
	to     io.Writer
	set    *set
	before []byte // the end of what was written, where a value may have begun
}

func (w *writer) Write(p []byte) (int, error) {
	text := append(w.before, p...) //nolint:gocritic // before is this writer's own
	out := w.set.replace(text, len(w.before))
	if out == nil {
		out = p
	}
	n, err := w.to.Write(out)
	if err != nil {
		return min(n, len(p)), err
	}
	w.before = append([]byte(nil), text[max(0, len(text)-part+1):]...)
	return len(p), nil
}

// String hides known values in a string, and everything in the form of Entra's secrets.
func String(s string) string {
	if HasSecret(s) {
		s = entraSecret().ReplaceAllLiteralString(s, mark)
	}
	if out := known.replace([]byte(s), 0); out != nil {
		return string(out)
	}
	return s
}

// replace returns the text from start on, with each hidden stretch replaced. It returns nil
// if there is nothing to hide.
func (s *set) replace(text []byte, start int) []byte {
	hidden := s.find(text)
	if hidden == nil {
		return nil
	}
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

// find marks the bytes to hide. It returns nil if there are none.
func (s *set) find(text []byte) []bool {
	s.countAll()
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.parts) == 0 && len(s.words) == 0 {
		return nil
	}
	var hidden []bool
	hide := func(from, to int) {
		if hidden == nil {
			hidden = make([]bool, len(text))
		}
		for i := from; i < to; i++ {
			hidden[i] = true
		}
	}
	for i := 0; i+part <= len(text); i++ {
		if n := s.has(text[i:]); n > 0 {
			hide(i, i+n)
		}
	}
	s.findEscaped(text, hide)
	for word, in := range s.words {
		if in {
			findWord(text, word, hide)
		}
	}
	return hidden
}

// findEscaped finds values with backslashes inside, as Markdown, shells and JSON insert
// them.
func (s *set) findEscaped(text []byte, hide func(from, to int)) {
	if bytes.IndexByte(text, '\\') < 0 {
		return
	}
	bare, at := make([]byte, 0, len(text)), make([]int, 0, len(text))
	for i, c := range text {
		if c != '\\' {
			bare, at = append(bare, c), append(at, i)
		}
	}
	for i := 0; i+part <= len(bare); i++ {
		if n := s.has(bare[i:]); n > 0 {
			hide(at[i], at[i+n-1]+1)
		}
	}
}

// findWord finds a short value that is a separate word.
func findWord(text []byte, word string, hide func(from, to int)) {
	for from := 0; ; {
		i := bytes.Index(text[from:], []byte(word))
		if i < 0 {
			return
		}
		start, end := from+i, from+i+len(word)
		if (start == 0 || kindOf(text[start-1]) == other) && (end == len(text) || kindOf(text[end]) == other) {
			hide(start, end)
		}
		from = end
	}
}
