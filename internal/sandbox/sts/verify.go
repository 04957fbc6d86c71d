package sts

import (
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/spcheck/spcheck/internal/sandbox/graphapi"
)

// Check verifies an access token for Microsoft Graph: signature, audience, validity and
// tenant. Its errors are those of package graphapi and do not contain the token.
func (s *Service) Check(bearer string) (graphapi.Caller, error) { return s.check(bearer, isGraph) }

// CheckManagement verifies an access token for Azure Resource Manager.
func (s *Service) CheckManagement(bearer string) (graphapi.Caller, error) {
	return s.check(bearer, isManagement)
}

func (s *Service) check(bearer string, fits func(audience string) bool) (graphapi.Caller, error) {
	c, err := s.claimsOf(bearer)
	if err != nil {
		return graphapi.Caller{}, err
	}
	now := s.now()
	s.o.World.RLock()
	foreign := s.o.World.Tenant(c.TenantID) == nil
	s.o.World.RUnlock()
	switch {
	case !fits(c.Audience):
		return graphapi.Caller{}, graphapi.ErrAudience
	case now.Before(time.Unix(c.NotBefore, 0)), !now.Before(time.Unix(c.Expiry, 0)):
		return graphapi.Caller{}, graphapi.ErrExpired
	case foreign:
		return graphapi.Caller{}, graphapi.ErrSignature // the keys of such a tenant are not this service's
	}
	out := graphapi.Caller{TenantID: c.TenantID, AppID: c.AppID}
	if c.IDType == "user" {
		out.User, out.UserID, out.Roles = true, c.ObjectID, strings.Fields(c.Scope)
	} else {
		out.ServicePrincipalID, out.Roles = c.ObjectID, c.Roles
	}
	return out, nil
}

// claimsOf returns the claims of a token of this service. It caches them, because clients
// send a token many times.
func (s *Service) claimsOf(bearer string) (c appClaims, err error) {
	s.mu.Lock()
	c, known := s.verified[bearer]
	s.mu.Unlock()
	if known {
		return c, nil
	}
	token, err := jwt.ParseSigned(bearer, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return c, graphapi.ErrMalformed
	}
	key, err := s.key()
	if err != nil {
		return c, err
	}
	if err := token.Claims(&key.private.PublicKey, &c); err != nil {
		return c, graphapi.ErrSignature
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	keep(s.verified, bearer, c)
	return c, nil
}

// mostKept is the most entries in each map of the service.
const mostKept = 1000

// keep stores a value, after emptying a full map. The caller holds the lock.
func keep[T any](m map[string]T, key string, value T) {
	if len(m) >= mostKept {
		clear(m)
	}
	m[key] = value
}
