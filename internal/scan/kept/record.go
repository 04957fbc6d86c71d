package kept

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
)

// Flags of a record. The first two bytes of a record are its fields, the third is
// its flags, and then comes its ID.
const (
	flagDisabled byte = 1 << iota
	flagAgent
	flagCredentials
)

// Flags of a credential.
const (
	flagCertificate byte = 1 << iota
	flagSymmetric
	flagMalformed
	flagHint
)

// hintKept stands for a hint: that there is one is all that a scan asks, and the
// beginning of a secret is not written anywhere.
const hintKept = "…"

// errRecord is a record that cannot be one.
var errRecord = errors.New("a record of the state makes no sense")

// Append writes an object.
func Append(b []byte, o *objects.Changed) []byte {
	b = binary.LittleEndian.AppendUint16(b, uint16(o.Has))
	var flags byte
	if o.Disabled {
		flags |= flagDisabled
	}
	if o.Agent {
		flags |= flagAgent
	}
	if len(o.Credentials) > 0 {
		flags |= flagCredentials
	}
	b = append(b, flags)
	for _, s := range []string{o.ID, o.AppID, o.OwnerTenant, o.DisplayName, o.Type, o.SSOMode, o.SigningThumbprint} {
		b = appendText(b, s)
	}
	b = appendTime(b, o.Created)
	b = binary.AppendUvarint(b, uint64(len(o.Credentials)))
	for i := range o.Credentials {
		b = appendCredential(b, &o.Credentials[i])
	}
	return b
}

func appendCredential(b []byte, c *objects.ListedCredential) []byte {
	var flags byte
	if c.Kind == objects.Certificate {
		flags |= flagCertificate
	}
	if c.Symmetric {
		flags |= flagSymmetric
	}
	if c.Malformed {
		flags |= flagMalformed
	}
	if c.Hint != "" {
		flags |= flagHint
	}
	b = append(b, flags)
	for _, s := range []string{c.KeyID, c.Name, c.Identifier, c.Usage, c.Thumbprint} {
		b = appendText(b, s)
	}
	return appendTime(appendTime(b, c.Start), c.End)
}

// appendText writes a text by its length, and a GUID in 16 bytes.
func appendText(b []byte, s string) []byte {
	if id, ok := guid(s); ok {
		return append(append(b, 0), id[:]...)
	}
	return append(binary.AppendUvarint(b, uint64(len(s))+1), s...)
}

// guid reads a GUID in lower case, in which all are kept.
func guid(s string) (id [16]byte, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, false
	}
	var digits [32]byte
	n := 0
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'f':
			digits[n] = c
			n++
		default:
			return id, false
		}
	}
	_, err := hex.Decode(id[:], digits[:])
	return id, err == nil
}

// appendGUID writes a GUID as text.
func appendGUID(b []byte, id []byte) []byte {
	for i, part := range [][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:16]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, part)
	}
	return b
}

func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, 0)
	}
	b = binary.AppendUvarint(b, uint64(t.Nanosecond())+1)
	return binary.AppendVarint(b, t.Unix())
}

// Judged reports whether a record holds something to judge: a credential, or that
// the object is switched off.
func Judged(record []byte) bool {
	return len(record) > 2 && record[2]&(flagDisabled|flagCredentials) != 0
}

// Reader reads the records of a collection. Words that come again and again are kept
// once.
type Reader struct {
	Kind string
	// Again says that an object is good until the next one only.
	Again bool

	object objects.Changed
	words  [2]map[string]string // texts, and GUIDs by their bytes
	// The texts of a record are one string, of which each is a part.
	texts []byte
	parts []textPart
}

type textPart struct {
	into     *string
	from, to int
}

// Read is the reverse of Append.
func (r *Reader) Read(record []byte) (*objects.Changed, error) {
	if len(record) < 3 {
		return nil, errRecord
	}
	r.texts, r.parts = r.texts[:0], r.parts[:0]
	d := &decoder{b: record[3:], reader: r}
	o := &objects.Changed{}
	if r.Again {
		before := r.object.Credentials[:0]
		r.object = objects.Changed{}
		r.object.Credentials, o = before, &r.object
	}
	o.Has = objects.Fields(binary.LittleEndian.Uint16(record))
	o.Kind, o.Disabled, o.Agent = r.Kind, record[2]&flagDisabled != 0, record[2]&flagAgent != 0
	d.text(&o.ID)
	d.text(&o.AppID)
	o.OwnerTenant = d.word()
	d.text(&o.DisplayName)
	o.Type, o.SSOMode = d.word(), d.word()
	d.text(&o.SigningThumbprint)
	o.Created = d.time()
	n := d.number()
	if n > uint64(len(d.b)) {
		return nil, errRecord
	}
	if n > uint64(cap(o.Credentials)) {
		o.Credentials = make([]objects.ListedCredential, n)
	}
	o.Credentials = o.Credentials[:n]
	for i := range o.Credentials {
		d.credential(&o.Credentials[i])
	}
	if d.bad || len(d.b) > 0 {
		return nil, errRecord
	}
	all := string(r.texts)
	for _, p := range r.parts {
		*p.into = all[p.from:p.to]
	}
	return o, nil
}

func (d *decoder) credential(c *objects.ListedCredential) {
	flags := d.byte()
	*c = objects.ListedCredential{Kind: objects.Password}
	if flags&flagCertificate != 0 {
		c.Kind = objects.Certificate
	}
	if flags&flagHint != 0 {
		c.Hint = hintKept
	}
	c.Symmetric, c.Malformed = flags&flagSymmetric != 0, flags&flagMalformed != 0
	d.text(&c.KeyID)
	d.text(&c.Name)
	d.text(&c.Identifier)
	c.Usage = d.word()
	d.text(&c.Thumbprint)
	c.Start, c.End = d.time(), d.time()
}
