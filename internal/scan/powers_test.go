package scan

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

const (
	rolesOverRoles = "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8" // RoleManagement.ReadWrite.Directory
	usersReadAll   = "df021288-bdef-4463-88db-98f22de89214"
	globalAdmin    = "62e90394-69f5-4237-9190-012177145e10"
)

func keyNamed(name string) []objects.ChangedKey { return []objects.ChangedKey{{ID: guid("k" + name)}} }

// ranked returns the credentials that appeared, the most suspicious first.
func ranked(t *testing.T, out *Outcome) (names []string, findings map[string]result.Finding) {
	t.Helper()
	findings = map[string]result.Finding{}
	for f, err := range out.Findings() {
		if err != nil {
			t.Fatal(err)
		}
		findings[f.Rule+" "+*f.DisplayName] = *f
	}
	for _, c := range out.Scan.Changes.List {
		var why []string
		for _, r := range c.Reasons {
			why = append(why, r.ID)
		}
		names = append(names, strings.TrimSpace(*c.Item.DisplayName+" "+strings.Join(why, " ")))
	}
	return names, findings
}

// What an intruder would do ranks first: a key added by an application, above all to a
// privileged application. The log usually names an application only by its service
// principal, which is not the changed object.
func TestIntrudersRankFirst(t *testing.T) {
	b := since(t, &fake{objects: []objects.Listed{app("person"), app("itself"), app("other"), app("mighty"), app("both"), app("admin"), app("old", secret("0", 200*day))}})
	f := &fake{
		objects: []objects.Listed{app("person", secret("1", 200*day)), app("itself", secret("2", 200*day)), app("other", secret("3", 200*day)),
			app("mighty", secret("4", 200*day)), app("both", secret("5", 200*day)), app("admin", secret("6", 200*day)), app("old", secret("0", 200*day))},
		changes: []objects.Change{
			{Time: now.Add(-day), Actor: "ada@example.org", Added: keyNamed("1")},
			{Time: now.Add(-day), Actor: "itself", ByPrincipal: guid("sitself"), ObjectID: guid("aitself"), Added: keyNamed("2")},
			{Time: now.Add(-day), Actor: "Deploy", ByAppID: guid("cdeploy"), Added: keyNamed("3")},
			{Time: now.Add(-day), Actor: "ada@example.org", Added: keyNamed("4")},
			{Time: now.Add(-day), Actor: "Deploy", ByPrincipal: guid("sdeploy"), Added: keyNamed("5")},
			{Time: now.Add(-day), Actor: "ada@example.org", Through: "Graph Explorer", ByAppID: guid("cadmin"), Added: keyNamed("6")},
		},
		permissions: []objects.Assignment{{Principal: guid("smighty"), Role: rolesOverRoles}, {Principal: guid("sboth"), Role: rolesOverRoles}, {Principal: guid("sperson"), Role: usersReadAll}},
		roles:       []objects.Assignment{{Principal: guid("sadmin"), Role: globalAdmin}},
		principals: map[string]string{guid("sitself"): guid("citself"), guid("sdeploy"): guid("cdeploy"), guid("smighty"): guid("cmighty"),
			guid("sboth"): guid("cboth"), guid("sadmin"): guid("cadmin")},
	}
	out, _ := scanOf(t, Options{Baseline: b}, f)
	names, findings := ranked(t, out)
	want := []string{"both added-by-application privileged", "itself self-added", "other added-by-application", "mighty privileged", "admin privileged", "person"}
	slices.Sort(want[3:5])
	slices.Sort(names[3:5])
	if d := cmp.Diff(want, names); d != "" {
		t.Error(d)
	}
	both := findings["appeared both"]
	if fmt.Sprint(*both.Privileges) != "[RoleManagement.ReadWrite.Directory]" || len(both.Reasons) != 2 || both.Reasons[1].Text.String() != "the application is privileged: RoleManagement.ReadWrite.Directory" {
		t.Errorf("%+v", both)
	}
	if p := findings["appeared person"]; p.Privileges == nil || len(*p.Privileges) != 0 || p.Reasons != nil {
		t.Errorf("%+v", p)
	}
	if a := findings["appeared admin"].ChangedBy; a.ActorType != "user" || *a.Through != "Graph Explorer" || a.Itself {
		t.Errorf("a user with an application: %+v", a)
	}
	if slices.Contains(f.asked, guid("sperson")) {
		t.Error("a principal that holds nothing of note was read")
	}
}

