package session

import (
	"cmp"
	"context"
	"strings"
	"sync"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose/gather"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/secrets"
)

// fixed is a token that was issued earlier, or the reason why a reader gets none.
type fixed struct {
	token secrets.Value
	err   error
}

func (f fixed) Token(context.Context) (secrets.Value, error) { return f.token, f.err }

func noToken(err error) secrets.TokenSource { return fixed{err: err} }

// Readers returns the readers that --reader allows, in the order in which to try them.
// With auto, the first that works is used.
func (s *session) Readers() []gather.Reader {
	var readers []gather.Reader
	for _, name := range s.readerNames() {
		readers = append(readers, s.reader(name))
	}
	return readers
}

func (s *session) reader(name string) gather.Reader {
	r := gather.Reader{Name: name, Self: name == self}
	// A person's token is kept between the prompt and the reading, so that they sign in
	// once.
	var person secrets.TokenSource
	if asksPerson(name) {
		person = s.tokens(context.Background(), name)
		r.Ask = func(ctx context.Context) error { _, err := person.Token(ctx); return err }
	}
	r.Open = func(ctx context.Context) (gather.Directory, error) {
		s.mu.Lock()
		signedIn := s.own != nil
		s.mu.Unlock()
		if name == self && signedIn {
			return s.Own()
		}
		tokens := person
		if tokens == nil {
			tokens = s.tokens(ctx, name)
		}
		c, err := s.client(tokens)
		if err != nil {
			return nil, err
		}
		return c, nil
	}
	return r
}

// client returns Microsoft Graph with an identity's tokens, the same for all sessions that
// share them.
func (s *session) client(tokens secrets.TokenSource) (*graph.Client, error) {
	if _, failed := tokens.(fixed); failed || s.Shared == nil {
		return s.open(tokens, nil)
	}
	s.Shared.mu.Lock()
	defer s.Shared.mu.Unlock()
	if known := s.Shared.clients[tokens]; known != nil {
		return known, nil
	}
	c, err := s.open(tokens, nil)
	if err == nil {
		if s.Shared.clients == nil {
			s.Shared.clients = map[secrets.TokenSource]*graph.Client{}
		}
		s.Shared.clients[tokens] = c
	}
	return c, err
}

const (
	self        = "self"
	environment = "environment"
	azureCLI    = "azure-cli"
	deviceCode  = "device-code"
	browser     = "browser"
)

func asksPerson(name string) bool { return name == deviceCode || name == browser }

func (s *session) readerNames() []string {
	mode := s.Settings.Value(config.Reader)
	if mode == "none" {
		return nil
	}
	if mode != "auto" {
		return []string{mode}
	}
	var names []string
	if id, _ := s.Env("SPCHECK_READER_CLIENT_ID"); id != "" {
		names = append(names, environment)
	}
	if s.Settings.Credential != nil && s.Settings.Value(config.ClientID) != "" {
		names = append(names, self)
	}
	names = append(names, azureCLI)
	if s.Interactive {
		names = append(names, deviceCode)
	}
	return names
}

// Shared is what several sessions with the same settings share: each identity signs in once
// for all of them, and pauses for all of them if Graph is throttling it. The zero value is
// ready to use.
type Shared struct {
	mu      sync.Mutex
	sources map[tokenUse]secrets.TokenSource
	clients map[secrets.TokenSource]*graph.Client
}

// tokenUse is an identity and the resource that it needs a token for.
type tokenUse struct{ reader, resource string }

// tokens returns the token source of a reader. One that could not be set up is tried
// again for the next session.
func (s *session) tokens(ctx context.Context, name string) secrets.TokenSource {
	if s.Shared == nil {
		return s.newTokens(ctx, name)
	}
	s.Shared.mu.Lock()
	defer s.Shared.mu.Unlock()
	use := tokenUse{name, s.cloud.GraphEndpoint}
	if known := s.Shared.sources[use]; known != nil {
		return known
	}
	source := s.newTokens(ctx, name)
	if _, failed := source.(fixed); !failed {
		if s.Shared.sources == nil {
			s.Shared.sources = map[tokenUse]secrets.TokenSource{}
		}
		s.Shared.sources[use] = source
	}
	return source
}

func (s *session) newTokens(ctx context.Context, name string) secrets.TokenSource {
	switch name {
	case self:
		return s.selfReader(ctx)
	case environment:
		return s.environmentReader(ctx)
	case azureCLI:
		return entra.AzureCLIReader(s.readerOptions())
	case "managed-identity":
		o := s.readerOptions()
		o.ClientID = s.readerVariable("CLIENT_ID") // of a user-assigned identity
		return entra.ManagedIdentityReader(o)
	case "workload-identity":
		return s.workloadReader()
	case deviceCode:
		return entra.DeviceCodeReader(s.readerOptions())
	case browser:
		return entra.BrowserReader(s.readerOptions())
	}
	return s.profileReader(ctx, strings.TrimPrefix(name, "profile:"))
}

// selfReader signs in if the run has not done so yet, as in list-secrets.
func (s *session) selfReader(ctx context.Context) secrets.TokenSource {
	if s.Settings.Credential == nil {
		return noToken(msg.Error(msg.New("no credential is configured")))
	}
	c, err := s.Credential(ctx)
	if err != nil {
		return noToken(msg.Error(gather.Unusable(s.Settings.Credential, err).Summary))
	}
	return entra.ApplicationReader(s.request(c))
}

