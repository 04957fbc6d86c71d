package graphapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// members are the members of a JSON object from a client. The first error of its methods
// is kept in err; later calls do nothing.
type members struct {
	raw map[string]json.RawMessage
	err error
}

// payload reads the JSON object in the body. The texts of its refusals are from reports.
func (s *scene) payload() *members {
	m := &members{}
	switch {
	case len(bytes.TrimSpace(s.body)) == 0:
		m.err = parsing("Empty Payload. JSON content expected.")
	case !strings.Contains(strings.ToLower(s.header.Get("Content-Type")), "json"):
		m.err = parsing("Write requests (excluding DELETE) must contain the Content-Type header declaration.")
	case decodeOne(s.body, &m.raw) != nil || m.raw == nil:
		m.err = unreadable()
	}
	return m
}

// decodeOne reads exactly one JSON value.
func decodeOne(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errTrailing
	}
	return nil
}

var errTrailing = errors.New("more than one JSON value")

// has reports whether a member is present and not null.
func (m *members) has(name string) bool { return len(m.raw[name]) > 0 && !isNull(m.raw[name]) }

// into decodes a member.
func (m *members) into(name string, v any) {
	if m.err == nil && json.Unmarshal(m.raw[name], v) != nil {
		m.err = unreadable()
	}
}

// object returns a member that is an object.
func (m *members) object(name string) *members {
	out := &members{}
	if m.into(name, &out.raw); m.err == nil && out.raw == nil {
		m.err = unreadable()
	}
	out.err = m.err
	return out
}

// text returns a string that may be missing or null.
func (m *members) text(name string) string {
	var v string
	if m.has(name) {
		m.into(name, &v)
	}
	return v
}

// time returns a time that may be missing or null.
func (m *members) time(name string) *time.Time {
	text := m.text(name)
	if m.err != nil || text == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		m.err = parsing("Cannot convert the literal '%s' to the expected type 'Edm.DateTimeOffset'.", text)
		return nil
	}
	at = at.UTC()
	return &at
}

// guid returns a string that must be a GUID.
func (m *members) guid(name string) string {
	text := m.text(name)
	if m.err == nil && !guidPattern().MatchString(text) {
		m.err = parsing("Cannot convert the literal '%s' to the expected type 'Edm.Guid'.", text)
	}
	return text
}

// parameters refuses members that are not parameters of the action.
func (m *members) parameters(action string, declared ...string) {
	for _, name := range slices.Sorted(maps.Keys(m.raw)) {
		if m.err == nil && !slices.Contains(declared, name) {
			m.err = parsing("The parameter '%s' in the request payload is not a valid parameter for the operation '%s'.", name, action)
		}
	}
}

// only refuses members that a type does not declare. Annotations, such as @odata.type,
// are allowed.
func (m *members) only(typeName string, declared ...string) {
	for _, name := range slices.Sorted(maps.Keys(m.raw)) {
		if m.err == nil && !strings.Contains(name, "@") && !slices.Contains(declared, name) {
			m.err = noProperty(name, typeName)
		}
	}
}

func noProperty(name, typeName string) error {
	return parsing("The property '%s' does not exist on type 'microsoft.graph.%s'. Make sure to only use property names that are defined by the type or mark the type as open type.", name, typeName)
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }
