package kept

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
)

// Flags of a record. A record starts with its fields (two bytes) and its flags (one byte),
// followed by its ID.
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

// hintKept stands for a hint. A scan only asks whether there is one, and the first
// characters of a secret are not saved.
const hintKept = "…"

// errRecord means that a record is malformed.
var errRecord = errors.New("a record of the state makes no sense")

// texts are the texts of an object, in the order in which they are written.
func texts(o *objects.Changed) [7]*string {
	return [...]*string{&o.ID, &o.AppID, &o.OwnerTenant, &o.DisplayName, &o.Type, &o.SSOMode, &o.SigningThumbprint}
}

func credentialTexts(c *objects.ListedCredential) [5]*string {
	return [...]*string{&c.KeyID, &c.Name, &c.Identifier, &c.Usage, &c.Thumbprint}
}

// set returns the flag if on is true.
func set(flag byte, on bool) byte {
	if on {
		return flag
	}
	return 0
}

// Append writes an object.
func Append(b []byte, o *objects.Changed) []byte {
	b = binary.LittleEndian.AppendUint16(b, uint16(o.Has))
	b = append(b, set(flagDisabled, o.Disabled)|set(flagAgent, o.Agent)|set(flagCredentials, len(o.Credentials) > 0))
	for _, s := range texts(o) {
		b = appendText(b, *s)
	}
	b = appendTime(b, o.Created)
	b = binary.AppendUvarint(b, uint64(len(o.Credentials)))
	for i := range o.Credentials {
		c := &o.Credentials[i]
		b = append(b, set(flagCertificate, c.Kind == objects.Certificate)|set(flagSymmetric, c.Symmetric)|
			set(flagMalformed, c.Malformed)|set(flagHint, c.Hint != ""))
		for _, s := range credentialTexts(c) {
			b = appendText(b, *s)
		}
		b = appendTime(appendTime(b, c.Start), c.End)
	}
	return b
}

// appendText writes a text with its length plus one. A GUID in lower case is written as 0
// and its 16 bytes.
func appendText(b []byte, s string) []byte {
	if id, ok := objects.ParseGUID(s); ok && strings.ToLower(s) == s {
		return append(append(b, 0), id[:]...)
	}
	return append(binary.AppendUvarint(b, uint64(len(s))+1), s...)
}

func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, 0)
	}
	b = binary.AppendUvarint(b, uint64(t.Nanosecond())+1)
	return binary.AppendVarint(b, t.Unix())
}

// Judged reports whether a record contains something to judge: a credential, or the fact
// that the object is disabled.
func Judged(record []byte) bool {
	return len(record) > 2 && record[2]&(flagDisabled|flagCredentials) != 0
}

// RawID returns the part of a record that identifies the object. It is nil for a malformed
// record.
func RawID(record []byte) []byte {
	if len(record) < 3 {
		return nil
	}
	d := &Reader{b: record[3:]}
	before := d.b
	if d.raw(); d.bad {
		return nil
	}
	return before[:len(before)-len(d.b)]
}

// IDOf returns the RawID of an object with this ID.
func IDOf(id string) string { return string(appendText(nil, id)) }

// Reader reads the records of a collection.
type Reader struct {
	Kind string
	// Again reuses the object for the next record.
	Again bool

	object objects.Changed
	// texts are the texts of a record, and parts where each belongs. They become one
	// string.
	texts []byte
	parts []textPart
	// b is the rest of the record. bad is true if it was malformed.
	b   []byte
	bad bool
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
	o := &r.object
	if r.Again {
		*o = objects.Changed{Listed: objects.Listed{Credentials: o.Credentials[:0]}}
	} else {
		o = &objects.Changed{}
	}
	r.texts, r.parts, r.b, r.bad = r.texts[:0], r.parts[:0], record[3:], false
	o.Has = objects.Fields(binary.LittleEndian.Uint16(record))
	o.Kind, o.Disabled, o.Agent = r.Kind, record[2]&flagDisabled != 0, record[2]&flagAgent != 0
	for _, s := range texts(o) {
		r.text(s)
	}
	o.Created = r.time()
	n := r.number()
	if n > uint64(len(r.b)) {
		return nil, errRecord
	}
	if n > uint64(cap(o.Credentials)) {
		o.Credentials = make([]objects.ListedCredential, n)
	}
	o.Credentials = o.Credentials[:n]
	for i := range o.Credentials {
		r.credential(&o.Credentials[i])
	}
	if r.bad || len(r.b) > 0 {
		return nil, errRecord
	}
	all := string(r.texts)
	for _, p := range r.parts {
		*p.into = all[p.from:p.to]
	}
	return o, nil
}

func (r *Reader) credential(c *objects.ListedCredential) {
	var flags byte
	if b := r.take(1); b != nil {
		flags = b[0]
	}
	*c = objects.ListedCredential{Kind: objects.Password, Symmetric: flags&flagSymmetric != 0, Malformed: flags&flagMalformed != 0}
	if flags&flagCertificate != 0 {
		c.Kind = objects.Certificate
	}
	if flags&flagHint != 0 {
		c.Hint = hintKept
	}
	for _, s := range credentialTexts(c) {
		r.text(s)
	}
	c.Start, c.End = r.time(), r.time()
}

func (r *Reader) fail() { r.bad, r.b = true, nil }

func (r *Reader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *Reader) number() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return n
}

// raw reads a text, or the 16 bytes of a GUID.
func (r *Reader) raw() (text []byte, isGUID bool) {
	n := r.number()
	if n > 0 || r.bad {
		return r.take(max(n, 1) - 1), false
	}
	text = r.take(16)
	return text, text != nil
}

// text reads a text. It is set at the end of the record.
func (r *Reader) text(into *string) {
	raw, isGUID := r.raw()
	from := len(r.texts)
	if isGUID {
		for i, part := range [][]byte{raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:]} {
			if i > 0 {
				r.texts = append(r.texts, '-')
			}
			r.texts = hex.AppendEncode(r.texts, part)
		}
	} else {
		r.texts = append(r.texts, raw...)
	}
	r.parts = append(r.parts, textPart{into, from, len(r.texts)})
}

func (r *Reader) time() time.Time {
	nanos := r.number()
	if nanos == 0 {
		return time.Time{}
	}
	seconds, size := binary.Varint(r.b)
	if size <= 0 || nanos > 1e9 {
		r.fail()
		return time.Time{}
	}
	r.b = r.b[size:]
	return time.Unix(seconds, int64(nanos-1)).UTC()
}
