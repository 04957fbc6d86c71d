package entra

import (
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/secrets"
)

// ClaimsOf reads the claims of a token, such as the permissions of an identity that is
// about to change something. It verifies nothing; the service does that. Some tokens
// are opaque, which is an error.
func ClaimsOf(token secrets.Value) fact.Fact[Claims] { return decodeClaims(token) }
