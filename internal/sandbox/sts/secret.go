package sts

import (
	"crypto/subtle"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// checkSecret compares the secret with the passwords of both objects. Like today's
// service, it distinguishes an expired password from a wrong one.
func (s *Service) checkSecret(q *tokenRequest, c *client, entry *directory.SignIn) *Refusal {
	now := s.now()
	ended, olderExpired, fresh := false, false, false
	olderValid := false
	for _, h := range c.holders() {
		for i := range h.Passwords {
			p := &h.Passwords[i]
			same := subtle.ConstantTimeCompare([]byte(p.Secret), []byte(q.secret)) == 1 && p.Secret != ""
			switch {
			case p.Removed != nil && !p.Removed.After(now):
			case !s.propagated(q.tenant, p.KeyID, p.Added, same, now):
				fresh = fresh || same
			case same && within(p.Start, p.End, now):
				entry.KeyID, entry.Origin = p.KeyID, h.origin
				return nil
			case same:
				entry.KeyID, entry.Origin = p.KeyID, h.origin
				ended = true
			case within(p.Start, p.End, now):
				olderValid = true
			default:
				olderExpired = true
			}
		}
	}
	switch {
	case s.o.LegacyErrors:
		return legacySecret()
	case ended:
		return refuse(7000222, c.appID)
	case fresh && olderExpired && !olderValid:
		// A replica that does not know the new secret calls all others expired (one
		// public report).
		return refuse(7000222, c.appID)
	}
	return refuse(7000215, c.appID)
}

// propagated reports whether the answering replica knows a credential that was added
// through Graph. For some time after the delay, every n-th sign-in meets a lagging
// replica, starting with the first. same means that the client sent this credential.
func (s *Service) propagated(t *directory.Tenant, keyID string, added time.Time, same bool, now time.Time) bool {
	if added.IsZero() || t.PropagationDelay <= 0 {
		return true
	}
	age := now.Sub(added)
	if age < t.PropagationDelay {
		return false
	}
	if t.Flap <= 0 || age >= 2*t.PropagationDelay {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.flaps[keyID]
	if same {
		s.flaps[keyID]++
	}
	return n%t.Flap != 0
}

// within reports whether now is in a validity period, whose bounds are optional.
func within(start, end *time.Time, now time.Time) bool {
	return (start == nil || !now.Before(*start)) && (end == nil || now.Before(*end))
}

// signInsKept is the most entries of a tenant's sign-in log.
const signInsKept = 10_000

// record logs a sign-in. The log belongs to service principals, so there is no entry
// without one.
func (s *Service) record(t *directory.Tenant, c *client, entry directory.SignIn, why *Refusal) {
	if c.sp == nil {
		return
	}
	entry.ServicePrincipalID = c.sp.ID
	if why != nil {
		entry.ErrorCode, entry.FailureReason = why.decisive(), why.Text
	}
	if len(t.SignIns) >= signInsKept {
		t.SignIns = append(t.SignIns[:0:0], t.SignIns[signInsKept/2:]...)
	}
	t.SignIns = append(t.SignIns, entry)
}
