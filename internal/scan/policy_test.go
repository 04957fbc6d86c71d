package scan

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/objects"
)

// life limits secrets to some days, for objects created after a day counted from now. 0 means
// all objects.
func life(days, from int) objects.Restriction {
	r := objects.Restriction{Type: objects.RestrictPasswordLife, MaxLifetime: time.Duration(days) * day}
	if from != 0 {
		r.From = new(now.AddDate(0, 0, from))
	}
	return r
}

func policyWith(enabled bool, list ...objects.Restriction) objects.AppPolicy {
	return objects.AppPolicy{ID: guid("policy"), Name: "P", Enabled: enabled, Application: list, ServicePrincipal: list}
}

func made(o objects.Listed, daysAgo int) objects.Listed {
	o.Created = now.AddDate(0, 0, -daysAgo)
	return o
}

func TestPolicies(t *testing.T) {
	year := made(app("x", secret("1", 200*day)), 100) // valid for a year
	certified := made(app("x", certificate("1", "Verify", 200*day)), 100)
	byHand := made(app("x", secret("1", 200*day)), 100)
	byHand.Credentials[0].Hint = ""
	keys := objects.Restriction{Type: objects.RestrictKeyLife, MaxLifetime: 90 * day}
	custom := objects.Restriction{Type: objects.RestrictCustomPasswords}
	off := life(90, 0)
	off.Disabled = true
	unknown := objects.Restriction{Type: "color", Problem: objects.UnknownRestriction, Wrote: "color"}
	all := rulesOf("policy-refused", "policy-starting", "policy-preview")
	strict := policyWith(false, life(30, 0))
	for name, tc := range map[string]struct {
		object   objects.Listed
		policies objects.AppPolicies
		preview  *Preview
		want     []string
	}{
		"too long":                          {year, objects.AppPolicies{Default: policyWith(true, life(180, 0))}, nil, []string{"policy-refused info x"}},
		"short enough":                      {year, objects.AppPolicies{Default: policyWith(true, life(365, 0))}, nil, nil},
		"the policy is switched off":        {year, objects.AppPolicies{Default: policyWith(false, life(180, 0))}, nil, nil},
		"the entry is switched off":         {year, objects.AppPolicies{Default: policyWith(true, off)}, nil, nil},
		"an older application is exempt":    {made(year, 900), objects.AppPolicies{Default: policyWith(true, life(180, -500))}, nil, nil},
		"one without a date counts as old":  {app("x", secret("1", 200*day)), objects.AppPolicies{Default: policyWith(true, life(180, -500))}, nil, nil},
		"a younger one is not":              {year, objects.AppPolicies{Default: policyWith(true, life(180, -500))}, nil, []string{"policy-refused info x"}},
		"it starts later":                   {year, objects.AppPolicies{Default: policyWith(true, life(180, 40))}, nil, []string{"policy-starting warning x"}},
		"a certificate":                     {certified, objects.AppPolicies{Default: policyWith(true, keys)}, nil, []string{"policy-refused info x"}},
		"not a certificate":                 {year, objects.AppPolicies{Default: policyWith(true, keys)}, nil, nil},
		"chosen by hand":                    {byHand, objects.AppPolicies{Default: policyWith(true, custom)}, nil, []string{"policy-refused info x"}},
		"made by Entra":                     {year, objects.AppPolicies{Default: policyWith(true, custom)}, nil, nil},
		"nothing is claimed of the unknown": {year, objects.AppPolicies{Default: policyWith(true, unknown)}, nil, nil},
		"an expired one can rest":           {made(app("x", secret("1", -day)), 9), objects.AppPolicies{Default: policyWith(true, life(180, 0))}, nil, nil},
		"its own policy comes first": {year, objects.AppPolicies{Default: policyWith(true, life(180, 0)),
			Assigned: []objects.AppPolicy{{Enabled: true, AppliesTo: []string{year.ID}}}}, nil, nil},
		"unless that is switched off": {year, objects.AppPolicies{Default: policyWith(true, life(180, 0)),
			Assigned: []objects.AppPolicy{{AppliesTo: []string{year.ID}}}}, nil, []string{"policy-refused info x"}},
		"a file that is played": {year, objects.AppPolicies{}, &Preview{Policy: &strict}, []string{"policy-preview warning x"}},
		"but not on what has its own": {year, objects.AppPolicies{Assigned: []objects.AppPolicy{{Enabled: true, AppliesTo: []string{year.ID}}}},
			&Preview{Policy: &strict}, nil},
		"a day after the start": {year, objects.AppPolicies{Default: policyWith(false, life(180, 40))}, &Preview{At: now.AddDate(0, 0, 41)}, []string{"policy-preview warning x"}},
		"a day before it":       {year, objects.AppPolicies{Default: policyWith(false, life(180, 40))}, &Preview{At: now.AddDate(0, 0, 39)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{objects: []objects.Listed{tc.object}, policies: tc.policies}
			out, got := scanOf(t, Options{Rules: all, Preview: tc.preview}, f)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if notes := out.Scan.Tenants[0].Notes; strings.Contains(name, "unknown") != (len(notes) == 1) {
				t.Errorf("notes: %v", notes)
			}
		})
	}
}

// The strictest restriction is reported.
func TestTheStrictestRestrictionIsTold(t *testing.T) {
	spared := life(90, 0)
	spared.Exempts = true
	f := &fake{objects: []objects.Listed{made(app("x", secret("1", 200*day)), 9)}, policies: objects.AppPolicies{Default: policyWith(true, life(180, 0), spared, life(120, 0))}}
	out, _ := scanOf(t, Options{Rules: rulesOf("policy-refused")}, f)
	for f, err := range out.Findings() {
		if err != nil || f.Policy == nil || *f.Policy.MaxLifetime != "P90D" || !f.Policy.Exempts || f.Policy.Restriction != "passwordLifetime" {
			t.Errorf("%+v, %v", f.Policy, err)
		}
	}
}

// If policies cannot be read, it is unknown whether credentials comply.
func TestPoliciesThatCannotBeRead(t *testing.T) {
	f := &fake{objects: []objects.Listed{app("x", secret("1", 200*day))}, broken: map[string]error{"policies": errors.New("denied")}}
	out, got := scanOf(t, Options{Rules: rulesOf("policy-refused", "policy-starting")}, f)
	if one := out.Scan.Tenants[0]; len(got) > 0 || one.Status != "unknown" || !strings.Contains(one.Error.String(), "app management policies") {
		t.Errorf("%v, %+v", got, one)
	}
}
