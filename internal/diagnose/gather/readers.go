package gather

import (
	"context"
	"iter"
	"strings"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/secrets"
)

// candidate is somebody who may read Microsoft Graph.
type candidate struct {
	name string
	// self is the diagnosed credential, person one who must act first.
	self, person bool
	tokens       graph.TokenSource
}

// held is a token that was issued already.
type held struct{ token secrets.Value }

func (h held) Token(context.Context) (secrets.Value, error) { return h.token, nil }

// nobody is a reader that cannot get a token, and why.
type nobody struct{ err error }

func (n nobody) Token(context.Context) (secrets.Value, error) { return secrets.Value{}, n.err }

// candidates gives the readers that --reader allows, one after the other; auto
// takes the first that works.
func (r *run) candidates(ctx context.Context) iter.Seq[candidate] {
	return func(yield func(candidate) bool) {
		for _, name := range r.readerNames() {
			if !yield(r.candidate(ctx, name)) {
				return
			}
		}
	}
}

func (r *run) readerNames() []string {
	mode := r.facts.Reader.Mode
	if mode != "auto" {
		return []string{mode}
	}
	var names []string
	if id, _ := r.Env("SPCHECK_READER_CLIENT_ID"); id != "" {
		names = append(names, "environment")
	}
	if r.hasSelf() {
		names = append(names, "self")
	}
	names = append(names, "azure-cli")
	if r.Interactive {
		names = append(names, "device-code")
	}
	return names
}

// hasSelf reports whether there is a diagnosed credential that could read.
func (r *run) hasSelf() bool {
	return r.Settings.Credential != nil && r.facts.Setup.ClientID.Value != ""
}

func (r *run) candidate(ctx context.Context, name string) candidate {
	c := candidate{name: name}
	switch name {
	case "self":
		c.self, c.tokens = true, r.selfReader(ctx)
	case "environment":
		c.tokens = r.environmentReader(ctx)
	case "azure-cli":
		c.tokens = entra.AzureCLIReader(r.readerOptions())
	case "managed-identity":
		c.tokens = entra.ManagedIdentityReader(r.managedOptions())
	case "workload-identity":
		c.tokens = r.workloadReader()
	case "device-code":
		c.person, c.tokens = true, entra.DeviceCodeReader(r.readerOptions())
	case "browser":
		c.person, c.tokens = true, entra.BrowserReader(r.readerOptions())
	default:
		c.tokens = r.profileReader(ctx, strings.TrimPrefix(name, "profile:"))
	}
	return c
}

// selfReader uses the token of the diagnosis, or signs in where none was asked
// for yet, as list-secrets does.
func (r *run) selfReader(ctx context.Context) graph.TokenSource {
	switch {
	case r.attempt.Token != nil:
		return held{r.attempt.Token.Value}
	case r.facts.SignIn.Asked() && r.facts.SignIn.Known():
		return nobody{worded{text: msg.New("the sign-in failed")}}
	case r.Settings.Credential == nil:
		return nobody{worded{text: msg.New("no credential is configured")}}
	}
	if err := r.loaded(ctx); err != nil {
		return nobody{worded{text: unusable(r.Settings.Credential, err).Summary}}
	}
	return entra.ApplicationReader("self", r.request(r.signer, false), nil)
}

// loaded reads the credential unless that was done already.
func (r *run) loaded(ctx context.Context) error {
	if r.credential.Kind != "" {
		return r.loadErr
	}
	return r.load(ctx)
}

// environmentReader is an application of its own, named by SPCHECK_READER_*.
func (r *run) environmentReader(ctx context.Context) graph.TokenSource {
	get := func(name string) string { v, _ := r.Env("SPCHECK_READER_" + name); return v }
	id := get("CLIENT_ID")
	source := environmentSource(get)
	if id == "" || source == nil {
		return nobody{worded{text: msg.New("SPCHECK_READER_CLIENT_ID and one of SPCHECK_READER_CLIENT_SECRET, SPCHECK_READER_CLIENT_CERTIFICATE_PATH and SPCHECK_READER_FEDERATED_TOKEN_FILE must be set")}}
	}
	c, err := LoadCredential(ctx, source, r.deps())
	if err != nil {
		return nobody{worded{text: unusable(source, err).Summary}}
	}
	req := r.request(signer(c), false)
	req.ClientID = id
	if tenant := get("TENANT_ID"); tenant != "" {
		req.Tenant = tenant
	}
	return entra.ApplicationReader("environment", req, nil)
}

