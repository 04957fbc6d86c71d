package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/neutral"
)

// writeJSON writes a result by the contract: two spaces of indentation, UTF-8,
// times in UTC, GUIDs in lower case, null for what is absent and [] for what is
// empty, and a line feed at the end.
func writeJSON(w io.Writer, res any, _ Options) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(normalise(res)); err != nil {
		return fmt.Errorf("report as JSON: %w", err)
	}
	_, err := w.Write(escapeDangerous(b.Bytes()))
	return err
}

// escapeDangerous writes characters that a terminal would act on as \uXXXX. In
// JSON that means the same, and such characters stand in strings only.
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
