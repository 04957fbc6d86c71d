package gather

import (
	"cmp"
	"context"
	"errors"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/secrets"
)

func (r *run) readSetup() {
	s := r.Settings
	cloud, _ := entra.CloudByName(s.Value(config.Cloud))
	setting := func(n config.Name) diagnose.Setting {
		return diagnose.Setting{Value: s.Get(n).Value, Origin: s.Get(n).Origin}
	}
	r.facts.Setup = diagnose.Setup{
		Tenant: setting(config.Tenant), ClientID: setting(config.ClientID), Cloud: setting(config.Cloud),
		AuthorityHost: cmp.Or(s.Value(config.AuthorityHost), cloud.LoginHost),
		GraphEndpoint: cmp.Or(s.Value(config.GraphEndpoint), cloud.GraphEndpoint),
		GraphResource: cloud.GraphEndpoint,
		PortalURL:     cloud.Portal,
		SP:            r.SP,
	}
	if c := s.Credential; c != nil {
		r.facts.Setup.Kind, r.facts.Setup.Origin = c.Kind, c.Origin
	}
	r.facts.Reader.Mode = s.Value(config.Reader)
}

// readCredential reads the configured credential and reports whether a sign-in is
// possible. If a setting is missing, that becomes the problem of the setup, unless there
// is only a pasted error to examine.
func (r *run) readCredential(ctx context.Context) bool {
	if r.facts.Setup.Problem != nil {
		return false
	}
	if p := r.missing(); p != nil {
		if r.ErrorText == nil || r.Settings.Credential != nil {
			r.facts.Setup.Problem = p
		}
		return false
	}
	err := r.load(ctx)
	if err == nil || errors.Is(err, secrets.ErrKeyMismatch) || errors.Is(err, secrets.ErrNotJWT) {
		return true
	}
	r.facts.Setup.Problem = Unusable(r.Settings.Credential, err)
	return false
}

// missing returns the first required setting that is missing.
func (r *run) missing() *diagnose.Problem {
	s := r.facts.Setup
	switch {
	case s.Tenant.Value == "":
		return absent(msg.New("no tenant is configured"), msg.New("set AZURE_TENANT_ID, or use --tenant with a GUID or a verified domain"))
	case s.ClientID.Value == "":
		return absent(msg.New("no client ID is configured"), msg.New("set AZURE_CLIENT_ID, or use --client-id with the application (client) ID"))
	case r.Settings.Credential == nil:
		return absent(msg.New("no credential is configured"), msg.New("set AZURE_CLIENT_SECRET, or use --client-secret-file, --certificate or --federated-token-file"))
	}
	return nil
}

func absent(what, hint msg.Text) *diagnose.Problem {
	return &diagnose.Problem{Cause: causes.ConfigIncomplete, Summary: what, Value: "not set", Source: msg.New("configuration"),
		Hints: []msg.Text{hint, msg.New("see what is set with: spcheck config show"), msg.New("to try it without a tenant: spcheck sandbox -- spcheck diagnose")}}
}

// Unusable converts the error of a credential source to a problem. A source that exists
// but is empty is a missing secret.
func Unusable(c *config.CredentialSource, err error) *diagnose.Problem {
	p := &diagnose.Problem{Cause: causes.ConfigIncomplete, Summary: msg.New("the credential cannot be read"), Value: "no value", Source: c.Origin.Text(),
		Hints: []msg.Text{msg.New("check the setting with: spcheck config show")}}
	if source, ok := errors.AsType[*secrets.SourceError](err); ok {
		p.Summary = source.Text()
	}
	if errors.Is(err, secrets.ErrMissing) && c.Kind == objects.Password {
		p.Cause = causes.SecretMissing
		p.Hints = append([]msg.Text{msg.New("the product would send no secret; fill in the setting, or check that the variable is passed to the process")}, p.Hints...)
	}
	return p
}

// load reads the credential and stores what its format shows.
func (r *run) load(ctx context.Context) error {
	r.tell(msg.New("reading the credential"))
	c, err := r.Session.Credential(ctx)
	r.credential = c
	s := &r.facts.Setup
	s.Warnings = c.Warnings
	switch {
	case c.Certificate != nil:
		r.facts.Certificate = fact.Of(c.Certificate.Certificate)
	case c.Token != nil:
		token := *c.Token
		token.Token = secrets.Value{} // only its claims are needed
		r.facts.Token = fact.From(token, err)
	case s.Kind == objects.Password && err == nil:
		r.facts.Secret = fact.Of(secrets.Inspect(c.Secret, s.ClientID.Value, s.Tenant.Value))
	}
	return err
}

// nameByPrincipal takes the client ID from the service principal named with --sp, if none
// is configured. It reports whether it read the directory.
func (r *run) nameByPrincipal(ctx context.Context) bool {
	s := &r.facts.Setup
	if r.SP == "" || s.ClientID.Value != "" || s.Tenant.Value == "" {
		return false
	}
	r.readDirectory(ctx, nil)
	if found := r.facts.ServicePrincipals.Value; len(found) == 1 {
		s.ClientID = diagnose.Setting{Value: found[0].AppID, Origin: origin.Origin{Place: origin.Flag, Name: "--sp",
			Kept: &origin.Origin{Place: origin.Principal, Name: found[0].DisplayName}}}
	}
	return true
}