func environmentSource(get func(string) string) *config.CredentialSource {
	switch {
	case get("CLIENT_SECRET") != "":
		const name = "SPCHECK_READER_CLIENT_SECRET"
		return &config.CredentialSource{Kind: config.Password, Origin: "environment " + name, Secret: &config.SecretRef{Env: name}}
	case get("CLIENT_CERTIFICATE_PATH") != "":
		s := &config.CredentialSource{Kind: config.CertKind, Origin: "environment SPCHECK_READER_CLIENT_CERTIFICATE_PATH", Path: get("CLIENT_CERTIFICATE_PATH")}
		if get("CLIENT_CERTIFICATE_PASSWORD") != "" {
			s.Secret = &config.SecretRef{Env: "SPCHECK_READER_CLIENT_CERTIFICATE_PASSWORD"}
		}
		return s
	case get("FEDERATED_TOKEN_FILE") != "":
		return &config.CredentialSource{Kind: config.FederatedKd, Origin: "environment SPCHECK_READER_FEDERATED_TOKEN_FILE", Path: get("FEDERATED_TOKEN_FILE")}
	}
	return nil
}

// profileReader is the credential of another profile, in that profile's tenant
// or, where it names none, the diagnosed one.
func (r *run) profileReader(ctx context.Context, name string) graph.TokenSource {
	other, err := r.Settings.ForProfile(name)
	if err != nil {
		return nobody{err}
	}
	if other.Credential == nil || other.Value(config.ClientID) == "" {
		return nobody{worded{text: msg.New("the profile %s has no client ID or no credential", name)}}
	}
	c, err := LoadCredential(ctx, other.Credential, r.deps())
	if err != nil {
		return nobody{worded{text: unusable(other.Credential, err).Summary}}
	}
	req := r.request(signer(c), false)
	req.ClientID = other.Value(config.ClientID)
	if tenant := other.Value(config.Tenant); tenant != "" {
		req.Tenant = tenant
	}
	return entra.ApplicationReader("profile:"+name, req, nil)
}

// workloadReader follows the variables that Kubernetes' workload identity sets.
func (r *run) workloadReader() graph.TokenSource {
	path, _ := r.Env("AZURE_FEDERATED_TOKEN_FILE")
	id, _ := r.Env("AZURE_CLIENT_ID")
	if path == "" || id == "" {
		return nobody{worded{text: msg.New("AZURE_FEDERATED_TOKEN_FILE and AZURE_CLIENT_ID must be set, as workload identity sets them")}}
	}
	req := r.request(entra.Credential{}, false)
	req.ClientID = id
	return entra.WorkloadIdentityReader(req, func() (secrets.Value, error) {
		c, err := secrets.LoadFederatedToken(path)
		if err != nil || c.Token == nil {
			return secrets.Value{}, worded{text: msg.New("the federated token in %s cannot be read", path)}
		}
		return c.Token.Token, nil
	})
}

func (r *run) readerOptions() entra.ReaderOptions {
	s := r.facts.Setup
	return entra.ReaderOptions{Tenant: s.Tenant.Value, AuthorityHost: s.AuthorityHost, Scope: r.cloud.Scope(),
		HTTPClient: r.HTTPClient, Prompt: func(p entra.Prompt) { r.prompt(p.Text()) }}
}

// managedOptions names a user-assigned identity where the reader's client ID is
// set; the system-assigned one has none.
func (r *run) managedOptions() entra.ReaderOptions {
	o := r.readerOptions()
	o.ClientID, _ = r.Env("SPCHECK_READER_CLIENT_ID")
	return o
}

func (r *run) prompt(t msg.Text) {
	if r.Prompt != nil {
		r.Prompt(t)
	}
}

// CheckReader refuses a reader that is not set up: that is a mistake on the
// command line or in the configuration, not something that could not be read.
func CheckReader(s *config.Settings, env config.Env) error {
	mode := s.Value(config.Reader)
	if name, ok := strings.CutPrefix(mode, "profile:"); ok {
		_, err := s.ForProfile(name)
		return err
	}
	if mode != "environment" {
		return nil
	}
	get := func(name string) string { v, _ := env("SPCHECK_READER_" + name); return v }
	if get("CLIENT_ID") == "" || environmentSource(get) == nil {
		return fail.Usage(msg.New("the reader environment is not set up"),
			msg.New("set SPCHECK_READER_CLIENT_ID, and one of SPCHECK_READER_CLIENT_SECRET, SPCHECK_READER_CLIENT_CERTIFICATE_PATH and SPCHECK_READER_FEDERATED_TOKEN_FILE"))
	}
	return nil
}
