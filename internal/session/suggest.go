package session

import (
	"context"
	"strings"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

// maxSuggestions is how many names a shell is given to choose from.
const maxSuggestions = 40

// Suggest lists service principals whose name starts with prefix, for a shell's
// completion: by the first configured reader that can, and by none that could
// ask a person for anything. It returns nil where nothing could be read.
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

// asksNobody reports whether a credential is read without a person: a keyring
// may be locked, a program may ask, and standard input belongs to the shell.
func asksNobody(c *config.CredentialSource) bool {
	if c == nil || c.Path == secrets.Stdin {
		return false
	}
	s := c.Secret
	return s == nil || s.Keyring == "" && !s.Runs() && s.File != secrets.Stdin
}
