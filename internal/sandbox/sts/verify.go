package sts

import (
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/spcheck/spcheck/internal/sandbox/graphapi"
)

// Check verifies an access token of this service for Microsoft Graph: signature,
// audience, lifetime and tenant. The errors are those of package graphapi and never
// hold the token.
func (s *Service) Check(bearer string) (graphapi.Caller, error) { return s.check(bearer, isGraph) }

// CheckManagement verifies an access token for Azure Resource Manager, as Check
// does for Graph.
func (s *Service) CheckManagement(bearer string) (graphapi.Caller, error) {
	return s.check(bearer, isManagement)
}

func (s *Service) check(bearer string, fits func(audience string) bool) (graphapi.Caller, error) {
	token, err := jwt.ParseSigned(bearer, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return graphapi.Caller{}, graphapi.ErrMalformed
	}
	key, err := s.key()
	if err != nil {
		return graphapi.Caller{}, err
	}
	var c appClaims
	if err := token.Claims(&key.private.PublicKey, &c); err != nil {
		return graphapi.Caller{}, graphapi.ErrSignature
	}
	now := s.now()
	switch {
	case !fits(c.Audience):
		return graphapi.Caller{}, graphapi.ErrAudience
	case now.Before(time.Unix(c.NotBefore, 0)), !now.Before(time.Unix(c.Expiry, 0)):
		return graphapi.Caller{}, graphapi.ErrExpired
	case !s.hasTenant(c.TenantID):
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
