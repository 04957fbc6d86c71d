package wire

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/microsoft/kiota-abstractions-go/serialization"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/objects"
)

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
	_ = json.Unmarshal(document, &o)
	p, ok := AppPolicy(o)
	if !ok {
		return objects.AppPolicy{}, errNoPolicy
	}
	return p, nil
}

// restrictions reads the restrictions of passwords and certificates.
func restrictions(o Item) (all []objects.Restriction) {
	for _, r := range append(o.Objects("passwordCredentials"), o.Objects("keyCredentials")...) {
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
		r.Problem = cmp.Or(r.Problem, objects.NotJudged)
	default:
		r.Problem, r.Wrote = objects.UnknownRestriction, r.Type
	}
	return r
}

// InForce summarises the restrictions of some kinds that apply to an object created at
// made. storedOn is objects.OnApplication or objects.OnServicePrincipal. The list has at
// most one element.
func InForce(p *objects.AppPolicy, source, storedOn string, made *time.Time, kinds []string) []objects.Policy {
	if made == nil {
		made = new(objects.UnknownCreation())
	}
	out := objects.Policy{Source: source, ID: p.ID}
	for _, r := range p.Restrictions(storedOn) {
		switch {
		case r.Disabled, !slices.Contains(kinds, r.Type), r.From != nil && made.Before(*r.From):
			continue
		case r.Problem == objects.BadDate:
			out.Unclear = true
			continue
		case r.Type == objects.RestrictPasswords:
			out.PasswordsForbidden, out.PasswordsForbiddenSince = true, r.From
		case r.Type == objects.RestrictAuthorities:
			out.AuthoritiesOnly = true
		case r.Problem != "":
			out.Unclear = true
		case out.MaxLifetime == 0 || r.MaxLifetime < out.MaxLifetime:
			out.MaxLifetime = r.MaxLifetime
		}
		out.Exempts = out.Exempts || r.Exempts
	}
	if !out.PasswordsForbidden && !out.AuthoritiesOnly && out.MaxLifetime == 0 && !out.Unclear {
		return nil
	}
	return []objects.Policy{out}
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
