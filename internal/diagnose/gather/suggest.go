package gather

import (
	"context"
	"strings"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/objects"
)

// maxSuggestions is how many names a shell is given to choose from.
const maxSuggestions = 40

// Suggest lists service principals whose name starts with prefix, for a shell's
// completion: by the first configured reader that can, and by none that could
// ask a person for anything. It returns nil where nothing could be read.
func Suggest(ctx context.Context, in Input, prefix string) []objects.ServicePrincipal {
	in.Interactive = false
	r := &run{Input: in, facts: unread(in), patient: ctx}
	r.readSetup()
	for _, name := range r.readerNames() {
		if !r.silent(name) {
			continue
		}
		client, err := r.client(r.candidate(ctx, name).tokens)
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
func (r *run) silent(name string) bool {
	switch {
	case name == "none", name == "device-code", name == "browser":
		return false
	case name == "self":
		return asksNobody(r.Settings.Credential)
	case strings.HasPrefix(name, "profile:"):
		other, err := r.Settings.ForProfile(strings.TrimPrefix(name, "profile:"))
		return err == nil && asksNobody(other.Credential)
	}
	return true
}

// asksNobody reports whether a credential is read without a person: a keyring
// may be locked, a program may ask, and standard input belongs to the shell.
func asksNobody(c *config.CredentialSource) bool {
	if c == nil || c.Path == config.Stdin {
		return false
	}
	s := c.Secret
	return s == nil || s.Keyring == "" && len(s.Command) == 0 && s.File != config.Stdin
}
