package journal

import (
	"github.com/gofrs/flock"

	"github.com/spcheck/spcheck/internal/msg"
)

// ErrBusy is the error of a lock that another run holds.
var ErrBusy = msg.Error(msg.New("another run of spcheck is changing the credentials of this application"))

// Lock keeps other runs of this user on this machine from changing the credentials
// of an application, until the returned function is called or the process ends,
// however it ends.
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
	// The file stays: to remove it would let two runs hold two locks of one name.
	return func() { _ = lock.Unlock() }, nil
}
