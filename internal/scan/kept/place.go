package kept

import (
	"bytes"
	"errors"
	"io/fs"
	"os"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/trust"
)

// State returns what was kept of the tenant, or why it is of no use. Both are empty
// where nothing was kept yet. It is good until Close, or until a Writer takes its
// place.
func (p *Place) State() (*State, msg.Text) {
	s, err := p.open()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, msg.Text{}
	case errors.Is(err, errVersion):
		return nil, msg.New("its saved state was written by another version of spcheck")
	case IsDamaged(err):
		return nil, Damaged()
	case err != nil:
		return nil, msg.New("its saved state cannot be used: %s", msg.Of(err))
	case s.key() != p.key:
		s.Close()
		return nil, msg.New("the saved state is for another tenant, cloud or Microsoft Graph address")
	}
	p.state = s
	return s, msg.Text{}
}

// Damaged says that a state is not whole.
func Damaged() msg.Text { return msg.New("its saved state is damaged") }

func (p *Place) open() (*State, error) {
	if p.store.dir == "" {
		p.store.mu.Lock()
		defer p.store.mu.Unlock()
		data, ok := p.store.memory[p.key]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return openState(bytes.NewReader(data), int64(len(data)))
	}
	f, err := safefile.Open(p.path)
	if err != nil {
		return nil, err
	}
	if err := trust.File(p.path); err != nil {
		_ = f.Close()
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, errDamaged
	}
	s, err := openState(f, info.Size())
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	s.close = func() { _ = f.Close() }
	return s, nil
}

// Writer writes the next state. What goes wrong is told at its end: a scan does not
// fail for a disk that is full. Each collection is for one goroutine at a time.
type Writer struct {
	place  *Place
	w      *writing
	file   *os.File
	memory *bytes.Buffer
}

// Write begins the next state.
func (p *Place) Write() *Writer {
	out := &Writer{place: p}
	if p.store.dir == "" {
		out.memory = &bytes.Buffer{}
		out.w = newWriting(out.memory)
		return out
	}
	f, err := safefile.Begin(p.path)
	if err != nil {
		out.w = &writing{err: err}
		return out
	}
	out.file, out.w = f, newWriting(f)
	return out
}

// Add takes a record of a collection.
func (w *Writer) Add(collection int, record []byte) { w.w.add(collection, record) }

// Objects is how many records of a collection were added.
func (w *Writer) Objects(collection int) int { return w.w.collections[collection].head.Objects }

// Restart drops the records of a collection.
func (w *Writer) Restart(collection int) { w.w.restart(collection) }

// Reread ends the writing without keeping it, and gives what was written.
func (w *Writer) Reread() (*State, error) {
	if err := w.w.end(&Head{Version: version}); err != nil {
		return nil, err
	}
	if w.memory != nil {
		return openState(bytes.NewReader(w.memory.Bytes()), w.w.size)
	}
	return openState(w.file, w.w.size)
}

// Commit puts the state in the place of the one before, which is whole until then and
// stays so after an error.
func (w *Writer) Commit(h *Head) error {
	p := w.place
	h.Version, h.Tenant, h.Cloud, h.Graph = version, p.key.Tenant, p.key.Cloud, p.key.Graph
	if err := w.w.end(h); err != nil {
		w.Discard()
		return worded(err)
	}
	if w.memory != nil {
		p.store.mu.Lock()
		defer p.store.mu.Unlock()
		p.store.memory[p.key] = w.memory.Bytes()
		return nil
	}
	if p.state != nil { // Windows moves nothing over a file that is open
		p.state.Close()
	}
	f := w.file
	w.file = nil
	return safefile.Finish(f, p.path)
}

// worded leaves out the path of a file that is gone by now.
func worded(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return msg.Error(msg.New("it cannot be written: %s", at.Err.Error()))
	}
	return err
}

// Discard drops what was written, if it was not kept.
func (w *Writer) Discard() {
	if w.file != nil {
		_ = w.file.Close()
		_ = os.Remove(w.file.Name())
		w.file = nil
	}
}
