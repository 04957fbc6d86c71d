package wire

import (
	"encoding/json"
	"errors"
	"io"
)

// errShape is returned for valid JSON that is not a page.
var errShape = errors.New("the page is not an object with a list")

// IsMalformed reports whether the body was not JSON or not a page, as opposed to a body
// that could not be read.
func IsMalformed(err error) bool {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	return errors.As(err, &syntax) || errors.As(err, &kind) || errors.Is(err, errShape)
}

// ReadPage decodes one page as a stream and calls visit for each object. It returns the
// link to the next page, which may come before or after the objects. An error from
// visit ends it.
func ReadPage(body io.Reader, visit func(Item) error) (next string, err error) {
	s := &stream{dec: json.NewDecoder(body), visit: visit}
	if err := s.read(); err != nil {
		return "", err
	}
	if !s.found {
		return "", errShape
	}
	return s.next, nil
}

type stream struct {
	dec   *json.Decoder
	visit func(Item) error
	next  string
	found bool
}

func (s *stream) read() error {
	if err := s.expect(json.Delim('{')); err != nil {
		return err
	}
	for s.dec.More() {
		key, err := s.dec.Token()
		if err != nil {
			return err
		}
		switch key {
		case "value":
			err = s.values()
		case "@odata.nextLink":
			err = s.link()
		default:
			var skip json.RawMessage
			err = s.dec.Decode(&skip)
		}
		if err != nil {
			return err
		}
	}
	return s.expect(json.Delim('}'))
}

func (s *stream) expect(want json.Delim) error {
	got, err := s.dec.Token()
	if err == nil && got != want {
		err = errShape
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return err
}

func (s *stream) values() error {
	if err := s.expect(json.Delim('[')); err != nil {
		return err
	}
	s.found = true
	for s.dec.More() {
		var raw json.RawMessage
		if err := s.dec.Decode(&raw); err != nil {
			return err
		}
		var o Item
		if json.Unmarshal(raw, &o) != nil || o == nil {
			continue // null or not an object, so there is nothing to report
		}
		if err := s.visit(o); err != nil {
			return err
		}
	}
	return s.expect(json.Delim(']'))
}

func (s *stream) link() error {
	var raw json.RawMessage
	if err := s.dec.Decode(&raw); err != nil {
		return err
	}
	_ = json.Unmarshal(raw, &s.next)
	return nil
}