// environmentReader is a separate application, configured by SPCHECK_READER_*.
func (s *session) environmentReader(ctx context.Context) secrets.TokenSource {
	get := s.readerVariable
	source := environmentSource(get)
	if get("CLIENT_ID") == "" || source == nil {
		return noToken(msg.Error(msg.New("SPCHECK_READER_CLIENT_ID and one of SPCHECK_READER_CLIENT_SECRET, SPCHECK_READER_CLIENT_CERTIFICATE_PATH and SPCHECK_READER_FEDERATED_TOKEN_FILE must be set")))
	}
	return s.otherReader(ctx, source, get("CLIENT_ID"), get("TENANT_ID"))
}

func (s *session) readerVariable(name string) string {
	v, _ := s.Env("SPCHECK_READER_" + name)
	return v
}

// profileReader uses the credential of another profile, in that profile's tenant. If
// the profile names no tenant, it uses the diagnosed one.
func (s *session) profileReader(ctx context.Context, name string) secrets.TokenSource {
	other, err := s.Settings.ForProfile(name)
	if err != nil {
		return noToken(err)
	}
	if other.Credential == nil || other.Value(config.ClientID) == "" {
		return noToken(msg.Error(msg.New("the profile %s has no client ID or no credential", name)))
	}
	return s.otherReader(ctx, other.Credential, other.Value(config.ClientID), other.Value(config.Tenant))
}

// otherReader is an application other than the configured one.
func (s *session) otherReader(ctx context.Context, source *config.CredentialSource, clientID, tenant string) secrets.TokenSource {
	c, err := LoadCredential(ctx, source, s.deps())
	if err != nil {
		return noToken(msg.Error(gather.Unusable(source, err).Summary))
	}
	r := s.request(c)
	r.ClientID, r.Tenant = clientID, cmp.Or(tenant, r.Tenant)
	return entra.ApplicationReader(r)
}

func environmentSource(get func(string) string) *config.CredentialSource {
	for _, v := range []struct{ name, kind, secret string }{
		{"CLIENT_SECRET", objects.Password, "CLIENT_SECRET"},
		{"CLIENT_CERTIFICATE_PATH", objects.Certificate, "CLIENT_CERTIFICATE_PASSWORD"},
		{"FEDERATED_TOKEN_FILE", objects.Federated, ""},
	} {
		if get(v.name) == "" {
			continue
		}
		s := &config.CredentialSource{Kind: v.kind, Origin: origin.Origin{Place: origin.Environment, Name: "SPCHECK_READER_" + v.name}}
		if v.kind != objects.Password {
			s.Path = get(v.name)
		}
		if v.secret != "" && get(v.secret) != "" {
			s.Secret = &secrets.Source{Env: "SPCHECK_READER_" + v.secret}
		}
		return s
	}
	return nil
}

// workloadReader uses the variables that Kubernetes workload identity sets.
func (s *session) workloadReader() secrets.TokenSource {
	path, _ := s.Env("AZURE_FEDERATED_TOKEN_FILE")
	id, _ := s.Env("AZURE_CLIENT_ID")
	if path == "" || id == "" {
		return noToken(msg.Error(msg.New("AZURE_FEDERATED_TOKEN_FILE and AZURE_CLIENT_ID must be set, as workload identity sets them")))
	}
	r := s.request(secrets.Credential{})
	r.ClientID = id
	return entra.WorkloadIdentityReader(r, func() (secrets.Value, error) {
		c, err := secrets.LoadFederatedToken(path)
		if err != nil || c.Token == nil {
			return secrets.Value{}, msg.Error(msg.New("the federated token in %s cannot be read", path))
		}
		return c.Token.Token, nil
	})
}

func (s *session) readerOptions() entra.ReaderOptions {
	return entra.ReaderOptions{Tenant: s.Settings.Value(config.Tenant), AuthorityHost: s.authority, Scope: s.cloud.Scope(),
		HTTPClient: s.HTTPClient, Environ: s.Environ, Permission: s.permission, Prompt: func(p entra.Prompt) {
			if s.Prompt != nil {
				s.Prompt(p.Text())
			}
		}}
}

// CheckReader returns an error if a reader is not set up. That is a mistake in the
// command line or the configuration, as opposed to something that could not be read.
func CheckReader(settings *config.Settings, env config.Env) error {
	mode := settings.Value(config.Reader)
	if name, ok := strings.CutPrefix(mode, "profile:"); ok {
		_, err := settings.ForProfile(name)
		return err
	}
	get := New(Options{Settings: settings, Env: env}).readerVariable
	if mode == environment && (get("CLIENT_ID") == "" || environmentSource(get) == nil) {
		return fail.Usage(msg.New("the reader environment is not configured"),
			msg.New("set SPCHECK_READER_CLIENT_ID, and one of SPCHECK_READER_CLIENT_SECRET, SPCHECK_READER_CLIENT_CERTIFICATE_PATH and SPCHECK_READER_FEDERATED_TOKEN_FILE"))
	}
	return nil
}
