package sts

import (
	"errors"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// Caller is who an access token for Microsoft Graph speaks for.
type Caller struct {
	TenantID, AppID, ObjectID string
	// Permissions are the application permissions, or a user's delegated ones.
	Permissions []string
	User        bool
}

// Why a bearer token was not accepted.
var (
	ErrMalformed     = errors.New("access token is no JWT")
	ErrSignature     = errors.New("access token has a wrong signature")
	ErrAudience      = errors.New("access token is for another audience")
	ErrLifetime      = errors.New("access token has expired or is not yet valid")
	ErrUnknownTenant = errors.New("access token is of an unknown tenant")
)

// Check verifies an access token of this service for Microsoft Graph: signature,
// audience, lifetime and tenant. The errors are Err… values and never hold the
// token.
func (s *Service) Check(bearer string) (Caller, error) { return s.check(bearer, isGraph) }

// CheckManagement verifies an access token for Azure Resource Manager, as Check
// does for Graph.
func (s *Service) CheckManagement(bearer string) (Caller, error) {
	return s.check(bearer, isManagement)
}

func (s *Service) check(bearer string, fits func(audience string) bool) (Caller, error) {
	token, err := jwt.ParseSigned(bearer, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return Caller{}, ErrMalformed
	}
	key, err := s.key()
	if err != nil {
		return Caller{}, err
	}
	var c appClaims
	if err := token.Claims(&key.private.PublicKey, &c); err != nil {
		return Caller{}, ErrSignature
	}
	now := s.now()
	switch {
	case !fits(c.Audience):
		return Caller{}, ErrAudience
	case now.Before(time.Unix(c.NotBefore, 0)), !now.Before(time.Unix(c.Expiry, 0)):
		return Caller{}, ErrLifetime
	case !s.hasTenant(c.TenantID):
		return Caller{}, ErrUnknownTenant
	}
	out := Caller{TenantID: c.TenantID, AppID: c.AppID, ObjectID: c.ObjectID, Permissions: c.Roles}
	if c.IDType == "user" {
		out.User, out.Permissions = true, strings.Fields(c.Scope)
	}
	return out, nil
}

func (s *Service) hasTenant(id string) bool {
	s.o.World.RLock()
	defer s.o.World.RUnlock()
	for _, t := range s.o.World.Tenants {
		if t.ID == id {
			return true
		}
	}
	return false
}
