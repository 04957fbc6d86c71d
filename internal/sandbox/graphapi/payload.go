package graphapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
)

// payload reads the JSON object of a request's body, with the messages of the
// service's front; these were seen in reports.
func (s *scene) payload() (map[string]json.RawMessage, error) {
	if len(bytes.TrimSpace(s.body)) == 0 {
		return nil, parsing("Empty Payload. JSON content expected.")
	}
	if !strings.Contains(strings.ToLower(s.header.Get("Content-Type")), "json") {
		return nil, parsing("Write requests (excluding DELETE) must contain the Content-Type header declaration.")
	}
	var members map[string]json.RawMessage
	if err := decodeOne(s.body, &members); err != nil || members == nil {
		return nil, unreadable()
	}
	return members, nil
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

// nullableString and nullableTime read a member that may be absent or null.
func nullableString(members map[string]json.RawMessage, name string) (string, error) {
	raw, ok := members[name]
	if !ok || isNull(raw) {
		return "", nil
	}
	var v string
	if err := json.Unmarshal(raw, &v); err != nil {
		return "", unreadable()
	}
	return v, nil
}

func nullableTime(members map[string]json.RawMessage, name string) (*time.Time, error) {
	text, err := nullableString(members, name)
	if err != nil || text == "" {
		return nil, err
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return nil, parsing("Cannot convert the literal '%s' to the expected type 'Edm.DateTimeOffset'.", text)
	}
	at = at.UTC()
	return &at, nil
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }

// onlyMembers refuses members that a type does not declare. Annotations, such as
// @odata.type, are let through.
func onlyMembers(members map[string]json.RawMessage, typeName string, declared ...string) error {
	for name := range members {
		if !strings.Contains(name, "@") && !slices.Contains(declared, name) {
			return parsing("The property '%s' does not exist on type 'microsoft.graph.%s'. Make sure to only use property names that are defined by the type or mark the type as open type.", name, typeName)
		}
	}
	return nil
}
