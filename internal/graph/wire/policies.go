package wire

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/microsoft/kiota-abstractions-go/serialization"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/objects"
)

// unknownCreation is the creation date that Entra assumes for a service principal
// without one (Microsoft's documentation of the policies).
func unknownCreation() time.Time { return time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC) }

// AppPolicy reads an app management policy, either the tenant's default or one assigned
// to objects. It returns false for anything else.
func AppPolicy(o Item) (objects.AppPolicy, bool) {
	p := objects.AppPolicy{ID: o.GUID("id"), Name: o.Text("displayName"), Enabled: o.IsTrue("isEnabled")}
	if own := o.Object("restrictions"); own != nil {
		p.Application = restrictions(own)
		p.ServicePrincipal = p.Application
		return p, true
	}
	applications, principals := o.Object("applicationRestrictions"), o.Object("servicePrincipalRestrictions")
	p.Application, p.ServicePrincipal = restrictions(applications), restrictions(principals)
	return p, applications != nil || principals != nil
}

// errNoPolicy is returned for a document that is not an app management policy.
var errNoPolicy = errors.New("the document is no app management policy")

// ParseAppPolicy reads a policy from JSON in Graph's form.
func ParseAppPolicy(document []byte) (objects.AppPolicy, error) {
	var o Item
	if json.Unmarshal(document, &o) != nil {
		return objects.AppPolicy{}, errNoPolicy
	}
	p, ok := AppPolicy(o)
	if !ok {
		return p, errNoPolicy
	}
	return p, nil
}

// restrictions reads the restrictions of passwords and certificates.
func restrictions(o Item) []objects.Restriction {
	var all []objects.Restriction
	for _, r := range o.Objects("passwordCredentials") {
		all = append(all, restriction(r))
	}
	for _, r := range o.Objects("keyCredentials") {
		all = append(all, restriction(r))
	}
	return all
}

func restriction(o Item) objects.Restriction {
	r := objects.Restriction{Type: neutral.Bound(o.Text("restrictionType"), 80), Disabled: o.Text("state") == "disabled",
		Exempts: len(o.Object("excludeActors").Objects("customSecurityAttributes")) > 0}
	var bad bool
	if r.From, bad = o.When("restrictForAppsCreatedAfterDateTime"); bad {
		r.Problem, r.Wrote = objects.BadDate, neutral.Bound(o.Text("restrictForAppsCreatedAfterDateTime"), 60)
	}
	switch r.Type {
	case objects.RestrictPasswords, objects.RestrictCustomPasswords, objects.RestrictSymmetricKeys:
	case objects.RestrictPasswordLife, objects.RestrictSymmetricLife, objects.RestrictKeyLife:
		if r.MaxLifetime = lifetime(o.Text("maxLifetime")); r.MaxLifetime <= 0 {
			r.Problem, r.Wrote = objects.BadLifetime, neutral.Bound(o.Text("maxLifetime"), 60)
		}
	case objects.RestrictAuthorities:
		r.Problem = objects.NotJudged
	default:
		r.Problem, r.Wrote = objects.UnknownRestriction, r.Type
	}
	return r
}

// PasswordRules returns the enabled restrictions on passwords that apply to an object
// created at made.
func PasswordRules(policy, restrictions Item, source string, made *time.Time) []objects.Policy {
	return read(policy, restrictions.Objects("passwordCredentials"), source, made, map[string]func(*objects.Policy, Item, *time.Time){
		"passwordAddition": func(p *objects.Policy, _ Item, since *time.Time) {
			p.PasswordsForbidden, p.PasswordsForbiddenSince = true, since
		},
		"passwordLifetime": limit,
	})
}

// KeyRules does the same for certificates.
func KeyRules(policy, restrictions Item, source string, made *time.Time) []objects.Policy {
	return read(policy, restrictions.Objects("keyCredentials"), source, made, map[string]func(*objects.Policy, Item, *time.Time){
		"trustedCertificateAuthority": func(p *objects.Policy, _ Item, _ *time.Time) { p.AuthoritiesOnly = true },
		"asymmetricKeyLifetime":       limit,
	})
}

// read applies the known restrictions, each by its kind.
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

// limit lowers the maximum lifetime to that of a restriction.
func limit(p *objects.Policy, r Item, _ *time.Time) {
	switch d := lifetime(r.Text("maxLifetime")); {
	case d <= 0:
		p.Unclear = true
	case p.MaxLifetime == 0 || d < p.MaxLifetime:
		p.MaxLifetime = d
	}
}

// lifetime parses an ISO 8601 duration such as P90D or P4DT12H30M5S. It returns 0 for
// anything else. The SDK's parser drops whole seconds, which makes a limit only
// slightly stricter. It rejects months, but Entra is written in .NET, which writes them
// as days.
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
