package journal

import (
	"github.com/gofrs/flock"

	"github.com/spcheck/spcheck/internal/msg"
)

// ErrBusy is returned by Lock if another run holds the lock.
var ErrBusy = msg.Error(msg.New("another run of spcheck is changing the credentials of this application"))

// Lock keeps other runs on this machine from changing the credentials of an application,
// until unlock is called or the process ends. tenant is as in Check.
func (s *Store) Lock(tenant, appID string) (unlock func(), err error) {
	if err := s.makeFolder(); err != nil {
		return nil, err
	}
	if err := s.trusted(); err != nil {
		return nil, err
	}
	path := s.path(tenant, appID, ".lock")
	lock := flock.New(path, flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, msg.Error(msg.New("the file %s cannot be locked", path))
	case !held:
		return nil, ErrBusy
	}
	// The file is not removed: otherwise two runs could hold locks on two files of the same
	// name.
	return func() { _ = lock.Unlock() }, nil
}
