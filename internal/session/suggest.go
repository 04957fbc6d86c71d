package session

import (
	"context"
	"strings"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

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
