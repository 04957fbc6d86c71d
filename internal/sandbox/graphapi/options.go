// Package graphapi is the sandbox's Microsoft Graph: a small and strict service
// over the state in package directory. It answers as the recorded service does,
// refuses what that refuses, and knows nothing of any particular client. Where
// the service's behaviour is known from one report only or not at all, a comment
// says so.
package graphapi

import (
	"errors"
	"net/http"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

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

// Options set what the service does beyond its rules. The zero value serves.
type Options struct {
	// BaseURL is the origin, without a slash at the end, that links and contexts
	// name; by default the host that the client asked, over https.
	BaseURL func(*http.Request) string
	// DefaultPageSize is the page size of lists without $top; 0 means the
	// service's 100.
	DefaultPageSize int
	// BeforeWrite and AfterWrite may break a request that changes state, before
	// or after the change is made; nil breaks nothing. For a part of a $batch the
	// request has the part's method and URL. They are called without the world's
	// lock.
	BeforeWrite, AfterWrite func(*http.Request) *refusal
}

// New serves Graph v1.0 and beta for all tenants of a world; each token sees its
// own. It adds the service principal of Microsoft Graph to tenants that lack it.
func New(world *directory.World, auth authenticator, opts Options) http.Handler {
	world.Lock()
	for _, t := range world.Tenants {
		directory.AddMicrosoftGraph(t)
	}
	world.Unlock()
	s := &server{world: world, auth: auth, opts: opts, types: newTypes(), pageKey: newPageKey()}
	s.routes = s.routeTable()
	return s
}
