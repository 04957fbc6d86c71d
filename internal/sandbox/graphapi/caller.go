// Package graphapi is the sandbox's Microsoft Graph: a small, strict service over the
// state in package directory. It answers and refuses as recordings of the service do, and
// has no special treatment for any client. Comments mark behaviour that is known from a
// single report or not verified.
package graphapi

import "errors"

// authenticator checks bearer tokens. The errors below select the message that the client
// gets; any other error counts as ErrMalformed, and its text is not shown.
type authenticator interface {
	Check(bearer string) (Caller, error)
}

// Errors of an authenticator.
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
	// User marks the token of a user. UserID is the user's object ID, empty for the first
	// user of the tenant.
	User   bool
	UserID string
}
