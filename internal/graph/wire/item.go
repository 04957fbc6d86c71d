// Package wire decodes the answers of Microsoft Graph, field by field, into the small
// types of package objects. A malformed field does not discard its object, and a
// malformed object does not discard its page. The package does not use Graph's SDK, so
// it can be tested and fuzzed without it.
package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// Item is a JSON object whose fields are read one by one. A field that is absent, null
// or of another type reads as the zero value. A nil Item has no fields.
type Item map[string]json.RawMessage

// Text reads a string.
func (i Item) Text(name string) string {
	var s string
	if json.Unmarshal(i[name], &s) != nil {
		return ""
	}
	return s
}

// digits reads a number, or a string of digits, as digits.
func (i Item) digits(name string) string {
	s := strings.Trim(string(i[name]), `"`)
	if s == "" || len(s) > 20 || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return s
}

// Number reads a non-negative number. Anything else is 0.
func (i Item) Number(name string) int {
	n, err := strconv.Atoi(i.digits(name))
	if err != nil {
		return 0
	}
	return n
}

// boolean reads true or false, with or without quotation marks. Anything else is nil.
func (i Item) boolean(name string) *bool {
	switch strings.ToLower(strings.Trim(string(i[name]), `"`)) {
	case "true":
		return new(true)
	case "false":
		return new(false)
	}
	return nil
}

// IsTrue reports whether the field is true.
func (i Item) IsTrue(name string) bool { b := i.boolean(name); return b != nil && *b }

// Object reads an object. Anything else is nil.
func (i Item) Object(name string) Item {
	var o Item
	if json.Unmarshal(i[name], &o) != nil {
		return nil
	}
	return o
}

// list reads a list without decoding its elements. Anything else is nil.
func (i Item) list(name string) []json.RawMessage {
	var raw []json.RawMessage
	if json.Unmarshal(i[name], &raw) != nil {
		return nil
	}
	return raw
}

// Objects reads a list of objects. Other elements are dropped.
func (i Item) Objects(name string) []Item {
	var out []Item
	for _, r := range i.list(name) {
		var o Item
		if json.Unmarshal(r, &o) == nil && o != nil {
			out = append(out, o)
		}
	}
	return out
}

// Texts reads a list of strings. Empty strings and other elements are dropped.
func (i Item) Texts(name string) []string {
	var out []string
	for _, r := range i.list(name) {
		var s string
		if json.Unmarshal(r, &s) == nil && s != "" {
			out = append(out, s)
		}
	}
	return out
}

// GUID reads an identifier. A GUID is converted to lower case; other strings are
// unchanged.
func (i Item) GUID(name string) string {
	s := i.Text(name)
	if id, err := uuid.Parse(s); err == nil && len(s) == 36 {
		return id.String()
	}
	return s
}

// Present reports whether the field has a value other than null.
func (i Item) Present(name string) bool {
	raw := bytes.TrimSpace(i[name])
	return len(raw) > 0 && !bytes.Equal(raw, []byte("null"))
}

// malformed reports whether the field has a value that is not a string.
func (i Item) malformed(name string) bool {
	var s string
	return i.Present(name) && json.Unmarshal(i[name], &s) != nil
}

// When reads a time. bad is true if there is a value but it is not a time, or if it is
// in the year 1, which stands for no time.
func (i Item) When(name string) (at *time.Time, bad bool) {
	if !i.Present(name) {
		return nil, false
	}
	t, ok := parseTime(i.Text(name))
	if !ok || t.Year() <= 1 {
		return nil, true
	}
	return &t, false
}

// zone matches an offset at the end of a time, with an hour of one or two digits. A
// sample in Microsoft's documentation has "-8:00".
var zone = lazyregexp.New(`([+-])(\d{1,2}):?(\d{2})$`)

// parseTime parses RFC 3339 with any number of fractional digits, and with a blank
// instead of the T. The zone may be irregular or absent, which means UTC.
func parseTime(s string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t.UTC(), true // Graph's own form, tried first because a scan reads millions
	}
	s = strings.TrimSpace(s)
	if len(s) < len("2006-01-02") || len(s) > 60 {
		return time.Time{}, false
	}
	if len(s) > 10 && (s[10] == ' ' || s[10] == 't') {
		s = s[:10] + "T" + s[11:]
	}
	if date, tail := s[:10], s[10:]; tail != "" {
		tail = zone().ReplaceAllStringFunc(tail, func(z string) string {
			m := zone().FindStringSubmatch(z)
			return m[1] + strings.Repeat("0", 2-len(m[2])) + m[2] + ":" + m[3]
		})
		s = date + strings.Replace(tail, "z", "Z", 1)
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// LooksJSON reports whether the body starts like a JSON object, whatever its content
// type.
func LooksJSON(body []byte) bool {
	body = bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\xef\xbb\xbf"))
	return bytes.HasPrefix(body, []byte("{"))
}

// EqualFold compares like Graph's eq, ignoring case.
func EqualFold(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}
