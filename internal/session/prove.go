package session

import (
	"context"

	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/secrets"
)

// TryValue signs in once as an application with a value that was found somewhere.
func (s *session) TryValue(ctx context.Context, clientID string, v secrets.Value) entra.Attempt {
	r := s.request(secrets.Credential{Secret: v})
	r.ClientID, r.Fresh = clientID, true
	return entra.SignIn(ctx, r)
}
