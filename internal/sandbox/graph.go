package sandbox

import (
	"errors"
	"net/http"

	"github.com/spcheck/spcheck/internal/sandbox/graphapi"
	"github.com/spcheck/spcheck/internal/sandbox/sts"
)

// graph is the Graph emulation on the same world, which trusts the tokens of the
// sandbox's own token service.
func (s *Server) graph() http.Handler {
	return graphapi.New(s.built.World, authenticator{s.service}, graphapi.Options{})
}

// authenticator fits the token service to what the Graph emulation asks of it.
type authenticator struct{ service *sts.Service }

// Check verifies a bearer token.
func (a authenticator) Check(bearer string) (graphapi.Caller, error) {
	c, err := a.service.Check(bearer)
	switch {
	case errors.Is(err, sts.ErrLifetime):
		return graphapi.Caller{}, graphapi.ErrExpired
	case errors.Is(err, sts.ErrAudience):
		return graphapi.Caller{}, graphapi.ErrAudience
	case errors.Is(err, sts.ErrSignature), errors.Is(err, sts.ErrUnknownTenant):
		return graphapi.Caller{}, graphapi.ErrSignature
	case err != nil:
		return graphapi.Caller{}, graphapi.ErrMalformed
	}
	out := graphapi.Caller{TenantID: c.TenantID, AppID: c.AppID, Roles: c.Permissions, User: c.User}
	if c.User {
		out.UserID = c.ObjectID
	} else {
		out.ServicePrincipalID = c.ObjectID
	}
	return out, nil
}
