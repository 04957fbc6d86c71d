// Package sts is the sandbox's token service: discovery documents, the token
// endpoints of both versions, the device-code and authorization-code flows, and
// the check of its own access tokens. It works on the same state as the Graph
// emulation. Its answers follow public captures and Microsoft's documentation,
// in the order in which the service is believed to check.
package sts

import (
	"crypto"
	"net/http"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// Options says how a service deviates from a plain one.
type Options struct {
	World *directory.World
	// Cloud is the national cloud that the sandbox's own address stands for;
	// empty is the public one. Microsoft host names stand for their own.
	Cloud string
	// LegacyErrors answers refused secrets as the service did before 2019: one
	// text (70002 with 50012) for wrong and for ended ones.
	LegacyErrors bool
	// Refusals answer sign-ins whose credential was accepted.
	Refusals []Refusal
	// IssuerKeys are the signing keys of foreign token issuers, by issuer.
	IssuerKeys map[string]crypto.PublicKey
	// DisabledResources are resources (as a scope names them) whose service
	// principal is disabled.
	DisabledResources []string
	// PendingPolls is how often a device-code poll is told to wait before the
	// sandbox approves by itself.
	PendingPolls int
	// DevicePage is the address that the device-code flow sends users to; empty is
	// a page at the host that was asked.
	DevicePage string
}

// Service answers sign-in requests. It is safe for concurrent use.
type Service struct {
	o   Options
	mux *http.ServeMux
	// key is made when the first token is signed or the keys are asked for: many
	// sign-ins are refused, and an RSA key takes its time.
	key func() (*signingKey, error)

	mu      sync.Mutex
	devices map[string]*pendingSignIn // by device code
	codes   map[string]*pendingSignIn // by authorization code
	refresh map[string]*pendingSignIn // by refresh token
	flaps   map[string]int            // sign-ins so far, by key ID
	// verified are the claims of tokens whose signature was checked, by the token.
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

// endpoint answers a request, or returns the refusal to answer with.
type endpoint func(w http.ResponseWriter, r *http.Request, x exchange) *Refusal

// ServeHTTP answers one request.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// now is the service's clock, which faults may shift.
func (s *Service) now() time.Time { return s.o.World.Clock().UTC() }

// cloud is the one that a request's host stands for.
func (s *Service) cloud(r *http.Request) *cloud {
	if c := cloudOfHost(r.Host); c != nil {
		if s.o.Cloud == "usgov-dod" && c.name == "usgov" {
			return cloudNamed(s.o.Cloud) // same sign-in host
		}
		return c
	}
	return cloudNamed(s.o.Cloud)
}

// errorHost is the host that error_uri names: the one that was asked where it is
// Microsoft's, else that of the cloud it stands for.
func (s *Service) errorHost(r *http.Request) string {
	if cloudOfHost(r.Host) != nil {
		return hostname(r.Host)
	}
	return s.cloud(r).logins[0]
}
