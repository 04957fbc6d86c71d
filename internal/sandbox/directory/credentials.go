package directory

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// defaultLifetimeYears is the lifetime of a password without a requested end. Source:
// Microsoft's documentation of addPassword.
const defaultLifetimeYears = 2

// hintLength is how many first characters of a secret the hint shows. Source: Microsoft's
// documentation of passwordCredential.
const hintLength = 3

// errNoSuchKey means that the object has no password with that key ID.
var errNoSuchKey = errors.New("no credentials found to be removed")

// PasswordRequest is what clients can choose for a new password. Nil times select the
// defaults: now, and two years later.
type PasswordRequest struct {
	DisplayName string
	Start, End  *time.Time
}

// Period returns the start and end of a password created now.
func (r PasswordRequest) Period(now time.Time) (start, end time.Time) {
	start = now
	if r.Start != nil {
		start = *r.Start
	}
	end = start.AddDate(defaultLifetimeYears, 0, 0)
	if r.End != nil {
		end = *r.End
	}
	return start.UTC(), end.UTC()
}

// AddPassword creates a password with a secret of the current format. Like Graph, it puts
// the newest first. The caller holds the lock.
func (c *Credentials) AddPassword(now time.Time, r PasswordRequest) Password {
	start, end := r.Period(now)
	secret := NewSecret(rand.Reader)
	p := Password{
		KeyID: uuid.NewString(), DisplayName: r.DisplayName, Hint: secret[:hintLength],
		Start: &start, End: &end, Secret: secret, Added: now,
	}
	c.Passwords = slices.Insert(c.Passwords, 0, p)
	return p
}

// RemovePassword marks a password as removed, or returns errNoSuchKey. The entry remains,
// because the token service may accept it a little longer than Graph shows it.
func (c *Credentials) RemovePassword(now time.Time, keyID string) error {
	for i := range c.Passwords {
		p := &c.Passwords[i]
		if p.Removed == nil && strings.EqualFold(p.KeyID, keyID) {
			p.Removed = &now
			return nil
		}
	}
	return errNoSuchKey
}

// Listed returns the passwords that are not removed.
func (c *Credentials) Listed() []Password {
	listed := make([]Password, 0, len(c.Passwords))
	for _, p := range c.Passwords {
		if p.Removed == nil {
			listed = append(listed, p)
		}
	}
	return listed
}
