package wire

import (
	"bytes"
	"errors"
	"io"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/spcheck/spcheck/internal/objects"
)

// ScanPage is a page in small structs.
type ScanPage struct {
	Objects []objects.Listed
	// Changed are the objects of a delta query, in place of the others; Delta is the
	// link to the changes that come after it, on the last page.
	Changed []objects.Changed
	Delta   string
	Count   int // of all objects, listed or not
	Next    string
}

// ReadScanPage reads a page of objects of a kind. part says what is read of them:
// a listing of certificates has no $select, so that its objects bring their
// passwords, which another listing reads; and where only IDs are wanted, every
// object is kept, rather than those with credentials. linked is told of the nextLink
// as soon as it is read.
func ReadScanPage(body io.Reader, kind string, part objects.Part, linked func(string)) (ScanPage, error) {
	d := &scanDecoder{kind: kind, part: part, linked: linked}
	return d.page(body)
}

// scanDecoder reads a page token by token into small structs. Nothing is built
// for objects without credentials, and no map ever. A field of an unexpected
// type counts as absent, and harms no other.
type scanDecoder struct {
	kind   string
	part   objects.Part
	linked func(string)

	dec   *jsontext.Decoder
	out   ScanPage
	found bool
	// The object that is being read. Its texts are copied into buffers that are
	// used again, and become strings only where it has credentials.
	disabled, removed                                  bool
	has                                                objects.Fields
	id, appID, name, typ, owner, sso, signing, derived []byte
	date                                               []byte
	created                                            time.Time
	credentials                                        []objects.ListedCredential
}

func (d *scanDecoder) page(body io.Reader) (ScanPage, error) {
	d.dec = jsontext.NewDecoder(body, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	err := d.read()
	var syntax *jsontext.SyntacticError
	switch {
	case err == nil && !d.found:
		err = errShape
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	case errors.As(err, &syntax):
		err = errShape
	}
	return d.out, err
}

func (d *scanDecoder) read() error {
	if err := d.expect('{'); err != nil {
		return err
	}
	return d.members(func(name []byte) error {
		switch string(name) {
		case `"value"`:
			d.found = d.dec.PeekKind() == '['
			return d.elements(d.object)
		case `"@odata.nextLink"`:
			var link []byte
			if err := d.text(&link); err != nil {
				return err
			}
			if d.out.Next = string(link); d.out.Next != "" {
				d.linked(d.out.Next)
			}
			return nil
		case `"@odata.deltaLink"`:
			var link []byte
			err := d.text(&link)
			d.out.Delta = string(link)
			return err
		}
		return d.dec.SkipValue()
	})
}

func (d *scanDecoder) expect(kind jsontext.Kind) error {
	if d.dec.PeekKind() == kind {
		_, err := d.dec.ReadToken()
		return err
	}
	if _, err := d.dec.ReadValue(); err != nil {
		return err
	}
	return errShape
}

// members reads an object whose brace was read, calling each with the name of a
// member; that must read the value.
func (d *scanDecoder) members(each func(name []byte) error) error {
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

// elements reads a list, calling each for its objects. Anything else is skipped.
func (d *scanDecoder) elements(each func() error) error {
	if d.dec.PeekKind() != '[' {
		return d.dec.SkipValue()
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return err
	}
	for d.dec.PeekKind() != ']' {
		if d.dec.PeekKind() != '{' {
			if err := d.dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		if _, err := d.dec.ReadToken(); err != nil {
			return err
		}
		if err := each(); err != nil {
			return err
		}
	}
	_, err := d.dec.ReadToken()
	return err
}

// text reads a string into a buffer; a value of another type leaves it empty.
func (d *scanDecoder) text(into *[]byte) error {
	*into = (*into)[:0]
	value, err := d.dec.ReadValue()
	if err != nil || len(value) < 2 || value[0] != '"' {
		return err
	}
	if bytes.IndexByte(value, '\\') < 0 && utf8.Valid(value) {
		*into = append(*into, value[1:len(value)-1]...)
		return nil
	}
	// Of half a surrogate pair and of broken UTF-8, what is readable stays.
	*into, _ = jsontext.AppendUnquote(*into, value)
	return nil
}
