// Package journal records what a renewal is about to do, so that the next run knows what an
// interrupted one has left behind. A journal never contains a secret or a key.
package journal

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/trust"
)

// Store is a folder with journals. Each application has one file for each kind of renewal.
type Store struct {
	dir    string
	now    func() time.Time
	trials safefile.Trials
}

// errNoFolder is the error if no environment variable names a folder for state.
var errNoFolder = msg.Error(msg.New("no state folder is known; set XDG_STATE_HOME or HOME, or choose one with --state"))

// In returns the store in a folder that the user chose. Several machines may share it. The
// folder is created when something is saved.
func In(dir string, now func() time.Time) *Store { return &Store{dir: dir, now: now} }

// Open returns the store in the user's folder for state. The folder is created when
// something is saved.
func Open(env func(string) (string, bool), now func() time.Time) (*Store, error) {
	dir, err := stateDir(env)
	if err != nil {
		return nil, err
	}
	return In(filepath.Join(dir, "renewals"), now), nil
}

// path returns the name of a file about an application in a tenant. It replaces everything
// that is not safe in a file name.
func (s *Store) path(tenant, appID, end string) string {
	return filepath.Join(s.dir, fileNamePart(appID)+"@"+fileNamePart(tenant)+end)
}

// fileNamePart replaces everything in a text that is not safe in a file name.
func fileNamePart(text string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '.':
			return r
		}
		return '_'
	}, strings.ToLower(text))
	return strings.TrimLeft(clean[:min(len(clean), 80)], ".")
}

// Save writes the entry. Call it before its stage begins.
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

// Close removes the entry, because the renewal is finished.
func (s *Store) Close(e *Entry) error {
	err := os.Remove(s.Path(e))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return msg.Error(msg.New("the file %s cannot be removed", s.Path(e)))
	}
	return nil
}

// Path returns the file of an entry.
func (s *Store) Path(e *Entry) string { return s.path(e.tenantKey(), e.AppID, e.Kind.extension()) }

// Check reports why an entry for this application could not be saved. tenant is the GUID of
// the tenant if it is known, otherwise the configured name.
func (s *Store) Check(tenant, appID string) error {
	if err := s.makeFolder(); err != nil {
		return err
	}
	if err := s.trusted(); err != nil {
		return err
	}
	return s.trials.Check(s.path(tenant, appID, ".json"), 4096)
}

// Pending returns the unfinished renewal of an application's secret or certificate, or nil
// if there is none. tenants are the known names of the tenant: its GUID, its domains. A
// file that cannot be read is an error, because it may belong to this renewal.
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
		if e != nil && e.Kind == kind && e.belongsTo(appID, tenants) {
			return e, nil
		}
	}
	return nil, nil
}

// paths returns the files that may be about this application. If the tenant's GUID is not
// known, these are the files of all its tenants.
func (s *Store) paths(kind Kind, appID string, tenants []string) ([]string, error) {
	var paths []string
	if slices.ContainsFunc(tenants, func(t string) bool { return uuid.Validate(t) == nil }) {
		for _, t := range tenants {
			paths = append(paths, s.path(t, appID, kind.extension()))
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
		if strings.HasPrefix(name, fileNamePart(appID)+"@") && strings.HasSuffix(name, kind.extension()) {
			paths = append(paths, filepath.Join(s.dir, name))
		}
	}
	return paths, err
}

// trusted returns an error if other users may have changed, replaced or removed the
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
	e.upgrade()
	return e, nil
}
