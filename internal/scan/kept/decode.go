package kept

import (
	"encoding/binary"
	"time"
)

// decoder reads the parts of a record. Whatever it is given, it ends: bad tells that
// something did not fit.
type decoder struct {
	b      []byte
	bad    bool
	reader *Reader
}

func (d *decoder) take(n uint64) []byte {
	if n > uint64(len(d.b)) {
		d.bad, d.b = true, nil
		return nil
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

func (d *decoder) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *decoder) number() uint64 {
	n, size := binary.Uvarint(d.b)
	if size <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[size:]
	return n
}

// raw is a text, or the 16 bytes of a GUID.
func (d *decoder) raw() (text []byte, isGUID bool) {
	n := d.number()
	switch {
	case d.bad:
		return nil, false
	case n == 0:
		text = d.take(16)
		return text, text != nil
	}
	return d.take(n - 1), false
}

// text reads a text, which is there once the record was read.
func (d *decoder) text(into *string) {
	raw, isGUID := d.raw()
	r := d.reader
	from := len(r.texts)
	if isGUID {
		r.texts = appendGUID(r.texts, raw)
	} else {
		r.texts = append(r.texts, raw...)
	}
	r.parts = append(r.parts, textPart{into, from, len(r.texts)})
}

// maxWords bounds what is kept of words that ought to be few.
const maxWords = 1000

// word is a text that many records have.
func (d *decoder) word() string {
	raw, isGUID := d.raw()
	known := &d.reader.words[0]
	if isGUID {
		known = &d.reader.words[1]
	}
	if text, ok := (*known)[string(raw)]; ok {
		return text
	}
	text := string(raw)
	if isGUID {
		text = string(appendGUID(nil, raw))
	}
	if *known == nil {
		*known = map[string]string{}
	}
	if len(*known) < maxWords {
		(*known)[string(raw)] = text
	}
	return text
}

func (d *decoder) time() time.Time {
	nanos := d.number()
	if nanos == 0 {
		return time.Time{}
	}
	seconds, size := binary.Varint(d.b)
	if size <= 0 || nanos > 1e9 {
		d.bad, d.b = true, nil
		return time.Time{}
	}
	d.b = d.b[size:]
	return time.Unix(seconds, int64(nanos-1)).UTC()
}

// RawID is the part of a record that tells one object from another; nil where the
// record is none.
func RawID(record []byte) []byte {
	if len(record) < 3 {
		return nil
	}
	d := &decoder{b: record[3:]}
	before := d.b
	d.raw()
	if d.bad {
		return nil
	}
	return before[:len(before)-len(d.b)]
}

// IDOf is the RawID of an object with this ID.
func IDOf(id string) string { return string(appendText(nil, id)) }
