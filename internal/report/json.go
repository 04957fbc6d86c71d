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

// writeJSON writes a report with two spaces of indentation, in UTF-8, with times in UTC,
// GUIDs in lower case, null for absent values, [] for empty lists, and a line feed at the
// end. Lists that may be too long for memory are streamed, one element per line.
func writeJSON(w io.Writer, r result.Report, _ Options) error {
	var lists []result.Stream
	if s, ok := r.(result.Streamed); ok {
		r, lists, _ = s.Streams()
	}
	out, err := encode(normalise(r), "  ")
	if err != nil {
		return err
	}
	out = escapeDangerous(out)
	for _, l := range lists {
		// No string can contain this, because line feeds are escaped in strings.
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
	_, err = w.Write(out)
	return err
}

// encode returns a value as JSON, without HTML escapes and with a line feed at the end.
func encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("report as JSON: %w", err)
	}
	return b.Bytes(), nil
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

// writeNDJSON writes the report's first list with one element per line, then the closing
// line.
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

// oneLine returns a value as JSON on one line.
func oneLine(v any) ([]byte, error) {
	line, err := encode(v, "")
	return bytes.TrimSpace(escapeDangerous(line)), err
}

// escapeDangerous replaces characters that a terminal might interpret by \uXXXX, which
// means the same in JSON. Such characters occur only in strings.
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
