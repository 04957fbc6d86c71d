// Package graphapi is the sandbox's Microsoft Graph: a small and strict service
// over the state in package directory. It answers as the recorded service does,
// refuses what that refuses, and knows nothing of any particular client. Where
// the service's behaviour is known from one report only or not at all, a comment
// says so.
package graphapi

import "errors"

// authenticator checks the bearer tokens that clients send. Its errors should
// wrap one of those below, which choose the message; any other counts as
// ErrMalformed. The text of an error is never shown to the client.
type authenticator interface {
	Check(bearer string) (Caller, error)
}

// What may be wrong with a token.
var (
	ErrMalformed = errors.New("token is malformed")
	ErrExpired   = errors.New("token has expired or is not yet valid")
	ErrAudience  = errors.New("token is for another audience")
	ErrSignature = errors.New("token signature is wrong")
)

// Caller is who a token was issued to.
type Caller struct {
	TenantID, AppID, ServicePrincipalID string
	// Roles are the application permissions of an app-only token (claim roles),
	// or the scopes of a user's (claim scp).
	Roles []string
	// User distinguishes a user's token from an app-only one; UserID is the user's object
	// ID, empty for the first user of the tenant.
	User   bool
	UserID string
}
