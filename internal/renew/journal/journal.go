// Package journal records what a renewal is about to do, so that the next run can explain
// an interrupted one. It never contains the value of a secret, or a key.
package journal

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/trust"
)

// Store is a folder of journals.
type Store struct {
	dir string
	now func() time.Time
	// takesFiles says that the last check created a file in the folder.
	takesFiles atomic.Bool
}

// errNoFolder is the error of a machine without a place for state.
var errNoFolder = msg.Error(msg.New("no state folder is known; set XDG_STATE_HOME or HOME, or choose one with --state"))

// In returns the store in a folder of the user's choice, which several machines
// may share. It makes no folder yet.
func In(dir string, now func() time.Time) *Store { return &Store{dir: dir, now: now} }

// Open returns the store in the user's folder for state. It makes no folder yet.
func Open(env func(string) (string, bool), now func() time.Time) (*Store, error) {
	dir, err := stateDir(env)
	if err != nil {
		return nil, err
	}
	return In(filepath.Join(dir, "renewals"), now), nil
}

// path names the files of an application in a tenant. Both come from outside.
func (s *Store) path(tenant, appID, end string) string {
	return filepath.Join(s.dir, plain(appID)+"@"+plain(tenant)+end)
}

// plain turns a text into a part of a file name.
func plain(text string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '.':
			return r
		}
		return '_'
	}, strings.ToLower(text))
	return strings.TrimLeft(clean[:min(len(clean), 80)], ".")
}

// Save writes the entry down, before its stage begins.
func (s *Store) Save(e *Entry) error {
	if err := s.makeFolder(); err != nil {
		return err
	}
	e.Version, e.Updated = version, s.now().UTC()
	e.Target, e.Backup = "", ""
	if len(e.Places) > 0 {
		e.Target, e.Backup = e.Places[0].Target, e.Places[0].Backup
	}
	data, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	return safefile.Replace(s.Path(e), append(data, '\n'))
}

func (s *Store) makeFolder() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return msg.Error(msg.New("the folder %s cannot be created", s.dir))
	}
	return nil
}

// Close removes the entry: the renewal has come to its end.
func (s *Store) Close(e *Entry) error {
	err := os.Remove(s.Path(e))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return msg.Error(msg.New("the file %s cannot be removed", s.Path(e)))
	}
	return nil
}

// Path is where an entry is kept.
func (s *Store) Path(e *Entry) string { return s.path(e.tenantKey(), e.AppID, e.Kind.file()) }

// Check reports why the store could not be written. The tenant is its GUID where
// that is known, as for Lock.
func (s *Store) Check(tenant, appID string) error {
	if err := s.makeFolder(); err != nil {
		return err
	}
	if err := s.trusted(); err != nil {
		return err
	}
	path := s.path(tenant, appID, ".json")
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) && s.takesFiles.Load() {
		return nil // as for the application before
	}
	err = safefile.Check(path, 4096)
	s.takesFiles.Store(err == nil)
	return err
}

// Pending returns the unfinished renewal of an application's secret or certificate, or
// nil if there is none. The tenants are the names that its tenant is known by. A file
// that cannot be read is an error, because it may be about this renewal.
func (s *Store) Pending(kind Kind, appID string, tenants ...string) (*Entry, error) {
	if _, err := os.Lstat(s.dir); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err := s.trusted(); err != nil {
		return nil, err
	}
	paths, err := s.paths(kind, appID, tenants)
	if err != nil {
		return nil, msg.Error(msg.New("the folder %s cannot be read", s.dir))
	}
	for _, path := range paths {
		e, err := read(path)
		if err != nil {
			return nil, err
		}
		if e != nil && e.Kind == kind && e.of(appID, tenants) {
			return e, nil
		}
	}
	return nil, nil
}

// paths returns the files that may be the journal of an application. They are named
// after the tenant's GUID where it was known. If it is not known now, all journals of
// the application are looked at.
func (s *Store) paths(kind Kind, appID string, tenants []string) ([]string, error) {
	var paths []string
	if slices.ContainsFunc(tenants, func(t string) bool { return uuid.Validate(t) == nil }) {
		for _, t := range tenants {
			paths = append(paths, s.path(t, appID, kind.file()))
		}
		return slices.Compact(paths), nil
	}
	folder, err := os.Open(s.dir)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	for _, name := range names {
		if strings.HasPrefix(name, plain(appID)+"@") && strings.HasSuffix(name, kind.file()) {
			paths = append(paths, filepath.Join(s.dir, name))
		}
	}
	return paths, err
}

// trusted returns an error if somebody else may have changed, replaced or removed the
// journals.
func (s *Store) trusted() error {
	var untrusted *trust.Error
	if err := trust.Folder(s.dir); errors.As(err, &untrusted) {
		return msg.Error(msg.New("%s, and it records unfinished renewals", untrusted), untrusted)
	}
	return nil
}

// read returns nil if there is no such file.
func read(path string) (*Entry, error) {
	var untrusted *trust.Error
	if _, err := os.Lstat(path); err == nil && errors.As(trust.File(path), &untrusted) {
		return nil, msg.Error(msg.New("%s, and it records what an unfinished renewal left behind", untrusted), untrusted)
	}
	data, there, err := safefile.Read(path)
	switch {
	case err != nil:
		return nil, msg.Error(msg.New("the journal %s cannot be read: %s", path, msg.Of(err)))
	case !there:
		return nil, nil
	}
	e := &Entry{}
	if json.Unmarshal(data, e) != nil || e.Version != version || e.AppID == "" || !e.Stage.known() {
		return nil, msg.Error(msg.New("the journal %s is damaged, or was written by another version", path))
	}
	e.adopt()
	return e, nil
}
