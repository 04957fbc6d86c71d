// Package sts is the sandbox's token service: discovery documents, token endpoints of
// both versions, device-code and authorization-code flows, and verification of its access
// tokens. It shares its state with Graph. Its answers, and the order of its checks,
// follow public captures and Microsoft's documentation.
package sts

import (
	"crypto"
	"net/http"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// Options configure a service.
type Options struct {
	World *directory.World
	// Cloud is the national cloud of the sandbox's own address, empty for the public one.
	// Microsoft's host names select their own cloud.
	Cloud string
	// LegacyErrors has the answers of before 2019: one text (70002 with 50012) for wrong
	// and expired secrets.
	LegacyErrors bool
	// Refusals answer sign-ins with an accepted credential.
	Refusals []Refusal
	// IssuerKeys are the public keys of foreign issuers.
	IssuerKeys map[string]crypto.PublicKey
	// DisabledResources are resources, as in scopes, with a disabled service principal.
	DisabledResources []string
	// PendingPolls is how many device-code polls must wait for the approval.
	PendingPolls int
	// DevicePage is the page of the device-code flow; empty for one at the requested
	// host.
	DevicePage string
}

// Service answers sign-in requests. It is safe for concurrent use.
type Service struct {
	o   Options
	mux *http.ServeMux
	// key is created on demand, because many sign-ins are refused.
	key func() (*signingKey, error)

	mu      sync.Mutex
	devices map[string]*pendingSignIn // by device code
	codes   map[string]*pendingSignIn // by authorization code
	refresh map[string]*pendingSignIn // by refresh token
	flaps   map[string]int            // sign-ins so far, by key ID
	// verified are the claims of verified tokens, by token.
	verified map[string]appClaims
}

// New makes a service.
func New(o Options) *Service {
	s := &Service{
		o: o, key: ownKey,
		devices: map[string]*pendingSignIn{}, codes: map[string]*pendingSignIn{},
		refresh: map[string]*pendingSignIn{}, flaps: map[string]int{}, verified: map[string]appClaims{},
	}
	s.mux = s.routes()
	return s
}

func (s *Service) routes() *http.ServeMux {
	mux := http.NewServeMux()
	handle := func(pattern string, version int, answer endpoint) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			x := newExchange(r)
			x.version = version
			if why := answer(w, r, x); why != nil {
				s.refuse(w, r, x, why)
			}
		})
	}
	handle("GET /common/discovery/instance", 2, s.instance)
	for version, v := range map[int]string{1: "", 2: "v2.0/"} {
		handle("GET /{tenant}/"+v+".well-known/openid-configuration", version, s.openID)
		handle("GET /{tenant}/discovery/"+v+"keys", version, s.keys)
		handle("/{tenant}/oauth2/"+v+"token", version, s.token)
		handle("POST /{tenant}/oauth2/"+v+"devicecode", version, s.deviceCode)
		handle("GET /{tenant}/oauth2/"+v+"authorize", version, s.authorize)
	}
	mux.HandleFunc("GET /devicelogin", s.devicePage)
	return mux
}

// endpoint answers a request or returns a refusal.
type endpoint func(w http.ResponseWriter, r *http.Request, x exchange) *Refusal

// ServeHTTP answers one request.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// now returns the service's time, which faults can shift.
func (s *Service) now() time.Time { return s.o.World.Clock().UTC() }

// cloud returns the cloud of the requested host.
func (s *Service) cloud(r *http.Request) *cloud {
	if c := cloudOfHost(r.Host); c != nil {
		if s.o.Cloud == "usgov-dod" && c.name == "usgov" {
			return cloudNamed(s.o.Cloud) // same sign-in host
		}
		return c
	}
	return cloudNamed(s.o.Cloud)
}

// errorHost returns the host in error_uri: the requested one if it is Microsoft's,
// otherwise one of the cloud.
func (s *Service) errorHost(r *http.Request) string {
	if cloudOfHost(r.Host) != nil {
		return hostname(r.Host)
	}
	return s.cloud(r).logins[0]
}
