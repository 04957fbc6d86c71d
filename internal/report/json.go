package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// writeJSON writes a result by the contract: two spaces of indentation, UTF-8,
// times in UTC, GUIDs in lower case, null for what is absent and [] for what is
// empty, and a line feed at the end. Lists that may be too long for memory are
// written as they come, an element a line.
func writeJSON(w io.Writer, r result.Report, _ Options) error {
	var lists []result.Stream
	if s, ok := r.(result.Streamed); ok {
		r, lists, _ = s.Streams()
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(normalise(r)); err != nil {
		return fmt.Errorf("report as JSON: %w", err)
	}
	out := escapeDangerous(b.Bytes())
	for _, l := range lists {
		// No string can hold this: a line feed in one is escaped.
		before, after, found := bytes.Cut(out, fmt.Appendf(nil, "\n  %q: []", l.Field))
		if !found {
			return fmt.Errorf("the report has no empty list %q", l.Field)
		}
		if _, err := fmt.Fprintf(w, "%s\n  %q: ", before, l.Field); err != nil {
			return err
		}
		if err := writeList(w, l.Each); err != nil {
			return err
		}
		out = after
	}
	_, err := w.Write(out)
	return err
}

func writeList(w io.Writer, list iter.Seq2[any, error]) error {
	between, end := "[\n    ", "[]"
	for item, err := range list {
		if err != nil {
			return err
		}
		line, err := oneLine(item)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s", between, line); err != nil {
			return err
		}
		between, end = ",\n    ", "\n  ]"
	}
	_, err := io.WriteString(w, end)
	return err
}

// writeNDJSON writes an element of the report's first list a line, and what
// closes them last.
func writeNDJSON(w io.Writer, r result.Streamed, _ Options) error {
	_, lists, closing := r.Streams()
	for item, err := range lists[0].Each {
		if err != nil {
			return err
		}
		if err := writeLine(w, item); err != nil {
			return err
		}
	}
	return writeLine(w, normalise(closing))
}

func writeLine(w io.Writer, v any) error {
	line, err := oneLine(v)
	if err == nil {
		_, err = fmt.Fprintf(w, "%s\n", line)
	}
	return err
}

// oneLine is a value as JSON on one line, harmless on a terminal.
func oneLine(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("report as JSON: %w", err)
	}
	return bytes.TrimSpace(escapeDangerous(b.Bytes())), nil
}

// escapeDangerous writes characters that a terminal would act on as \uXXXX. In
// JSON that means the same, and such characters are in strings only.
func escapeDangerous(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		switch {
		case r == '\n' || !neutral.Dangerous(r):
			out = append(out, data[:n]...)
		case r > 0xffff: // as a surrogate pair
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		data = data[n:]
	}
	return out
}
