package session

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose/gather"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// tenantReader is an identity that may read a whole tenant.
type tenantReader struct {
	// Name is the name of the reader in --reader.
	Name string
	// Tenant is the GUID of the token's tenant, or else the configured tenant.
	Tenant string
	Client *graph.Client
}

// OpenTenant finds the first identity of --reader that gets a token for the configured
// tenant and may list its applications. A token may not show that, for example a
// person's; then the first page shows it. The error says why each identity was refused.
// waited is called for each pause that Graph requests; it may be nil.
func OpenTenant(ctx context.Context, o Options, waited func(transport.Wait)) (*tenantReader, error) {
	s := New(o)
	names := s.readerNames()
	if len(names) == 0 {
		return nil, msg.Error(msg.New("a scan needs a reader, but --reader is none"))
	}
	var refused msg.Text
	for _, name := range names {
		t, err := s.openTenant(ctx, name, waited)
		if err == nil {
			return t, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if one := msg.New("%s: %s", name, gather.Reason(err)); refused.IsZero() {
			refused = one
		} else {
			refused = msg.New("%s; %s", refused, one)
		}
	}
	return nil, msg.Error(refused)
}

func (s *session) openTenant(ctx context.Context, name string, waited func(transport.Wait)) (*tenantReader, error) {
	tokens := s.tokens(ctx, name)
	token, err := tokens.Token(ctx)
	if err != nil {
		return nil, err
	}
	t := &tenantReader{Name: name, Tenant: strings.ToLower(s.Settings.Value(config.Tenant))}
	if claims := entra.ClaimsOf(token); claims.Known() {
		if err := fits(claims.Value, t.Tenant); err != nil {
			return nil, err
		}
		if uuid.Validate(claims.Value.TenantID) == nil {
			t.Tenant = strings.ToLower(claims.Value.TenantID)
		}
	}
	t.Client, err = s.open(tokens, waited)
	return t, err
}

// listing are the application permissions to list applications and service principals
// (Microsoft's permission descriptions).
var listing = [...]string{
	"Application.Read.All", "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy", "Directory.Read.All", "Directory.ReadWrite.All",
}

// fits rejects a token of another tenant, whose objects would be reported under the
// wrong name. It also rejects a token of an application that may not list anything.
func fits(c entra.Claims, tenant string) error {
	if uuid.Validate(tenant) == nil && c.TenantID != "" && !strings.EqualFold(c.TenantID, tenant) {
		return msg.Error(msg.New("it signs in to another tenant: %s", c.TenantID))
	}
	if c.AppOnly() && !slices.ContainsFunc(listing[:], func(p string) bool { return slices.Contains(c.Roles, p) }) {
		return msg.Error(msg.New("it is not allowed to list applications; it needs the permission %s", graph.NeedApplications))
	}
	return nil
}

// maxSuggestions is the maximum number of names offered to a shell.
const maxSuggestions = 40

// Suggest lists service principals whose name starts with prefix, for shell completion.
// It uses the first configured reader that works and never one that could prompt a
// person. It returns nil if nothing could be read.
func Suggest(ctx context.Context, o Options, prefix string) []objects.ServicePrincipal {
	o.Interactive = false
	s := New(o)
	for _, name := range s.readerNames() {
		if !s.silent(name) {
			continue
		}
		client, err := s.open(s.tokens(ctx, name), nil)
		if err != nil {
			continue
		}
		if found, err := client.SuggestServicePrincipals(ctx, prefix, maxSuggestions); err == nil {
			return found
		}
	}
	return nil
}

// silent reports whether a reader gets its token without a person.
func (s *session) silent(name string) bool {
	switch {
	case asksPerson(name):
		return false
	case name == self:
		return asksNobody(s.Settings.Credential)
	case strings.HasPrefix(name, "profile:"):
		other, err := s.Settings.ForProfile(strings.TrimPrefix(name, "profile:"))
		return err == nil && asksNobody(other.Credential)
	}
	return true
}

// asksNobody reports whether a credential can be read without a person. A keyring may
// be locked, a program may prompt, and standard input belongs to the shell.
func asksNobody(c *config.CredentialSource) bool {
	if c == nil || c.Path == secrets.Stdin {
		return false
	}
	s := c.Secret
	return s == nil || s.Keyring == "" && !s.Runs() && s.File != secrets.Stdin
}
