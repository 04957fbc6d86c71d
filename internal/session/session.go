// Package session is who acts in a run: the configured credential, and the
// identities that may read Microsoft Graph or change something there. Every
// command that asks Entra or Graph for anything gets its tokens here.
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
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// Options are the settings of a run, and what it may use of this machine.
type Options struct {
	Settings *config.Settings
	Env      config.Env
	// Environ is the environment of the commands that give secrets.
	Environ []string
	Stdin   io.Reader
	Now     func() time.Time
	// HTTPClient is one of transport.New.
	HTTPClient *http.Client
	// SP is what --sp names, empty where it was not given.
	SP string
	// Interactive says that a person is at the terminal, so that a reader may
	// ask for something; Prompt shows what it asks.
	Interactive bool
	Prompt      func(msg.Text)
	// Timeout bounds the run, except for the time that a person takes.
	Timeout time.Duration
	// Progress is called with what is being done, for a person who waits. It may be
	// nil.
	Progress func(msg.Text)
	// Settled is called for the facts so far whenever more parts of them are whole. It
	// may be nil.
	Settled func(f *diagnose.Facts, whole diagnose.Part)
}

// session holds the identities of one run. It is safe for concurrent use.
type session struct {
	Options
	cloud               entra.Cloud
	authority, endpoint string
	// permission is what a person is asked to consent to, empty for reading.
	permission string

	load    sync.Once
	loaded  secrets.Credential
	loadErr error

	mu sync.Mutex
	// own is the sign-in of the configured credential, nil before there was one;
	// reads is Microsoft Graph as that one sees it.
	own   *entra.Attempt
	reads *graph.Client
}

// New prepares a session. Nothing is read or asked before it is needed.
func New(o Options) *session {
	s := &session{Options: o}
	s.cloud, _ = entra.CloudByName(o.Settings.Value(config.Cloud))
	s.authority = cmp.Or(o.Settings.Value(config.AuthorityHost), s.cloud.LoginHost)
	s.endpoint = cmp.Or(o.Settings.Value(config.GraphEndpoint), s.cloud.GraphEndpoint)
	return s
}

// Input is what a diagnosis by this session starts from.
func (s *session) Input() gather.Input {
	return gather.Input{Session: s, Settings: s.Settings, Env: s.Env, Now: s.Now, SP: s.SP, Timeout: s.Timeout,
		Progress: s.Progress, Settled: s.Settled}
}

// Credential reads the configured credential, once. The session must have one.
func (s *session) Credential(ctx context.Context) (secrets.Credential, error) {
	s.load.Do(func() { s.loaded, s.loadErr = LoadCredential(ctx, s.Settings.Credential, s.deps()) })
	return s.loaded, s.loadErr
}

// SignIn signs in as the configured application. The first one is the
// session's own: its token also reads Microsoft Graph.
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

// Try signs in as the configured application, and returns why that failed.
func (s *session) Try(ctx context.Context) error {
	_, err := s.tokens(ctx, self).Token(ctx)
	return err
}

func (s *session) attempt() *entra.Attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.own
}

// Own is Microsoft Graph as the configured credential sees it, after a sign-in
// that gave a token.
func (s *session) Own() (gather.Directory, error) {
	c, err := s.ownClient()
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (s *session) ownClient() (*graph.Client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.own == nil || s.own.Token == nil {
		return nil, msg.Error(msg.New("the sign-in failed"))
	}
	if s.reads == nil {
		c, err := s.open(held{s.own.Token.Value}, nil)
		if err != nil {
			return nil, err
		}
		s.reads = c
	}
	return s.reads, nil
}

// open is Microsoft Graph as an identity sees it. waited is told of each pause
// that Graph asks for; it may be nil.
func (s *session) open(tokens secrets.TokenSource, waited func(transport.Wait)) (*graph.Client, error) {
	return graph.New(graph.Options{Endpoint: s.endpoint, Tokens: tokens, HTTPClient: s.HTTPClient, Waited: waited})
}

// request is a sign-in as the configured application.
func (s *session) request(c secrets.Credential) entra.Request {
	return entra.Request{Tenant: s.Settings.Value(config.Tenant), ClientID: s.Settings.Value(config.ClientID), AuthorityHost: s.authority,
		Scope: s.cloud.Scope(), Credential: c, HTTPClient: s.HTTPClient, Now: s.Now}
}
