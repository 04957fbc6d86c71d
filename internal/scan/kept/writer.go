package kept

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/safefile"
)

const (
	magic    = "spcheck\x01"
	endMagic = "spcheck\x02"
	// frameSize is how many bytes of records make a frame. A frame may be longer by one
	// record, of an object with all its credentials; frameMost is the longest to read.
	frameSize  = 256 << 10
	frameMost  = 64 << 20
	frameHead  = 10
	headFrame  = 0xff
	footerSize = 8 + len(endMagic)
)

// checksums is the table for CRC-32C, made on first use because it takes time.
var checksums = sync.OnceValue(func() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) })

func checksum(head, content []byte) uint32 {
	return crc32.Update(crc32.Checksum(head, checksums()), checksums(), content)
}

// appendFrame writes a frame with its content.
func appendFrame(b []byte, collection, generation byte, content []byte) []byte {
	start := len(b)
	b = append(b, collection, generation)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(content)))
	b = binary.LittleEndian.AppendUint32(b, checksum(b[start:], content))
	return append(b, content...)
}

// Writer writes a new state. It reports errors at the end, because a scan must not fail
// when a disk is full. Each collection is for one goroutine at a time.
type Writer struct {
	place  *Place
	file   *os.File
	memory *bytes.Buffer

	mu          sync.Mutex
	out         io.Writer
	size        int64
	err         error // the first error; nothing is written after it
	collections [collections]part
}

// part is a collection that is being written.
type part struct {
	buffer, frame []byte // reused
	head          Collection
}

// Write starts a new state.
func (p *Place) Write() *Writer {
	if p.store.dir == "" {
		memory := &bytes.Buffer{}
		w := newWriter(memory)
		w.place, w.memory = p, memory
		return w
	}
	f, err := safefile.Begin(p.path)
	if err != nil {
		return &Writer{place: p, err: err}
	}
	w := newWriter(f)
	w.place, w.file = p, f
	return w
}

func newWriter(out io.Writer) *Writer {
	w := &Writer{out: out}
	w.put([]byte(magic))
	return w
}

func (w *Writer) put(b []byte) {
	if w.err == nil {
		var n int
		n, w.err = w.out.Write(b)
		w.size += int64(n)
	}
}

// Add appends a record to a collection.
func (w *Writer) Add(collection int, record []byte) {
	p := &w.collections[collection]
	p.buffer = append(binary.AppendUvarint(p.buffer, uint64(len(record))), record...)
	p.head.Objects++
	if len(p.buffer) >= frameSize {
		w.flush(collection)
	}
}

func (w *Writer) flush(collection int) {
	p := &w.collections[collection]
	if len(p.buffer) == 0 {
		return
	}
	p.frame = appendFrame(p.frame[:0], byte(collection), p.head.Generation, p.buffer)
	p.buffer = p.buffer[:0]
	p.head.Frames++
	w.mu.Lock()
	defer w.mu.Unlock()
	w.put(p.frame)
}

// Objects returns the number of records in a collection.
func (w *Writer) Objects(collection int) int { return w.collections[collection].head.Objects }

// Restart discards the records of a collection. Its frames stay in the file, but are of an
// old generation.
func (w *Writer) Restart(collection int) {
	p := &w.collections[collection]
	p.buffer, p.head = p.buffer[:0], Collection{Generation: p.head.Generation + 1}
}

// end writes the head. The caller has set the links and selections of the collections.
func (w *Writer) end(h *Head) error {
	h.Version = version
	for i := range w.collections {
		w.flush(i)
		c, written := &h.Collections[i], &w.collections[i].head
		c.Objects, c.Frames, c.Generation = written.Objects, written.Frames, written.Generation
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

// Reread ends the writing without saving the state, and returns it for reading.
func (w *Writer) Reread() (*State, error) {
	if err := w.end(&Head{}); err != nil {
		return nil, err
	}
	if w.memory != nil {
		return openState(bytes.NewReader(w.memory.Bytes()), w.size)
	}
	return openState(w.file, w.size)
}

// Commit replaces the old state, which stays complete until then and after an error.
func (w *Writer) Commit(h *Head) error {
	p := w.place
	h.Tenant, h.Cloud, h.Graph = p.key.Tenant, p.key.Cloud, p.key.Graph
	if err := w.end(h); err != nil {
		w.Discard()
		if at, ok := errors.AsType[*fs.PathError](err); ok { // the path is gone by now
			return msg.Error(msg.New("it cannot be written: %s", at.Err.Error()))
		}
		return err
	}
	if w.memory != nil {
		p.store.mu.Lock()
		defer p.store.mu.Unlock()
		p.store.memory[p.key] = w.memory.Bytes()
		return nil
	}
	p.closeState() // Windows cannot replace an open file
	f := w.file
	w.file = nil
	return safefile.Finish(f, p.path)
}

// Discard deletes what was written, unless it was saved.
func (w *Writer) Discard() {
	if w.file != nil {
		_ = w.file.Close()
		_ = os.Remove(w.file.Name())
		w.file = nil
	}
}
