package graphapi

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// object is a JSON object that keeps the order of its members.
type object []field

type field struct {
	name  string
	value any
}

// get returns the value of a member, nil if there is none.
func (o object) get(name string) any {
	for _, f := range o {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// MarshalJSON encodes the members in their order.
func (o object) MarshalJSON() ([]byte, error) { return appendJSON(nil, o), nil }

// appendJSON appends a value of one of the types below. encoding/json would check and
// copy each nested object again, and lists hold a thousand of them.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case string:
		return appendString(b, v)
	case time.Time:
		return appendString(b, timestamp(v))
	case raw:
		return append(b, v...)
	case object:
		return appendObject(b, v)
	case []object:
		return appendArray(b, v)
	case []string:
		return appendArray(b, v)
	}
	out, err := json.Marshal(v)
	if err != nil {
		// This is a programming error: all values have one of the types above.
		panic("graphapi: a value that JSON cannot hold: " + err.Error())
	}
	return append(b, out...)
}

// raw is encoded JSON.
type raw []byte

func appendObject(b []byte, o object) []byte {
	b = append(b, '{')
	for i, f := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, f.name), ':')
		b = appendJSON(b, f.value)
	}
	return append(b, '}')
}

func appendArray[T any](b []byte, all []T) []byte {
	b = append(b, '[')
	for i, one := range all {
		if i > 0 {
			b = append(b, ',')
		}
		start := len(b)
		b = appendJSON(b, one)
		if i == 0 {
			// Reserve space for the others, which are about as long.
			b = slices.Grow(b, (len(b)-start)*(len(all)-1))
		}
	}
	return append(b, ']')
}

// appendString has a fast path for plain ASCII, which nearly all strings are.
func appendString(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			out, _ := json.Marshal(s) // a string never fails
			return append(b, out...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// timestamp formats a time as Graph does: UTC, with up to seven digits of the second and
// no trailing zeros.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.9999999Z") }
