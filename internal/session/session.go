// Package session manages the identities of a run: the configured credential, and the
// readers that may read Microsoft Graph or change something in it. Every command that
// makes requests to Entra or Graph gets its tokens here.
package session

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/diagnose/gather"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// Options are the settings of a run and the parts of the machine that it may use.
type Options struct {
	Settings *config.Settings
	Env      config.Env
	// Environ is the environment of commands that provide secrets.
	Environ []string
	Stdin   io.Reader
	Now     func() time.Time
	// HTTPClient comes from transport.New.
	HTTPClient *http.Client
	// Shared is what this session shares with others that have the same settings. It may
	// be nil.
	Shared *Shared
	// ObjectsOnly makes Act read the objects and nothing that belongs to them.
	ObjectsOnly bool
	// SP is the value of --sp, or empty.
	SP string
	// Interactive means that a person is at the terminal, so a reader may ask for
	// something. Prompt shows what it asks.
	Interactive bool
	Prompt      func(msg.Text)
	// Timeout limits the run, not counting the time that a person takes.
	Timeout time.Duration
	// Progress is called with the current activity, for a person who waits. It may be
	// nil.
	Progress func(msg.Text)
	// Settled is called with the facts so far, each time more parts of them are
	// complete. It may be nil.
	Settled func(f *diagnose.Facts, whole diagnose.Part)
}

// session holds the identities of one run. It is safe for concurrent use.
type session struct {
	Options
	cloud               entra.Cloud
	authority, endpoint string
	// permission is the permission that a person is asked to consent to. Empty means
	// reading.
	permission string

	load    sync.Once
	loaded  secrets.Credential
	loadErr error

	mu sync.Mutex
	// own is the sign-in with the configured credential, or nil before the first one.
	// reads is Microsoft Graph with its token.
	own   *entra.Attempt
	reads *graph.Client
}

// New prepares a session. It reads and requests nothing until it is needed.
func New(o Options) *session {
	s := &session{Options: o}
	s.cloud, _ = entra.CloudByName(o.Settings.Value(config.Cloud))
	s.authority = cmp.Or(o.Settings.Value(config.AuthorityHost), s.cloud.LoginHost)
	s.endpoint = cmp.Or(o.Settings.Value(config.GraphEndpoint), s.cloud.GraphEndpoint)
	return s
}

// Input returns the input of a diagnosis by this session.
func (s *session) Input() gather.Input {
	return gather.Input{Session: s, Settings: s.Settings, Env: s.Env, Now: s.Now, SP: s.SP, Timeout: s.Timeout,
		Progress: s.Progress, Settled: s.Settled}
}

// Credential reads the configured credential once. The session must have one.
func (s *session) Credential(ctx context.Context) (secrets.Credential, error) {
	s.load.Do(func() { s.loaded, s.loadErr = LoadCredential(ctx, s.Settings.Credential, s.deps()) })
	return s.loaded, s.loadErr
}

// SignIn signs in as the configured application. The token of the first sign-in is also
// used to read Microsoft Graph.
func (s *session) SignIn(ctx context.Context, how gather.SignIn) entra.Attempt {
	r := s.request(how.Credential)
	r.ClientID, r.Fresh = how.ClientID, how.Fresh
	s.mu.Lock()
	r.Known = s.own
	s.mu.Unlock()
	a := entra.SignIn(ctx, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.own == nil {
		s.own = &a
	}
	return a
}

// Try signs in as the configured application. It returns the reason if that fails.
func (s *session) Try(ctx context.Context) error {
	_, err := s.tokens(ctx, self).Token(ctx)
	return err
}

// Own returns Microsoft Graph with the configured credential's token. It requires a
// successful sign-in.
func (s *session) Own() (gather.Directory, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.own == nil || s.own.Token == nil {
		return nil, msg.Error(msg.New("the sign-in failed"))
	}
	if s.reads == nil {
		c, err := s.open(fixed{token: s.own.Token.Value}, nil)
		if err != nil {
			return nil, err
		}
		s.reads = c
	}
	return s.reads, nil
}

// open returns Microsoft Graph with an identity's tokens. waited is called for each
// pause that Graph requests; it may be nil.
func (s *session) open(tokens secrets.TokenSource, waited func(transport.Wait)) (*graph.Client, error) {
	return graph.New(graph.Options{Endpoint: s.endpoint, Tokens: tokens, HTTPClient: s.HTTPClient, Waited: waited})
}

// request describes a sign-in as the configured application.
func (s *session) request(c secrets.Credential) entra.Request {
	return entra.Request{Tenant: s.Settings.Value(config.Tenant), ClientID: s.Settings.Value(config.ClientID), AuthorityHost: s.authority,
		Scope: s.cloud.Scope(), Credential: c, HTTPClient: s.HTTPClient, Now: s.Now}
}

func (s *session) deps() secrets.Deps {
	return secrets.Deps{LookupEnv: s.Env, Environ: s.Environ, Stdin: s.Stdin}
}

// LoadCredential reads a credential from its configured place. Its origin is the one in
// the settings.
func LoadCredential(ctx context.Context, s *config.CredentialSource, deps secrets.Deps) (c secrets.Credential, err error) {
	switch s.Kind {
	case objects.Certificate:
		var password secrets.Value
		if password, err = CertificatePassword(ctx, s, deps); err == nil {
			c, err = secrets.LoadCertificate(ctx, s.Path, password)
		}
	case objects.Federated:
		c, err = secrets.LoadFederatedToken(s.Path)
	default:
		c, err = s.Secret.Load(ctx, deps)
	}
	c.Origin = s.Origin
	return c, err
}

// CertificatePassword returns the password of the configured certificate file, or an
// empty value if none is configured.
func CertificatePassword(ctx context.Context, s *config.CredentialSource, deps secrets.Deps) (secrets.Value, error) {
	if s == nil || s.Kind != objects.Certificate || s.Secret == nil {
		return secrets.Value{}, nil
	}
	c, err := s.Secret.Load(ctx, deps)
	return c.Secret, err
}

// FromStdin reports whether a credential comes from standard input, which can be read
// only once.
func FromStdin(s *config.Settings) bool {
	return s.Credential != nil && s.Credential.Secret != nil && s.Credential.Secret.File == secrets.Stdin
}

// TryValue signs in once as an application with a value that was found somewhere.
func (s *session) TryValue(ctx context.Context, clientID string, v secrets.Value) entra.Attempt {
	r := s.request(secrets.Credential{Secret: v})
	r.ClientID, r.Fresh = clientID, true
	return entra.SignIn(ctx, r)
}

// managementVariable names the address of Azure Resource Manager for sign-in hosts that
// are not Microsoft's, such as the sandbox.
const managementVariable = "SPCHECK_MANAGEMENT_ENDPOINT"

// TenantID asks Entra for the tenant of a GUID or domain. It needs no credential.
func (s *session) TenantID(ctx context.Context, name string) (string, error) {
	return entra.TenantID(ctx, s.HTTPClient, s.authority, name)
}

// SubscriptionTenant asks Azure Resource Manager which tenant a subscription trusts. It
// needs no credential. A custom sign-in host has no Resource Manager unless one is
// configured.
func (s *session) SubscriptionTenant(ctx context.Context, id string) (string, error) {
	host, _ := s.Env(managementVariable)
	if host == "" && s.Settings.Value(config.AuthorityHost) == "" {
		host = s.cloud.ManagementEndpoint
	}
	if host == "" {
		return "", msg.Error(msg.New("the address of Azure Resource Manager is not known for this cloud"))
	}
	return entra.SubscriptionTenant(ctx, s.HTTPClient, host, id)
}
