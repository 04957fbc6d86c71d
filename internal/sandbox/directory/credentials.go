package directory

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// defaultLifetimeYears is how long a password lives where the request names no
// end. Source: Microsoft's documentation of addPassword.
const defaultLifetimeYears = 2

// hintLength is how many first characters of a secret stay readable. Source:
// Microsoft's documentation of passwordCredential.
const hintLength = 3

// errNoSuchKey means that an object holds no password of that key ID.
var errNoSuchKey = errors.New("no credentials found to be removed")

// PasswordRequest is what a client may choose about a new password. Nil times
// take the defaults: from now, for two years.
type PasswordRequest struct {
	DisplayName string
	Start, End  *time.Time
}

// Period returns the start and end that a password asked for now would get.
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

// AddPassword makes a password with a new secret of the current format and puts
// it before the older ones, as Graph lists them. The caller holds the lock.
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

// RemovePassword marks the password of that key ID as removed, or returns
// errNoSuchKey. The entry stays in the slice, with its time of removal, because
// the token service may know it a little longer than Graph does.
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

// Listed returns the passwords that Graph shows: all but the removed ones.
func (c *Credentials) Listed() []Password {
	listed := make([]Password, 0, len(c.Passwords))
	for _, p := range c.Passwords {
		if p.Removed == nil {
			listed = append(listed, p)
		}
	}
	return listed
}
