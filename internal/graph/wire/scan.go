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

// ScanPage is one page of a scan.
type ScanPage struct {
	Objects []objects.Listed
	// Changed are the objects of a delta query, used instead of Objects. Delta is the
	// link to later changes, which the last page has.
	Changed []objects.Changed
	Delta   string
	Count   int // all objects of the page, kept or not
	Next    string
}

// ReadScanPage reads a page of objects of a kind. part selects what is read of them. A
// listing of certificates has no $select, so its objects also have their passwords,
// which another listing reads. If only IDs are requested, every object is kept;
// otherwise only objects with credentials. linked is called with the nextLink as soon
// as it is read.
func ReadScanPage(body io.Reader, kind string, part objects.Part, linked func(string)) (ScanPage, error) {
	d := &scanDecoder{kind: kind, part: part, linked: linked}
	return d.page(body)
}

// scanDecoder decodes a page token by token into small structs. It allocates nothing
// for objects without credentials, and never a map. A field of an unexpected type
// counts as absent and does not affect other fields.
type scanDecoder struct {
	kind   string
	part   objects.Part
	linked func(string)

	dec   *jsontext.Decoder
	out   ScanPage
	found bool
	// The current object. Its texts are in reused buffers, and become strings only if
	// the object has credentials.
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

// members reads an object after its opening brace. It calls each with the name of every
// member, and each must read the value.
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

// elements reads a list and calls each for every object in it. Everything else is
// skipped.
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

// text reads a string into a buffer. The buffer is empty for a value of another type.
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
	// Invalid surrogate pairs and UTF-8 are replaced; the rest of the text is kept.
	*into, _ = jsontext.AppendUnquote(*into, value)
	return nil
}
