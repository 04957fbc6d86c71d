package wire

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/spcheck/spcheck/internal/objects"
)

// ScanPage is a page in small structs.
type ScanPage struct {
	Objects []objects.Listed
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
	disabled                                           bool
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

func (d *scanDecoder) object() error {
	d.id, d.appID, d.name = d.id[:0], d.appID[:0], d.name[:0]
	d.typ, d.owner, d.sso = d.typ[:0], d.owner[:0], d.sso[:0]
	d.signing, d.derived = d.signing[:0], d.derived[:0]
	d.credentials, d.disabled, d.created = nil, false, time.Time{}
	d.out.Count++
	err := d.members(func(name []byte) error {
		switch string(name) {
		case `"id"`:
			return d.text(&d.id)
		case `"appId"`:
			return d.text(&d.appID)
		case `"displayName"`:
			return d.text(&d.name)
		case `"servicePrincipalType"`:
			return d.text(&d.typ)
		case `"appOwnerOrganizationId"`:
			return d.text(&d.owner)
		case `"preferredSingleSignOnMode"`:
			return d.text(&d.sso)
		case `"preferredTokenSigningKeyThumbprint"`:
			return d.text(&d.signing)
		case `"@odata.type"`:
			return d.text(&d.derived)
		case `"createdDateTime"`:
			var bad bool
			return d.time(&d.date, &d.created, &bad)
		case `"accountEnabled"`:
			d.disabled = d.part == objects.Passwords && d.dec.PeekKind() == 'f'
			return d.dec.SkipValue()
		case `"passwordCredentials"`:
			return d.list(objects.Passwords, objects.Password)
		case `"keyCredentials"`:
			return d.list(objects.Certificates, objects.Certificate)
		}
		return d.dec.SkipValue()
	})
	if err == nil && (d.bare() || len(d.credentials) > 0 || d.disabled) {
		d.out.Objects = append(d.out.Objects, objects.Listed{
			ID: lower(d.id), AppID: lower(d.appID), DisplayName: short(d.name), Kind: d.kind,
			Type: string(d.typ), OwnerTenant: lower(d.owner), SSOMode: string(d.sso), Disabled: d.disabled, Credentials: d.credentials,
			Created: d.created, SigningThumbprint: string(d.signing), Agent: ofAgent(strings.TrimPrefix(string(d.derived), graphType)),
		})
	}
	return err
}

// bare reports that only the IDs of objects are wanted.
func (d *scanDecoder) bare() bool {
	return d.part != objects.Passwords && d.part != objects.Certificates
}

// list reads credentials of a kind, if they are what this part is about.
func (d *scanDecoder) list(of objects.Part, kind string) error {
	if d.part != of {
		return d.dec.SkipValue()
	}
	return d.elements(func() error { return d.credential(kind) })
}

func (d *scanDecoder) credential(kind string) error {
	c := objects.ListedCredential{Kind: kind}
	var buffer [64]byte
	text := buffer[:0]
	err := d.members(func(name []byte) (err error) {
		switch string(name) {
		case `"keyId"`:
			err = d.text(&text)
			c.KeyID = lower(text)
		case `"displayName"`:
			err = d.text(&text)
			c.Name = short(text)
		case `"hint"`:
			err = d.text(&text)
			c.Hint = string(text)
		case `"usage"`:
			err = d.text(&text)
			c.Usage = string(text)
		case `"type"`:
			err = d.text(&text)
			c.Symmetric = string(text) == "Symmetric"
		case `"customKeyIdentifier"`:
			err = d.text(&text)
			c.Identifier = string(text)
			if kind == objects.Certificate {
				c.Thumbprint = thumbprint(c.Identifier)
			}
		case `"startDateTime"`:
			err = d.time(&text, &c.Start, &c.Malformed)
		case `"endDateTime"`:
			err = d.time(&text, &c.End, &c.Malformed)
		default:
			err = d.dec.SkipValue()
		}
		return err
	})
	if err == nil {
		d.credentials = append(d.credentials, c)
	}
	return err
}

// time reads a date; one that is none is noted, null is not.
func (d *scanDecoder) time(text *[]byte, into *time.Time, malformed *bool) error {
	if d.dec.PeekKind() == 'n' {
		return d.dec.SkipValue()
	}
	if err := d.text(text); err != nil {
		return err
	}
	t, ok := parseTime(string(*text))
	if !ok || t.Year() <= 1 {
		*malformed = true
		return nil
	}
	*into = t
	return nil
}

// maxName bounds names in bytes. Graph bounds them to 256 characters; a scan
// keeps hundreds of thousands.
const maxName = 4096

func short(name []byte) string {
	if len(name) <= maxName {
		return string(name)
	}
	return strings.ToValidUTF8(string(name[:maxName]), "") + "…"
}

// lower copies an ID in lower case. Graph writes GUIDs so already.
func lower(id []byte) string {
	for _, b := range id {
		if b >= 'A' && b <= 'Z' {
			return string(bytes.ToLower(id))
		}
	}
	return string(id)
}
