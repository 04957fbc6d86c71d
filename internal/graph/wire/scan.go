package wire

import (
	"bytes"
	"io"
	"strings"
	"time"

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
	d := &scanDecoder{decoder: decoder{linked: linked}, kind: kind, part: part}
	err := d.page(body, d.object)
	d.out.Next, d.out.Delta = d.next, d.delta
	return d.out, err
}

// scanDecoder decodes objects into small structs. It allocates nothing for objects without
// credentials, and never a map.
type scanDecoder struct {
	decoder
	kind string
	part objects.Part
	out  ScanPage
	// The current object. Its texts are in reused buffers, and become strings only if
	// the object has credentials.
	disabled, removed, unread, null                    bool
	has                                                objects.Fields
	id, appID, name, typ, owner, sso, signing, derived []byte
	date                                               []byte
	created                                            time.Time
	credentials                                        []objects.ListedCredential
}

func (d *scanDecoder) object() error {
	d.id, d.appID, d.name = d.id[:0], d.appID[:0], d.name[:0]
	d.typ, d.owner, d.sso = d.typ[:0], d.owner[:0], d.sso[:0]
	d.signing, d.derived = d.signing[:0], d.derived[:0]
	d.credentials, d.disabled, d.created = nil, false, time.Time{}
	d.removed, d.has, d.unread, d.null = false, 0, !d.bare(), false
	d.out.Count++
	if err := d.members(d.member); err != nil {
		return err
	}
	// Null is an empty list, unless the other properties are null as well; see Credentials.
	d.unread = d.unread && !(d.null && len(d.appID) > 0)
	switch {
	case d.part == objects.Everything:
		c := objects.Changed{Listed: d.listed(), Has: d.has, Removed: d.removed}
		c.Sort()
		d.out.Changed = append(d.out.Changed, c)
	case d.bare() || len(d.credentials) > 0 || d.disabled || d.unread:
		d.out.Objects = append(d.out.Objects, d.listed())
	}
	return nil
}

// member reads one member of an object and records that it was present.
func (d *scanDecoder) member(name []byte) error {
	switch string(name) {
	case `"id"`:
		return d.text(&d.id)
	case `"appId"`:
		return d.named(&d.appID, objects.HasAppID)
	case `"displayName"`:
		return d.named(&d.name, objects.HasName)
	case `"servicePrincipalType"`:
		return d.named(&d.typ, objects.HasType)
	case `"appOwnerOrganizationId"`:
		return d.named(&d.owner, objects.HasOwner)
	case `"preferredSingleSignOnMode"`:
		return d.named(&d.sso, objects.HasSSO)
	case `"preferredTokenSigningKeyThumbprint"`:
		return d.named(&d.signing, objects.HasSigning)
	case `"@odata.type"`:
		return d.named(&d.derived, objects.HasAgent)
	case `"createdDateTime"`:
		var bad bool
		d.has |= objects.HasCreated
		return d.time(&d.date, &d.created, &bad)
	case `"accountEnabled"`:
		d.has |= objects.HasEnabled
		d.disabled = (d.part == objects.Passwords || d.part == objects.Everything) && d.dec.PeekKind() == 'f'
	case `"@removed"`:
		d.removed = d.dec.PeekKind() == '{'
	case `"passwordCredentials"`:
		d.has |= objects.HasPasswords
		return d.list(objects.Passwords, objects.Password)
	case `"keyCredentials"`:
		d.has |= objects.HasCertificates
		return d.list(objects.Certificates, objects.Certificate)
	}
	return d.dec.SkipValue()
}

func (d *scanDecoder) named(into *[]byte, has objects.Fields) error {
	d.has |= has
	return d.text(into)
}

func (d *scanDecoder) listed() objects.Listed {
	return objects.Listed{
		ID: lower(d.id), AppID: lower(d.appID), DisplayName: short(d.name), Kind: d.kind,
		Type: string(d.typ), OwnerTenant: lower(d.owner), SSOMode: string(d.sso), Disabled: d.disabled, Credentials: d.credentials,
		Created: d.created, Unread: d.unread, SigningThumbprint: string(d.signing), Agent: ofAgent(strings.TrimPrefix(string(d.derived), graphType)),
	}
}

// bare reports whether only the IDs of objects are requested.
func (d *scanDecoder) bare() bool {
	return d.part != objects.Passwords && d.part != objects.Certificates
}

// list reads credentials of a kind if they belong to this part.
func (d *scanDecoder) list(of objects.Part, kind string) error {
	if d.part != of && d.part != objects.Everything {
		return d.dec.SkipValue()
	}
	d.unread, d.null = d.unread && d.dec.PeekKind() != '[', d.dec.PeekKind() == 'n'
	return d.elements(func() error { return d.credential(kind) })
}

func (d *scanDecoder) credential(kind string) error {
	c := objects.ListedCredential{Kind: kind}
	ends := false // whether Graph sent an expiry date, including null
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
			ends = true
			err = d.time(&text, &c.End, &c.Malformed)
		default:
			err = d.dec.SkipValue()
		}
		return err
	})
	if err == nil {
		c.Malformed = c.Malformed || !ends
		d.credentials = append(d.credentials, c)
	}
	return err
}

// time reads a date. An invalid date sets malformed; null does not.
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

// maxName limits names in bytes. Graph limits them to 256 characters. A scan keeps
// hundreds of thousands of names.
const maxName = 4096

func short(name []byte) string {
	if len(name) <= maxName {
		return string(name)
	}
	return strings.ToValidUTF8(string(name[:maxName]), "") + "…"
}

// lower returns an ID in lower case. Graph already sends GUIDs that way.
func lower(id []byte) string {
	for _, b := range id {
		if b >= 'A' && b <= 'Z' {
			return string(bytes.ToLower(id))
		}
	}
	return string(id)
}
