package entra

import (
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/secrets"
)

// ClaimsOf reads what a token says of its bearer, such as the permissions of an
// identity that is about to change something. Nothing is verified: the service
// itself will do that. The tokens of some kinds are opaque, which is an error.
func ClaimsOf(token secrets.Value) fact.Fact[Claims] { return decodeClaims(token) }
