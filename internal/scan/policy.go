package scan

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// Preview is a policy to evaluate although it is not in force. Policy replaces the tenant's
// default policy. Without it, the tenant's own policies are evaluated as of the day At,
// including disabled ones.
type Preview struct {
	Policy *objects.AppPolicy
	At     time.Time
}

func (o *Options) wantsPolicies() bool { return o.needs(needPolicies) || o.Preview != nil }

// policyView is what is known of a tenant's app management policies.
type policyView struct {
	all      objects.AppPolicies
	assigned map[string]*objects.AppPolicy // by object ID
	preview  *Preview
	err      error
	now      time.Time
}

func (t *tenantScan) readPolicies(ctx context.Context) {
	v := &t.policies
	v.assigned, v.preview, v.now = map[string]*objects.AppPolicy{}, t.options.Preview, t.now
	v.all, v.err = t.lister.AppPolicies(ctx)
	for i := range v.all.Assigned {
		for _, id := range v.all.Assigned[i].AppliesTo {
			v.assigned[id] = &v.all.Assigned[i]
		}
	}
	t.fail(appPolicies, v.err)
}

// judge finds out what a credential would violate if it were added again.
func (v *policyView) judge(k *ruleCase, c *objects.ListedCredential) {
	if v.assigned == nil || !k.alive() || !c.Purpose.SignsIn() {
		return
	}
	p := v.assigned[k.Object.ID]
	if p == nil || !p.Enabled {
		p = &v.all.Default
	}
	if p.Enabled {
		k.Refused = breach(p, k, c, func(r *objects.Restriction) bool { return applies(r, k.Object) })
		k.Starting = breach(p, k, c, v.later)
	}
	if v.preview == nil {
		return
	}
	until, own := v.preview.At, v.assigned[k.Object.ID]
	switch {
	case v.preview.Policy == nil && own != nil:
		p = own
	case v.preview.Policy == nil:
		p = &v.all.Default
	case own != nil && own.Enabled:
		return // its own policy replaces the new default
	default:
		p = v.preview.Policy
	}
	k.Previewed = breach(p, k, c, func(r *objects.Restriction) bool {
		return applies(r, k.Object) || v.later(r) && (until.IsZero() || !r.From.After(until))
	})
}

// applies reports whether a restriction applies to an object. Objects created before its
// date are exempt.
func applies(r *objects.Restriction, o *objects.Listed) bool {
	created := o.Created
	if created.IsZero() {
		created = objects.UnknownCreation()
	}
	return r.From == nil || !created.Before(*r.From)
}

func (v *policyView) later(r *objects.Restriction) bool { return r.From != nil && r.From.After(v.now) }

// breach returns the restriction that a credential violates: one that forbids it, or else
// the shortest lifetime.
func breach(p *objects.AppPolicy, k *ruleCase, c *objects.ListedCredential, holds func(*objects.Restriction) bool) *result.PolicyBreach {
	var broken *objects.Restriction
	list := p.Restrictions(k.Object.Kind)
	for i := range list {
		r := &list[i]
		if r.Disabled || r.Problem != "" || !holds(r) || !breaks(k.Credential, c, r) {
			continue
		}
		if broken == nil || broken.MaxLifetime > r.MaxLifetime {
			broken = r
		}
	}
	if broken == nil {
		return nil
	}
	b := &result.PolicyBreach{ID: p.ID, DisplayName: p.Name, Restriction: broken.Type, Exempts: broken.Exempts}
	if broken.MaxLifetime > 0 {
		b.MaxLifetime = new(isoDuration(broken.MaxLifetime))
	}
	if broken.From != nil && broken.From.After(k.Now) {
		b.Starts = broken.From
	}
	return b
}

// breaks reports whether a restriction would refuse a credential. A secret without a hint
// was chosen by its creator; Entra stores the hint of those that it generates.
func breaks(full *objects.Credential, c *objects.ListedCredential, r *objects.Restriction) bool {
	password, certificate := c.Kind == objects.Password, c.Kind == objects.Certificate && !c.Symmetric
	tooLong := full.End == nil || full.Start != nil && full.End.After(full.Start.Add(r.MaxLifetime))
	switch r.Type {
	case objects.RestrictPasswords:
		return password
	case objects.RestrictCustomPasswords:
		return password && c.Hint == ""
	case objects.RestrictPasswordLife:
		return password && tooLong
	case objects.RestrictSymmetricKeys:
		return c.Symmetric
	case objects.RestrictSymmetricLife:
		return c.Symmetric && tooLong
	case objects.RestrictKeyLife:
		return certificate && tooLong
	}
	return false
}

// isoDuration formats a duration according to ISO 8601, as Graph does.
func isoDuration(d time.Duration) string {
	const day = 24 * time.Hour
	text := fmt.Sprintf("P%dD", d/day)
	if rest := d % day; rest > 0 {
		text += fmt.Sprintf("T%dS", int64(rest.Seconds()))
	}
	return text
}

// maxPolicyNotes limits the notes about restrictions that could not be read.
const maxPolicyNotes = 5

// notes name restrictions that could not be applied.
func (v *policyView) notes() []msg.Text {
	var notes []msg.Text
	all := append([]objects.AppPolicy{v.all.Default}, v.all.Assigned...)
	played := v.preview != nil
	if played && v.preview.Policy != nil {
		all = append(all, *v.preview.Policy)
	}
	for _, p := range all {
		for _, r := range slices.Concat(p.Application, p.ServicePrincipal) {
			if r.Problem == "" || r.Disabled || !p.Enabled && !played || len(notes) >= maxPolicyNotes {
				continue
			}
			note := msg.New("the policy %q has a restriction that cannot be read and was not applied: %s is %q", p.Name, string(r.Problem), r.Wrote)
			if r.Problem == objects.NotJudged {
				note = msg.New("the policy %q has a restriction that a scan cannot evaluate, so it was not applied: %s", p.Name, r.Type)
			}
			if !slices.ContainsFunc(notes, func(n msg.Text) bool { return n.String() == note.String() }) {
				notes = append(notes, note)
			}
		}
	}
	return notes
}

// breach returns the violation that a rule found, as JSON.
func (c *ruleCase) breach(rule string) string {
	b := map[string]*result.PolicyBreach{"policy-refused": c.Refused, "policy-starting": c.Starting, "policy-preview": c.Previewed}[rule]
	if b == nil {
		return ""
	}
	text, err := json.Marshal(b)
	if err != nil {
		return "" // a struct of texts and times never fails
	}
	return string(text)
}

func readBreach(text string) *result.PolicyBreach {
	if text == "" {
		return nil
	}
	var b result.PolicyBreach
	if json.Unmarshal([]byte(text), &b) != nil {
		return nil
	}
	return &b
}
