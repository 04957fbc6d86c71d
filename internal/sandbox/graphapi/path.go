package graphapi

import (
	"net/url"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

var (
	guidPattern = lazyregexp.New(`^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	keyPattern  = lazyregexp.New(`^([^(]+)\((.*)\)$`)
	namedKey    = lazyregexp.New(`^\s*([A-Za-z]+)\s*=\s*(.*)$`)
)

// segment is one step of a path: a name or the key of an object. applications/ID,
// applications('ID') and applications(appId='X') all become a name and a key.
type segment struct {
	text  string
	isKey bool   // written in parentheses
	by    string // name of an alternate key, in lower case; empty for the ID
}

// splitPath splits an escaped path into decoded segments. A percent-encoded slash or plus
// sign stays part of its segment.
func splitPath(escaped string) ([]segment, error) {
	var out []segment
	for part := range strings.SplitSeq(escaped, "/") {
		if part == "" {
			continue
		}
		text, err := url.PathUnescape(part)
		if err != nil {
			return nil, parsing("The request URI is not valid.")
		}
		segments, err := splitKey(text)
		if err != nil {
			return nil, err
		}
		out = append(out, segments...)
	}
	return out, nil
}

func splitKey(text string) ([]segment, error) {
	m := keyPattern().FindStringSubmatch(text)
	if m == nil {
		return []segment{{text: text}}, nil
	}
	name, key := segment{text: m[1]}, m[2]
	if strings.TrimSpace(key) == "" { // a function without arguments
		return []segment{name}, nil
	}
	by := ""
	if n := namedKey().FindStringSubmatch(key); n != nil {
		by, key = strings.ToLower(n[1]), n[2]
	}
	value, ok := unquote(strings.TrimSpace(key))
	if !ok {
		return nil, parsing("Expected literal (number, string, etc.) in the key of the segment '%s'.", m[1])
	}
	if by == "id" {
		by = ""
	}
	return []segment{name, {text: value, isKey: true, by: by}}, nil
}

// unquote decodes an OData string literal, in which two quotes mean one.
func unquote(s string) (string, bool) {
	if len(s) < 2 || s[0] != '\'' || s[len(s)-1] != '\'' {
		return "", false
	}
	inner := s[1 : len(s)-1]
	if strings.Contains(strings.ReplaceAll(inner, "''", ""), "'") {
		return "", false
	}
	return strings.ReplaceAll(inner, "''", "'"), true
}

// bareName returns the name of an action or function without its namespace.
func bareName(text string) string {
	const namespace = "microsoft.graph."
	if len(text) > len(namespace) && strings.EqualFold(text[:len(namespace)], namespace) {
		return text[len(namespace):]
	}
	return text
}
