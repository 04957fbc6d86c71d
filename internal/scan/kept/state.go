package kept

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
)

// State is what an earlier scan kept. It is safe for concurrent reading.
type State struct {
	Head
	from  io.ReaderAt
	heads int64 // where the frame of the head begins
	close func()
}

// errVersion is a state of another format.
var errVersion = errors.New("the state has another format")

// openState reads the head. What it says of the records shows when they are read.
func openState(from io.ReaderAt, size int64) (*State, error) {
	first := make([]byte, len(magic))
	if _, err := from.ReadAt(first, 0); err != nil {
		return nil, errDamaged
	}
	if string(first) != magic {
		if string(first[:len(first)-1]) == magic[:len(magic)-1] {
			return nil, errVersion
		}
		return nil, errDamaged
	}
	last := make([]byte, footerSize)
	if size < int64(len(magic)+footerSize) {
		return nil, errDamaged
	}
	if _, err := from.ReadAt(last, size-int64(footerSize)); err != nil || string(last[8:]) != endMagic {
		return nil, errDamaged
	}
	s := &State{from: from, heads: int64(binary.LittleEndian.Uint64(last) & (1<<62 - 1)), close: func() {}}
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

// Records visits the records of a collection in the order in which they were
// written. A record is good until the next one. An error that is not the visitor's
// says that the state is damaged.
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
			n, err := each(buffer, visit)
			if err != nil {
				return err
			}
			frames, records = frames+1, records+n
		}
		at += frameHead + f.size
	}
	if frames != want.Frames || records != want.Objects {
		return errDamaged
	}
	return nil
}

func each(content []byte, visit func([]byte) error) (n int, err error) {
	for len(content) > 0 {
		length, size := binary.Uvarint(content)
		if size <= 0 || length > uint64(len(content)-size) {
			return n, errDamaged
		}
		content = content[size:]
		if err := visit(content[:length:length]); err != nil {
			return n, err
		}
		content = content[length:]
		n++
	}
	return n, nil
}

// IsDamaged reports that a state cannot be read, or makes no sense.
func IsDamaged(err error) bool { return errors.Is(err, errDamaged) || errors.Is(err, errRecord) }

// Close lets go of the file.
func (s *State) Close() { s.close() }
