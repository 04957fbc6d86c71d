package wire

import (
	"strings"
	"time"

	"github.com/microsoft/kiota-abstractions-go/serialization"

	"github.com/spcheck/spcheck/internal/objects"
)

// unknownCreation is when a service principal without a creation date counts as
// created (Microsoft's documentation of the policies).
func unknownCreation() time.Time { return time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC) }

// PasswordRules reads the restrictions on passwords that are enabled and reach an
// object of that age.
func PasswordRules(policy, restrictions Item, source string, made *time.Time) []objects.Policy {
	return read(policy, restrictions.Objects("passwordCredentials"), source, made, map[string]func(*objects.Policy, Item, *time.Time){
		"passwordAddition": func(p *objects.Policy, _ Item, since *time.Time) {
			p.PasswordsForbidden, p.PasswordsForbiddenSince = true, since
		},
		"passwordLifetime": limit,
	})
}

// KeyRules reads the same of certificates.
func KeyRules(policy, restrictions Item, source string, made *time.Time) []objects.Policy {
	return read(policy, restrictions.Objects("keyCredentials"), source, made, map[string]func(*objects.Policy, Item, *time.Time){
		"trustedCertificateAuthority": func(p *objects.Policy, _ Item, _ *time.Time) { p.AuthoritiesOnly = true },
		"asymmetricKeyLifetime":       limit,
	})
}

// read applies the restrictions of the kinds that are known, each by its name.
func read(policy Item, restrictions []Item, source string, made *time.Time, kinds map[string]func(*objects.Policy, Item, *time.Time)) []objects.Policy {
	if made == nil {
		made = new(unknownCreation())
	}
	out := objects.Policy{Source: source, ID: policy.GUID("id")}
	for _, r := range restrictions {
		since, bad := r.When("restrictForAppsCreatedAfterDateTime")
		apply, known := kinds[r.Text("restrictionType")]
		switch {
		case !known, r.Text("state") == "disabled", since != nil && made.Before(*since):
			continue
		case bad:
			out.Unclear = true
			continue
		}
		apply(&out, r, since)
		if len(r.Object("excludeActors").Objects("customSecurityAttributes")) > 0 {
			out.Exempts = true
		}
	}
	if !out.PasswordsForbidden && !out.AuthoritiesOnly && out.MaxLifetime == 0 && !out.Unclear {
		return nil
	}
	return []objects.Policy{out}
}

// limit lowers the longest lifetime to the one that a restriction names.
func limit(p *objects.Policy, r Item, _ *time.Time) {
	switch d := lifetime(r.Text("maxLifetime")); {
	case d <= 0:
		p.Unclear = true
	case p.MaxLifetime == 0 || d < p.MaxLifetime:
		p.MaxLifetime = d
	}
}

// lifetime is an ISO 8601 duration such as P90D or P4DT12H30M5S, or 0. The SDK's
// reader leaves out whole seconds, which only makes a limit a little stricter, and
// refuses months; .NET, in which the service is written, spells them as days.
func lifetime(text string) time.Duration {
	d, err := serialization.ParseISODuration(text)
	if err != nil || !strings.HasPrefix(text, "P") {
		return 0
	}
	length, err := d.ToDuration()
	if err != nil {
		return 0
	}
	return length
}
