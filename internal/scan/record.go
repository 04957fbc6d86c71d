package scan

import (
	"encoding/binary"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// record is one credential with its object, or an object alone, as it lies in a
// spool.
type record struct {
	object objects.Listed // without its credentials
	// credential is nil for an object as a whole.
	credential    *objects.ListedCredential
	usableSecrets int
	change        string
	// The following are set once it was judged. rule is empty in the inventory.
	rule, severity, status string
	replaced, excluded     bool
	// policy is the breach that the rule found, as JSON, or empty.
	policy string
}

// appendTo writes the record. The format never leaves the process.
func (r *record) appendTo(b []byte) []byte {
	flags := byte(0)
	if r.credential != nil {
		flags |= 1
		if r.credential.Malformed {
			flags |= 2
		}
	}
	if r.credential != nil && r.credential.Symmetric {
		flags |= 32
	}
	if r.replaced {
		flags |= 4
	}
	if r.excluded {
		flags |= 8
	}
	if r.object.Disabled {
		flags |= 16
	}
	b = append(b, flags)
	o := &r.object
	for _, s := range []string{o.ID, o.AppID, o.DisplayName, o.Kind, o.SSOMode, o.SigningThumbprint, r.change, r.rule, r.severity, r.status, r.policy} {
		b = appendText(b, s)
	}
	b = appendTime(binary.AppendUvarint(b, uint64(r.usableSecrets)), o.Created)
	if c := r.credential; c != nil {
		for _, s := range []string{c.KeyID, c.Name, c.Hint, c.Kind, c.Identifier, c.Usage, c.Thumbprint, string(c.Purpose)} {
			b = appendText(b, s)
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

// readRecord is the reverse of appendTo.
func readRecord(b []byte) record {
	r := reading{b[1:]}
	flags := b[0]
	rec := record{replaced: flags&4 != 0, excluded: flags&8 != 0}
	o := &rec.object
	o.Disabled = flags&16 != 0
	for _, s := range []*string{&o.ID, &o.AppID, &o.DisplayName, &o.Kind, &o.SSOMode, &o.SigningThumbprint, &rec.change, &rec.rule, &rec.severity, &rec.status, &rec.policy} {
		*s = r.text()
	}
	rec.usableSecrets = int(r.number())
	o.Created = r.time()
	if flags&1 != 0 {
		c := &objects.ListedCredential{Malformed: flags&2 != 0, Symmetric: flags&32 != 0}
		purpose := ""
		for _, s := range []*string{&c.KeyID, &c.Name, &c.Hint, &c.Kind, &c.Identifier, &c.Usage, &c.Thumbprint, &purpose} {
			*s = r.text()
		}
		c.Purpose = result.Purpose(purpose)
		c.Start, c.End = r.time(), r.time()
		rec.credential = c
	}
	return rec
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
