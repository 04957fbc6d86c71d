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

// Preview is a policy to play although it is not in force. With a Policy that one
// is given instead of the tenant's default; without, the tenant's own policies are
// played as of the day At, those that are switched off included.
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

// unknownCreation is when an object without a creation date counts as created
// (Microsoft's documentation of the policies).
var unknownCreation = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)

func (t *tenantScan) readPolicies(ctx context.Context) {
	v := policyView{assigned: map[string]*objects.AppPolicy{}, preview: t.options.Preview, now: t.now}
	v.all, v.err = t.lister.AppPolicies(ctx)
	for i := range v.all.Assigned {
		for _, id := range v.all.Assigned[i].AppliesTo {
			v.assigned[id] = &v.all.Assigned[i]
		}
	}
	t.mu.Lock()
	t.policies = v
	t.mu.Unlock()
	t.fail(appPolicies, v.err)
}

// judge finds out what a credential would break, if it were added again.
func (v *policyView) judge(k *ruleCase, c *objects.ListedCredential) {
	if v.assigned == nil || !k.alive() || !c.Purpose.SignsIn() {
		return
	}
	p := v.of(k.Object, &v.all.Default, false)
	k.Refused = p.breach(k, c, func(r *objects.Restriction) bool { return v.reaches(r, k.Object) })
	k.Starting = p.breach(k, c, v.later)
	if v.preview == nil {
		return
	}
	played, until := &v.all.Default, v.preview.At
	if v.preview.Policy != nil {
		if own := v.assigned[k.Object.ID]; own != nil && own.Enabled {
			return // its own policy keeps the new default from it
		}
		played = v.preview.Policy
	}
	p = v.of(k.Object, played, true)
	k.Previewed = p.breach(k, c, func(r *objects.Restriction) bool {
		return v.reaches(r, k.Object) || v.later(r) && (until.IsZero() || !r.From.After(until))
	})
}

// of is the policy that holds for an object: the one that is assigned to it, else the
// default. One that is switched off holds only where it is played. Nil is none.
func (v *policyView) of(o *objects.Listed, standard *objects.AppPolicy, played bool) *policyOf {
	p := v.assigned[o.ID]
	if p == nil || !p.Enabled && (!played || v.preview.Policy != nil) {
		p = standard
	}
	if !p.Enabled && !played {
		return nil
	}
	restrictions := p.Application
	if o.Kind == objects.OnServicePrincipal {
		restrictions = p.ServicePrincipal
	}
	return &policyOf{p, restrictions}
}

// reaches reports a restriction that is in force for an object: those that were
// created before its date are exempt.
func (v *policyView) reaches(r *objects.Restriction, o *objects.Listed) bool {
	created := o.Created
	if created.IsZero() {
		created = unknownCreation
	}
	return r.From == nil || !created.Before(*r.From)
}

func (v *policyView) later(r *objects.Restriction) bool { return r.From != nil && r.From.After(v.now) }

// policyOf is a policy with the restrictions for one kind of object.
type policyOf struct {
	*objects.AppPolicy
	restrictions []objects.Restriction
}

// breach is the first restriction that a credential breaks, one that forbids it before
// those that limit its life.
func (p *policyOf) breach(k *ruleCase, c *objects.ListedCredential, holds func(*objects.Restriction) bool) *result.PolicyBreach {
	if p == nil {
		return nil
	}
	var broken *objects.Restriction
	for i := range p.restrictions {
		r := &p.restrictions[i]
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

// breaks reports a credential that a restriction would refuse. A secret without a
// hint was chosen by whoever set it; Entra keeps one of those that it makes.
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

// isoDuration writes a length of time by ISO 8601, as Graph does.
func isoDuration(d time.Duration) string {
	const day = 24 * time.Hour
	text := fmt.Sprintf("P%dD", d/day)
	if rest := d % day; rest > 0 {
		text += fmt.Sprintf("T%dS", int64(rest.Seconds()))
	}
	return text
}

// maxPolicyNotes bounds what is said of restrictions that could not be read.
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

// breach is what a rule found, as a record keeps it.
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
