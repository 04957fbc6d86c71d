package kept

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
)

// State is the state that an earlier scan saved. It is safe for concurrent reading.
type State struct {
	Head
	from  io.ReaderAt
	heads int64 // offset of the frame of the head
	close func() error
}

var (
	// errVersion means that a state has another format.
	errVersion = errors.New("the state has another format")
	// errDamaged means that a state is not complete or was changed.
	errDamaged = errors.New("the state is damaged")
)

// openState reads the head. Damage of the records shows when they are read.
func openState(from io.ReaderAt, size int64) (*State, error) {
	var first [len(magic)]byte
	var last [footerSize]byte
	if _, err := from.ReadAt(first[:], 0); err != nil {
		return nil, errDamaged
	}
	if n := len(magic) - 1; string(first[:n]) == magic[:n] && first[n] != magic[n] {
		return nil, errVersion
	}
	if size < int64(len(magic)+footerSize) || string(first[:]) != magic {
		return nil, errDamaged
	}
	if _, err := from.ReadAt(last[:], size-int64(footerSize)); err != nil || string(last[8:]) != endMagic {
		return nil, errDamaged
	}
	s := &State{from: from, heads: int64(binary.LittleEndian.Uint64(last[:]) & (1<<62 - 1)), close: func() error { return nil }}
	if s.heads > size {
		return nil, errDamaged
	}
	f, err := readFrame(from, s.heads)
	if err != nil || f.collection != headFrame {
		return nil, errDamaged
	}
	text, err := f.content(from, s.heads, nil)
	switch {
	case err != nil:
		return nil, err
	case json.Unmarshal(text, &s.Head) != nil:
		return nil, errDamaged
	case s.Version != version:
		return nil, errVersion
	}
	return s, nil
}

// frame is the head of a frame.
type frame struct {
	collection, generation byte
	size                   int64
	sum                    uint32
	raw                    [6]byte // what the checksum covers of the head
}

func readFrame(from io.ReaderAt, at int64) (f frame, err error) {
	var b [frameHead]byte
	if _, err := from.ReadAt(b[:], at); err != nil {
		return f, errDamaged
	}
	f = frame{b[0], b[1], int64(binary.LittleEndian.Uint32(b[2:])), binary.LittleEndian.Uint32(b[6:]), [6]byte(b[:6])}
	if f.size > frameMost {
		return f, errDamaged
	}
	return f, nil
}

// content reads the content of a frame into a buffer, which is reused.
func (f *frame) content(from io.ReaderAt, at int64, buffer []byte) ([]byte, error) {
	if int64(cap(buffer)) < f.size {
		buffer = make([]byte, f.size)
	}
	buffer = buffer[:f.size]
	if _, err := from.ReadAt(buffer, at+frameHead); err != nil || checksum(f.raw[:], buffer) != f.sum {
		return buffer, errDamaged
	}
	return buffer, nil
}

// Records visits the records of a collection in the order in which they were written. A
// record is valid until the next one. An error that is not the visitor's means that the
// state is damaged.
func (s *State) Records(collection int, visit func(record []byte) error) error {
	want := &s.Collections[collection]
	frames, records := 0, 0
	var buffer []byte
	for at := int64(len(magic)); at < s.heads; {
		f, err := readFrame(s.from, at)
		if err != nil {
			return err
		}
		if int(f.collection) == collection && f.generation == want.Generation {
			if buffer, err = f.content(s.from, at, buffer); err != nil {
				return err
			}
			frames++
			for rest := buffer; len(rest) > 0; records++ {
				length, size := binary.Uvarint(rest)
				if size <= 0 || length > uint64(len(rest)-size) {
					return errDamaged
				}
				record := rest[size:][:length:length]
				rest = rest[size+len(record):]
				if err := visit(record); err != nil {
					return err
				}
			}
		}
		at += frameHead + f.size
	}
	if frames != want.Frames || records != want.Objects {
		return errDamaged
	}
	return nil
}

// IsDamaged reports whether an error means that a state is damaged.
func IsDamaged(err error) bool { return errors.Is(err, errDamaged) || errors.Is(err, errRecord) }
