package kept

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gofrs/flock"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/trust"
)

// Store holds the states of tenants: in a folder, or in memory until the process ends. It
// is safe for concurrent use.
type Store struct {
	dir string // empty: in memory

	mu     sync.Mutex
	memory map[Key][]byte
	taken  map[Key]bool
}

// Memory keeps states in memory.
func Memory() *Store { return &Store{memory: map[Key][]byte{}, taken: map[Key]bool{}} }

// Folder keeps states in a folder, which it creates if necessary. It refuses a folder that
// others may write to, because they could change what reports say.
func Folder(dir string) (*Store, error) {
	cure := msg.New("choose a folder for --state that you can write to")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fail.Usage(msg.New("the folder %s cannot be created", dir), cure)
	}
	if err := trust.Folder(dir); err != nil {
		if untrusted, ok := errors.AsType[*trust.Error](err); ok {
			cure = untrusted.Cure
		}
		return nil, fail.Usage(msg.New("%s, and reports are made from the state saved there", msg.Of(err)), cure)
	}
	return &Store{dir: dir}, nil
}

// ErrBusy means that another run uses the state.
var ErrBusy = msg.Error(msg.New("another scan is using it"))

// Place is where the state of one tenant is kept. It belongs to the caller until Close.
type Place struct {
	store *Store
	key   Key
	path  string
	free  func()
	state *State
}

// Open locks the place of a tenant against other scans.
func (s *Store) Open(k Key) (*Place, error) {
	p := &Place{store: s, key: k}
	if s.dir == "" {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.taken[k] {
			return nil, ErrBusy
		}
		s.taken[k] = true
		p.free = func() { s.mu.Lock(); delete(s.taken, k); s.mu.Unlock() }
		return p, nil
	}
	p.path = filepath.Join(s.dir, k.file())
	lock := flock.New(p.path+".lock", flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, msg.Error(msg.New("the file %s cannot be locked", p.path+".lock"))
	case !held:
		return nil, ErrBusy
	}
	// The lock file is not removed: two runs could then lock two files of the same name.
	p.free = func() { _ = lock.Unlock() }
	// A run that was killed leaves unfinished files.
	left, _ := filepath.Glob(filepath.Join(escaped(p.store.dir), safefile.Unfinished(p.path)))
	for _, name := range left {
		_ = os.Remove(name)
	}
	return p, nil
}

// file returns the name of a tenant's file. It shows the tenant if that is a GUID. The
// hash distinguishes tenants, clouds and Graphs.
func (k Key) file() string {
	hash := sha256.Sum256([]byte(k.Tenant + "\n" + k.Cloud + "\n" + k.Graph))
	name := "tenant"
	if objects.IsGUID(k.Tenant) {
		name = strings.ToLower(k.Tenant)
	}
	return name + "." + hex.EncodeToString(hash[:6]) + ".state"
}

// escaped escapes a path for use in a pattern.
func escaped(path string) string {
	if filepath.Separator == '\\' {
		return path // Windows has no escapes, and no * or ? in names
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// State returns the saved state of the tenant, or says why it cannot be used. Both are
// empty if nothing was saved yet. The state is valid until Close or a Writer's Commit.
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
	}
	p.state = s
	if (Key{s.Tenant, s.Cloud, s.Graph}) != p.key {
		return nil, msg.New("the saved state is for another tenant, cloud or Microsoft Graph address")
	}
	return s, msg.Text{}
}

// Damaged says that a state is damaged.
func Damaged() msg.Text { return msg.New("its saved state is damaged") }

func (p *Place) open() (s *State, err error) {
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
	defer func() {
		if err != nil {
			_ = f.Close()
		}
	}()
	if err := trust.File(p.path); err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errDamaged
	}
	if s, err = openState(f, info.Size()); err == nil {
		s.close = f.Close
	}
	return s, err
}

func (p *Place) closeState() {
	if p.state != nil {
		_ = p.state.close()
	}
}

// Close releases the place.
func (p *Place) Close() {
	p.closeState()
	p.free()
}
