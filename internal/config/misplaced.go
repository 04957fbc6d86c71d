package config

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/fail"
)

// entraSecret is the form of the client secrets that Entra makes since 2020: 37
// or 40 characters with a marker at the fourth (microsoft/security-utilities).
var entraSecret = regexp.MustCompile(`[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{20,}`)

// misplacedSecret refuses a secret where an identifier belongs, without
// repeating it: identifiers are printed, and a tenant is sent as part of a URL.
func (s *Settings) misplacedSecret(env Env) error {
	secret, _ := env("AZURE_CLIENT_SECRET")
	for _, n := range []Name{Tenant, ClientID} {
		v := s.values[n]
		same := len(v.Value) >= 16 && v.Value == secret && uuid.Validate(secret) != nil
		if !same && !entraSecret.MatchString(v.Value) {
			continue
		}
		what := "an application (client) ID, which is a GUID"
		if n == Tenant {
			what = "a tenant, which is a GUID or a domain"
		}
		return fail.Usagef("%s has the value of a client secret in the place of %s", v.Origin, what).
			Hint("exchange the two settings where they were mixed up; the value is not repeated here").
			Hint("consider the secret as known to others where it stood in a log, a command line or a ticket, and renew it")
	}
	return nil
}

// hasValue quotes a refused value, unless it may hold a secret: an Entra secret,
// or a URL with a user name or a query.
func hasValue(v string) string {
	if entraSecret.MatchString(v) || strings.ContainsAny(v, "@?#") || len(v) > 200 {
		return "has a value that is not repeated here"
	}
	return fmt.Sprintf("has the value %q", v)
}
