package scan

import (
	"encoding/binary"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
)

// record is one credential with its object, or an object alone, in a spool.
type record struct {
	object objects.Listed // without its credentials
	// credential is nil for an object as a whole.
	credential    *objects.ListedCredential
	usableSecrets int
	change        string
	// The following are set after it was judged. rule is empty in the inventory.
	rule, severity, status string
	replaced, excluded     bool
	// policy is the violation that the rule found, as JSON, or empty.
	policy string
}

// Flags of a record.
const (
	flagCredential = 1 << iota
	flagReplaced
	flagExcluded
	flagDisabled
	flagMalformed
	flagSymmetric
)

func (r *record) texts() [11]*string {
	o := &r.object
	return [...]*string{&o.ID, &o.AppID, &o.DisplayName, &o.Kind, &o.SSOMode, &o.SigningThumbprint,
		&r.change, &r.rule, &r.severity, &r.status, &r.policy}
}

func credentialTexts(c *objects.ListedCredential) [8]*string {
	return [...]*string{&c.KeyID, &c.Name, &c.Hint, &c.Kind, &c.Identifier, &c.Usage, &c.Thumbprint, (*string)(&c.Purpose)}
}

// appendTo writes the record. The format never leaves the process.
func (r *record) appendTo(b []byte) []byte {
	flags := byte(0)
	set := func(flag byte, on bool) {
		if on {
			flags |= flag
		}
	}
	c := r.credential
	set(flagCredential, c != nil)
	set(flagReplaced, r.replaced)
	set(flagExcluded, r.excluded)
	set(flagDisabled, r.object.Disabled)
	set(flagMalformed, c != nil && c.Malformed)
	set(flagSymmetric, c != nil && c.Symmetric)
	b = append(b, flags)
	for _, s := range r.texts() {
		b = appendText(b, *s)
	}
	b = appendTime(binary.AppendUvarint(b, uint64(r.usableSecrets)), r.object.Created)
	if c != nil {
		for _, s := range credentialTexts(c) {
			b = appendText(b, *s)
		}
		b = appendTime(appendTime(b, c.Start), c.End)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendTime(b []byte, t time.Time) []byte {
	return binary.AppendUvarint(binary.AppendVarint(b, t.Unix()), uint64(t.Nanosecond()))
}

// read is the reverse of appendTo. It overwrites the record, but not the old credential.
func (r *record) read(b []byte) {
	flags, in := b[0], reading{b[1:]}
	*r = record{replaced: flags&flagReplaced != 0, excluded: flags&flagExcluded != 0}
	r.object.Disabled = flags&flagDisabled != 0
	for _, s := range r.texts() {
		*s = in.text()
	}
	r.usableSecrets, r.object.Created = int(in.number()), in.time()
	if flags&flagCredential != 0 {
		c := &objects.ListedCredential{Malformed: flags&flagMalformed != 0, Symmetric: flags&flagSymmetric != 0}
		for _, s := range credentialTexts(c) {
			*s = in.text()
		}
		c.Start, c.End = in.time(), in.time()
		r.credential = c
	}
}

type reading struct{ b []byte }

func (r *reading) number() uint64 {
	n, size := binary.Uvarint(r.b)
	r.b = r.b[size:]
	return n
}

func (r *reading) text() string {
	n := r.number()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *reading) time() time.Time {
	seconds, size := binary.Varint(r.b)
	r.b = r.b[size:]
	t := time.Unix(seconds, int64(r.number())).UTC()
	if t.IsZero() {
		return time.Time{}
	}
	return t
}
