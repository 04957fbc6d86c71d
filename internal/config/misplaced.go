package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
)

var renewHint = msg.New("if the secret was in a log, a command line or a ticket, consider it compromised, and renew it")

// misplacedSecret refuses a secret in place of an identifier, without repeating it:
// identifiers are printed, and a tenant is sent as part of a URL.
func (s *Settings) misplacedSecret(env Env) error {
	secret, _ := env("AZURE_CLIENT_SECRET")
	for _, n := range []Name{Tenant, ClientID} {
		v := s.values[n]
		same := len(v.Value) >= 16 && v.Value == secret && uuid.Validate(secret) != nil
		if !same && !redact.HasSecret(v.Value) {
			continue
		}
		what := msg.New("an application (client) ID, which is a GUID")
		if n == Tenant {
			what = msg.New("a tenant, which is a GUID or a domain")
		}
		return fail.Usage(msg.New("%s contains the value of a client secret instead of %s", the(v.Origin), what),
			msg.New("swap the two settings if they were mixed up; the value is not shown here"), renewHint)
	}
	return nil
}

// typedSecret refuses a secret on the command line: other users see a process's arguments,
// names are sent in URLs, and paths and names are printed. A text that is to be explained
// may contain one, and misplacedSecret checks the identifiers.
func typedSecret(flags Flags) error {
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		if name != "error-text" && name != string(Tenant) && name != string(ClientID) && redact.HasSecret(flags[name]) {
			return fail.Usage(msg.New("--%s contains the value of a client secret, which is not shown here", name), renewHint)
		}
	}
	return nil
}

// hasValue quotes a refused value, unless it may contain a secret: an Entra secret, or a
// URL with a user name or a query.
func hasValue(v string) msg.Text {
	if redact.HasSecret(v) || strings.ContainsAny(v, "@?#") || len(v) > 200 {
		return msg.New("has a value that is not shown here")
	}
	return msg.New("has the value %q", v)
}
