package scenario

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// lifetimePattern matches durations as Graph writes them (its description of
// passwordCredentialConfiguration): days and smaller units, no months or years.
var lifetimePattern = lazyregexp.New(`^P(?:[1-9]\d{0,5}D)?(?:T(?:\d{1,6}H)?(?:\d{1,6}M)?(?:\d{1,6}(?:\.\d+)?S)?)?$`)

func checkLifetime(field, text string) error {
	if text == "" {
		return nil
	}
	if last := text[len(text)-1]; last == 'P' || last == 'T' || !lifetimePattern().MatchString(text) {
		return fmt.Errorf("policy: %s %q is not an ISO 8601 duration in days, hours, minutes and seconds, such as P180D or P4DT12H", field, text)
	}
	return nil
}

func (p *policy) check() error {
	if p == nil {
		return nil
	}
	if err := checkLifetime("maxLifetime", p.MaxLifetime); err != nil {
		return err
	}
	return checkLifetime("certificateLifetime", p.CertificateLifetime)
}

// policies makes the tenant-wide policy and the custom ones.
func (b *builder) policies(t *directory.Tenant, spec *tenant) {
	if spec.Policy != nil {
		t.DefaultPolicy = b.policy(spec.Policy)
		t.DefaultPolicy.ID = directory.DefaultPolicyID
		t.DefaultPolicy.DisplayName = cmp.Or(spec.Policy.Name, "Default app management tenant policy")
	}
	for i := range spec.Policies {
		p := b.policy(&spec.Policies[i])
		p.ID = b.id("", "policy", t.ID, p.DisplayName)
		t.Policies = append(t.Policies, p)
	}
}

func (b *builder) policy(p *policy) *directory.AppManagementPolicy {
	out := &directory.AppManagementPolicy{DisplayName: p.Name, Enabled: !p.Off}
	one := func(kind, lifetime string) directory.Restriction {
		r := directory.Restriction{Type: kind, MaxLifetime: lifetime, State: "enabled", Exempts: p.Exempts}
		if p.From.set {
			r.CreatedAfter = p.From.bound(b.now, b.now)
		}
		return r
	}
	if p.NoPasswords {
		out.Restrictions = append(out.Restrictions, one("passwordAddition", ""))
	}
	if p.NoCustomPasswords {
		out.Restrictions = append(out.Restrictions, one("customPasswordAddition", ""))
	}
	if p.MaxLifetime != "" {
		out.Restrictions = append(out.Restrictions, one(directory.RestrictLifetime, p.MaxLifetime))
	}
	if p.CertificateLifetime != "" {
		out.Keys = append(out.Keys, one(directory.RestrictKeyLifetime, p.CertificateLifetime))
	}
	out.OnServicePrincipals, out.KeysOnServicePrincipals = slices.Clone(out.Restrictions), slices.Clone(out.Keys)
	return out
}

// assign assigns policies to their apps.
func assign(t *directory.Tenant, list []policy) error {
	for i, p := range list {
		for _, name := range p.Apps {
			found := false
			for _, a := range t.Applications {
				if a.DisplayName == name {
					a.PolicyID, found = t.Policies[i].ID, true
				}
			}
			for _, sp := range t.ServicePrincipals {
				if sp.DisplayName == name {
					sp.PolicyID, found = t.Policies[i].ID, true
				}
			}
			if !found {
				return fmt.Errorf("policy %s: there is no app %s", p.Name, name)
			}
		}
	}
	return nil
}