// If roles cannot be read, one note says so. An unknown application is not reported as
// unprivileged, and one that is known to be privileged still is.
func TestRolesCannotBeRead(t *testing.T) {
	b := since(t, &fake{objects: []objects.Listed{app("plain"), app("mighty"), app("old", secret("0", 200*day))}})
	f := &fake{
		objects:     []objects.Listed{app("plain", secret("1", 200*day)), app("mighty", secret("2", 200*day)), app("old", secret("0", 200*day))},
		permissions: []objects.Assignment{{Principal: guid("smighty"), Role: rolesOverRoles}},
		principals:  map[string]string{guid("smighty"): guid("cmighty")},
		broken:      map[string]error{"roles": errors.New("denied")},
	}
	out, _ := scanOf(t, Options{Baseline: b}, f)
	_, findings := ranked(t, out)
	if p := findings["appeared plain"].Privileges; p != nil {
		t.Errorf("nothing is known, and it says %q", *p)
	}
	if p := findings["appeared mighty"].Privileges; p == nil || len(*p) != 1 {
		t.Errorf("%v", p)
	}
	if n := out.Scan.Tenants[0].Notes; len(n) != 1 || !strings.Contains(n[0].String(), "directory roles could not be read: denied") {
		t.Errorf("%q", n)
	}
}

// Without changes, roles are read only for the rule that needs them.
func TestPrivilegedOnRequest(t *testing.T) {
	f := &fake{
		objects:     []objects.Listed{app("plain", secret("1", 200*day)), app("mighty", secret("2", 200*day), secret("3", -day))},
		permissions: []objects.Assignment{{Principal: guid("smighty"), Role: rolesOverRoles}},
		principals:  map[string]string{guid("smighty"): guid("cmighty")},
	}
	if _, got := scanOf(t, Options{Owners: OwnersOfNone}, f); len(f.asked) != 0 || slices.Contains(got, "privileged info mighty") {
		t.Errorf("%q, asked for %q", got, f.asked)
	}
	rules, _ := Choose([]string{"privileged"})
	if _, got := scanOf(t, Options{Rules: rules}, f); !slices.Equal(got, []string{"privileged info mighty"}) {
		t.Errorf("%q", got)
	}
}

// Federated credentials are read only for the rule that needs them. Those with a foreign
// issuer are found, and applications that could not be read are unknown.
func TestForeignIssuers(t *testing.T) {
	rules, _ := Choose([]string{"foreign-issuer"})
	trust := func(key, issuer string) objects.Credential {
		return objects.Credential{KeyID: guid("k" + key), Name: key, Issuer: issuer, Kind: objects.Federated}
	}
	f := &fake{
		objects:   []objects.Listed{app("ci"), app("odd"), app("shut")},
		federated: []string{guid("cci"), guid("codd"), guid("cshut")},
		trusts: map[string][]objects.Credential{
			guid("aci"):  {trust("1", "https://token.actions.githubusercontent.com"), trust("2", "https://login.microsoftonline.com/"+tenantID+"/v2.0")},
			guid("aodd"): {trust("3", "https://idp.attacker.example"), trust("4", "https://login.microsoftonline.com/"+guid("other")+"/v2.0")},
		},
	}
	out, got := scanOf(t, Options{Rules: rules}, f)
	if want := []string{"foreign-issuer warning odd", "foreign-issuer warning odd"}; !slices.Equal(got, want) || out.Scan.Status != result.Unknown {
		t.Errorf("%q, %s", got, out.Scan.Status)
	}
	var why []string
	for f, err := range out.Findings() {
		if err != nil || *f.Kind != "federated" || f.Status != "" {
			t.Fatalf("%v, %+v", err, f)
		}
		why = append(why, f.Reasons[0].Text.String())
	}
	if !strings.Contains(why[0], "https://idp.attacker.example") || !strings.Contains(why[1], "another tenant") {
		t.Errorf("%q", why)
	}
	if e := out.Scan.Tenants[0].Error.String(); !strings.Contains(e, "1 application could not be read: denied") {
		t.Errorf("%q", e)
	}
	f.objects, f.federated = f.objects[:2], f.federated[:2]
	if out, _ := scanOf(t, Options{Rules: rules}, f); out.Scan.Status != result.Warning {
		t.Errorf("all were read: %s", out.Scan.Status)
	}
}

// Batches are answered in any order, and findings have one.
func TestForeignIssuersInOrder(t *testing.T) {
	rules, _ := Choose([]string{"foreign-issuer"})
	f := &fake{backwards: true, trusts: map[string][]objects.Credential{}}
	for _, name := range []string{"1", "2", "3"} {
		f.objects, f.federated = append(f.objects, app(name)), append(f.federated, guid("c"+name))
		f.trusts[guid("a"+name)] = []objects.Credential{{KeyID: guid("k" + name), Issuer: "https://idp.example", Kind: objects.Federated}}
	}
	out, _ := scanOf(t, Options{Rules: rules}, f)
	var names []string
	for f := range out.Findings() {
		names = append(names, *f.DisplayName)
	}
	if !slices.Equal(names, []string{"1", "2", "3"}) {
		t.Errorf("%q", names)
	}
}
