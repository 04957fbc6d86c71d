package kept

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
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

// Store holds the states of tenants: in a folder, or in memory while the process
// lives. It is safe for concurrent use.
type Store struct {
	dir string // empty: in memory

	mu     sync.Mutex
	memory map[Key][]byte
	taken  map[Key]bool
}

// Memory keeps states until the process ends.
func Memory() *Store { return &Store{memory: map[Key][]byte{}, taken: map[Key]bool{}} }

// Folder keeps states in a folder, which is made where it is absent. One that others
// may write to is refused: what they put there would be in reports.
func Folder(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fail.Usage(msg.New("the folder %s cannot be created", dir), msg.New("choose a folder for --state that you can write to"))
	}
	if err := trust.Folder(dir); err != nil {
		return nil, fail.Usage(msg.New("%s, and reports are made from the state saved there", msg.Of(err)), cure(err))
	}
	return &Store{dir: dir}, nil
}

func cure(err error) msg.Text {
	var untrusted *trust.Error
	if errors.As(err, &untrusted) {
		return untrusted.Cure
	}
	return msg.New("choose a folder for --state that you can write to")
}

// ErrBusy is the error of a state that another run holds.
var ErrBusy = msg.Error(msg.New("another scan is using it"))

// Place is where the state of one tenant is kept. It is the caller's until Close.
type Place struct {
	store *Store
	key   Key
	path  string
	free  func()
	state *State
}

// Open takes the place of a tenant, so that no other scan writes it meanwhile.
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
	// The file stays: to remove it would let two runs hold two locks of one name.
	p.free = func() { _ = lock.Unlock() }
	p.sweep()
	return p, nil
}

// file names the state of a tenant. The tenant shows where it is a GUID; what else
// tells states apart is in the hash.
func (k Key) file() string {
	hash := sha256.Sum256([]byte(k.Tenant + "\n" + k.Cloud + "\n" + k.Graph))
	name := "tenant"
	if objects.IsGUID(k.Tenant) {
		name = strings.ToLower(k.Tenant)
	}
	return name + "." + hex.EncodeToString(hash[:6]) + ".state"
}

// sweep removes what a killed run left half written.
func (p *Place) sweep() {
	left, _ := filepath.Glob(filepath.Join(escaped(p.store.dir), safefile.Unfinished(p.path)))
	for _, name := range left {
		_ = os.Remove(name)
	}
}

// escaped is a path whose letters mean themselves in a pattern.
func escaped(path string) string {
	if filepath.Separator == '\\' {
		return path // Windows has no escapes, and no * or ? in names
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// Close gives the place to others.
func (p *Place) Close() {
	if p.state != nil {
		p.state.Close()
	}
	p.free()
}
