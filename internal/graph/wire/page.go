package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// errShape is returned for a body that is not JSON, or not a page.
var errShape = errors.New("the page is not an object with a list")

// IsMalformed reports whether the body was not JSON or not a page, as opposed to a body
// that could not be read.
func IsMalformed(err error) bool { return errors.Is(err, errShape) }

// ReadPage decodes one page as a stream and calls visit for each object. It returns the
// link to the next page, which may come before or after the objects. An error from
// visit ends it.
func ReadPage(body io.Reader, visit func(Item) error) (next string, err error) {
	d := decoder{linked: func(string) {}}
	err = d.page(body, func() error {
		raw, err := d.dec.ReadValue()
		if err != nil {
			return err
		}
		var o Item
		if json.Unmarshal(raw, &o) != nil {
			return nil
		}
		return visit(o)
	})
	return d.next, err
}

// decoder decodes a page token by token. A field of an unexpected type counts as absent and
// does not affect other fields.
type decoder struct {
	dec         *jsontext.Decoder
	found       bool // the list of objects
	next, delta string
	linked      func(next string) // called as soon as the link is read
	link        []byte
}

// page reads a page. object must read each object in its list.
func (d *decoder) page(body io.Reader, object func() error) error {
	d.dec = jsontext.NewDecoder(body, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	err := d.members(func(name []byte) (err error) {
		switch string(name) {
		case `"value"`:
			d.found = d.dec.PeekKind() == '['
			return d.elements(object)
		case `"@odata.nextLink"`:
			if d.next, err = d.linkTo(); d.next != "" {
				d.linked(d.next)
			}
		case `"@odata.deltaLink"`:
			d.delta, err = d.linkTo()
		default:
			err = d.dec.SkipValue()
		}
		return err
	})
	syntax, _ := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	case err == nil && !d.found, syntax != nil && errors.Unwrap(syntax.Err) == nil: // else it wraps an error of the body
		return errShape
	}
	return err
}

// members reads an object. It calls each with the name of every member, and each must read
// the value.
func (d *decoder) members(each func(name []byte) error) error {
	if d.dec.PeekKind() != '{' {
		if _, err := d.dec.ReadValue(); err != nil {
			return err
		}
		return errShape
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return err
	}
	for d.dec.PeekKind() != '}' {
		name, err := d.dec.ReadValue()
		if err != nil {
			return err
		}
		if err := each(name); err != nil {
			return err
		}
	}
	_, err := d.dec.ReadToken()
	return err
}

// elements reads a list. each must read every object in it; everything else is skipped.
func (d *decoder) elements(each func() error) error {
	if d.dec.PeekKind() != '[' {
		return d.dec.SkipValue()
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return err
	}
	for d.dec.PeekKind() != ']' {
		var err error
		if d.dec.PeekKind() == '{' {
			err = each()
		} else {
			err = d.dec.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	_, err := d.dec.ReadToken()
	return err
}

// linkTo reads a link. A link of another type is an error: the list goes on, but nobody
// knows where, so it must not look complete.
func (d *decoder) linkTo() (string, error) {
	if kind := d.dec.PeekKind(); kind != '"' && kind != 'n' && kind != 0 {
		return "", errShape
	}
	err := d.text(&d.link)
	return string(d.link), err
}

// text reads a string into a buffer. The buffer is empty for a value of another type.
func (d *decoder) text(into *[]byte) error {
	*into = (*into)[:0]
	value, err := d.dec.ReadValue()
	if err != nil || len(value) < 2 || value[0] != '"' {
		return err
	}
	if bytes.IndexByte(value, '\\') < 0 && utf8.Valid(value) {
		*into = append(*into, value[1:len(value)-1]...)
		return nil
	}
	// Invalid surrogate pairs and UTF-8 are replaced; the rest of the text is kept.
	*into, _ = jsontext.AppendUnquote(*into, value)
	return nil
}
