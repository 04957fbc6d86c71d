package kept

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"sync"
)

const (
	magic    = "spcheck\x01"
	endMagic = "spcheck\x02"
	// frameSize is how many bytes of records go into a frame, and frameMost how large
	// one may be that is read: a record more, of an object with all its credentials.
	frameSize  = 256 << 10
	frameMost  = 64 << 20
	frameHead  = 10
	headFrame  = 0xff
	footerSize = 8 + len(endMagic)
)

// errDamaged is a state that is not whole.
var errDamaged = errors.New("the state is damaged")

// checksums is the table of CRC-32C. Go works out several to make one, which no run
// without a state should pay for.
var checksums = sync.OnceValue(func() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) })

// appendFrame writes a frame around its content.
func appendFrame(b []byte, collection, generation byte, content []byte) []byte {
	start := len(b)
	b = append(b, collection, generation)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(content)))
	sum := crc32.Update(crc32.Checksum(b[start:], checksums()), checksums(), content)
	return append(binary.LittleEndian.AppendUint32(b, sum), content...)
}

// frame is the head of one, as it was read.
type frame struct {
	collection, generation byte
	size                   int64
	sum                    uint32
	raw                    [6]byte
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

// content reads what is in a frame, into a buffer that is used again.
func (f *frame) content(from io.ReaderAt, at int64, buffer []byte) ([]byte, error) {
	if int64(cap(buffer)) < f.size {
		buffer = make([]byte, f.size)
	}
	buffer = buffer[:f.size]
	if _, err := from.ReadAt(buffer, at+frameHead); err != nil {
		return buffer, errDamaged
	}
	if crc32.Update(crc32.Checksum(f.raw[:], checksums()), checksums(), buffer) != f.sum {
		return buffer, errDamaged
	}
	return buffer, nil
}

// writing writes a state: two collections at a time, each by one goroutine.
type writing struct {
	mu   sync.Mutex
	out  io.Writer
	size int64
	err  error // the first one; nothing is written after it

	collections [collections]part
}

type part struct {
	buffer     []byte
	frame      []byte // written, and used again
	head       Collection
	generation uint8
}

func newWriting(out io.Writer) *writing {
	w := &writing{out: out}
	w.put([]byte(magic))
	return w
}

func (w *writing) put(b []byte) {
	if w.err != nil {
		return
	}
	n, err := w.out.Write(b)
	w.size += int64(n)
	w.err = err
}

// add takes a record of a collection.
func (w *writing) add(collection int, record []byte) {
	p := &w.collections[collection]
	p.buffer = append(binary.AppendUvarint(p.buffer, uint64(len(record))), record...)
	p.head.Objects++
	if len(p.buffer) >= frameSize {
		w.flush(collection)
	}
}

func (w *writing) flush(collection int) {
	p := &w.collections[collection]
	if len(p.buffer) == 0 {
		return
	}
	p.frame = appendFrame(p.frame[:0], byte(collection), p.generation, p.buffer)
	p.buffer = p.buffer[:0]
	p.head.Frames++
	w.mu.Lock()
	defer w.mu.Unlock()
	w.put(p.frame)
}

// restart drops what was written of a collection: its frames stay, and count no more.
func (w *writing) restart(collection int) {
	p := &w.collections[collection]
	p.generation++
	p.buffer, p.head = p.buffer[:0], Collection{}
}

// end writes the head. Its collections have the links and selections; the rest is
// filled in.
func (w *writing) end(h *Head) error {
	for i := range w.collections {
		w.flush(i)
		p, c := &w.collections[i], &h.Collections[i]
		c.Objects, c.Frames, c.Generation = p.head.Objects, p.head.Frames, p.generation
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	at := w.size
	w.put(appendFrame(nil, headFrame, 0, text))
	w.put(append(binary.LittleEndian.AppendUint64(nil, uint64(at)), endMagic...))
	return w.err
}
