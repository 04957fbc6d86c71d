package scan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// never is an expiry date so far away that it counts as none.
func never(key string) objects.ListedCredential {
	c := secret(key, day)
	c.End = time.Date(2299, 12, 31, 0, 0, 0, 0, time.UTC)
	return c
}

func with(o objects.Listed, change func(*objects.Listed)) objects.Listed {
	change(&o)
	return o
}

func TestFindings(t *testing.T) {
	all, _ := Choose([]string{"all"})
	for _, c := range []struct {
		name   string
		tenant fake
		rules  []rule
		opts   Options
		want   []string
	}{
		{"the only secret ended", fake{objects: []objects.Listed{app("x", secret("1", -day))}}, nil, Options{}, []string{"ended critical x"}},
		{"an ended one beside a valid one is not alarming", fake{objects: []objects.Listed{app("x", secret("1", -day), secret("2", 90*day))}}, nil, Options{}, []string{"ended info x"}},
		{"the valid one may be on the other object", fake{objects: []objects.Listed{principal("x", secret("1", -day)), app("x", secret("2", 90*day))}}, nil, Options{}, []string{"ended info x"}},
		{"or a certificate", fake{objects: []objects.Listed{app("x", secret("1", -day), certificate("2", "Verify", 90*day))}}, nil, Options{}, []string{"ended info x"}},
		{"or a federated credential", fake{objects: []objects.Listed{app("x", secret("1", -day))}, federated: []string{guid("cx")}}, nil, Options{}, []string{"ended info x"}},
		{"one that has not begun helps nobody", fake{objects: []objects.Listed{app("x", secret("1", -day), secret("2", 400*day))}}, nil, Options{}, []string{"ended critical x"}},
		{"ending inside the window", fake{objects: []objects.Listed{app("x", secret("1", 30*day)), app("y", secret("2", 31*day))}}, nil, Options{}, []string{"ending warning x"}},
		{"never ending", fake{objects: []objects.Listed{app("x", never("1"))}}, nil, Options{}, []string{"never-ends info x"}},
		{"a certificate that ended", fake{objects: []objects.Listed{app("x", certificate("1", "Verify", -day))}}, nil, Options{}, []string{"ended critical x"}},
		{"too long, of those that are still valid", fake{objects: []objects.Listed{app("x", secret("1", 200*day)), app("y", secret("2", -day))}}, nil, Options{MaxLifetime: 180 * day},
			[]string{"ended critical y", "lifetime-too-long warning x"}},
		{"a secret on a service principal", fake{objects: []objects.Listed{principal("x", secret("1", 200*day))}}, nil, Options{}, []string{"on-service-principal info x"}},
		{"too many", fake{objects: []objects.Listed{app("x", secret("1", 90*day), secret("2", 90*day), secret("3", -day))}}, nil, Options{MaxPasswords: 1},
			[]string{"ended info x", "too-many info x"}},
		{"without a date nothing is claimed", fake{objects: []objects.Listed{app("x", objects.ListedCredential{KeyID: guid("k"), Kind: objects.Password, Malformed: true})}}, nil, Options{}, nil},
		{"rules on request", fake{objects: []objects.Listed{app("x", secret("1", 90*day), certificate("2", "Verify", 90*day)), app("y", secret("3", 90*day))},
			ownerless: []string{guid("ax")}, activity: map[string]time.Time{guid("k2"): now.Add(-day), guid("k3"): now.Add(-40 * day)}}, all, Options{},
			[]string{"ownerless info x", "password-where-federation info x", "unused info x", "unused info y"}},
		{"a disabled service principal whose application has a usable secret", fake{objects: []objects.Listed{disabled(principal("x")), app("x", secret("1", 90*day)), disabled(principal("y"))}}, nil, Options{}, []string{"disabled info x"}},
		{"a chosen rule only", fake{objects: []objects.Listed{app("x", never("1")), app("y", secret("2", 3*day))}}, rulesOf("ending"), Options{}, []string{"ending warning y"}},
		{"a longer-lived one of the same kind makes a renewal needless", fake{objects: []objects.Listed{app("x", secret("1", 3*day), secret("2", 90*day))}}, nil, Options{}, []string{"ending-replaced info x"}},
		{"on the other object, too", fake{objects: []objects.Listed{principal("x", secret("1", 3*day)), app("x", never("2"))}}, rulesOf("ending", "ending-replaced"), Options{}, []string{"ending-replaced info x"}},
		{"that of another kind does not", fake{objects: []objects.Listed{app("x", secret("1", 3*day), certificate("2", "Verify", 90*day))}}, nil, Options{}, []string{"ending warning x"}},
		{"nor one that ends soon itself", fake{objects: []objects.Listed{app("x", secret("1", 3*day), secret("2", 9*day))}}, nil, Options{}, []string{"ending warning x", "ending warning x"}},
		{"that federated credentials cannot be listed blunts nothing", fake{objects: []objects.Listed{app("x", secret("1", -day))}, broken: map[string]error{listingName(objects.OnApplication, objects.WithFederation): errors.New("denied")}}, nil, Options{}, []string{"ended critical x"}},
		{"that certificates cannot be listed does", fake{objects: []objects.Listed{app("x", secret("1", -day))}, broken: map[string]error{listingName(objects.OnApplication, objects.Certificates): errors.New("denied")}}, nil, Options{}, []string{"ended warning x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.opts.Rules = c.rules
			_, got := scanOf(t, c.opts, &c.tenant)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Credentials that were left out, or have no readable date, are not healthy. Findings about
// others stay as they are.
func TestLeftOutCredentialsAreUnknown(t *testing.T) {
	undated := objects.ListedCredential{KeyID: guid("k"), Kind: objects.Password, Malformed: true}
	left := app("y")
	left.Unread = true
	for name, o := range map[string]objects.Listed{"without a date": app("x", undated), "without a list": left} {
		out, _ := scanOf(t, Options{}, &fake{objects: []objects.Listed{o}})
		if d := out.Scan.Tenants[0]; d.Status != result.Unknown || out.Scan.ExitCode != 3 || !strings.Contains(d.Error.String(), "of 1 object could not be read") || !strings.Contains(d.Error.String(), o.DisplayName+`" (`+o.ID+")") {
			t.Errorf("%s: %s, exit code %d, %q", name, d.Status, out.Scan.ExitCode, d.Error)
		}
		out, found := scanOf(t, Options{}, &fake{objects: []objects.Listed{o, app("z", secret("1", -day))}})
		if len(found) != 1 || found[0] != "ended critical z" || out.Scan.ExitCode != 2 {
			t.Errorf("%s: %v, exit code %d", name, found, out.Scan.ExitCode)
		}
	}
}

// Of an application with a credential that nobody read, nobody knows whether it can sign in.
func TestLeftOutCredentialsOfTheSameApplication(t *testing.T) {
	left := app("x")
	left.Unread = true
	out, found := scanOf(t, Options{}, &fake{objects: []objects.Listed{left, principal("x", secret("1", -day))}})
	if len(found) != 1 || found[0] != "ended warning x" || out.Scan.ExitCode != 3 {
		t.Errorf("%v, exit code %d", found, out.Scan.ExitCode)
	}
	// The listings of passwords and of certificates have the same object.
	both := app("y", objects.ListedCredential{KeyID: guid("k"), Kind: objects.Certificate, Malformed: true})
	both.Unread = true
	out, _ = scanOf(t, Options{}, &fake{objects: []objects.Listed{both, left, app("1"), with(app("2"), unreadable), with(app("3"), unreadable)}})
	if text := out.Scan.Tenants[0].Error.String(); !strings.Contains(text, "of 4 objects") || !strings.Contains(text, "), …;") || strings.Count(text, `"y"`) != 1 {
		t.Error(text)
	}
	o := Options{Exclusions: []config.Exclusion{{App: "x", Reason: "retired"}}}
	if out, _ := scanOf(t, o, &fake{objects: []objects.Listed{left}}); out.Scan.ExitCode != 0 {
		t.Errorf("an excluded object: exit code %d, %s", out.Scan.ExitCode, out.Scan.Tenants[0].Error)
	}
}

func unreadable(o *objects.Listed) { o.Unread = true }

func disabled(o objects.Listed) objects.Listed { o.Disabled = true; return o }

func rulesOf(ids ...string) []rule { r, _ := Choose(ids); return r }

func TestNoiseIsLeftOutAndCounted(t *testing.T) {
	saml := principal("sso", secret("sign", -day), certificate("sign", "Sign", -day), certificate("verify", "Verify", -day))
	saml.Credentials[1].Identifier, saml.Credentials[2].Identifier = "VGh1bWI=", "VGh1bWI="
	f := &fake{objects: []objects.Listed{
		with(principal("ms", secret("1", -day)), func(o *objects.Listed) { o.OwnerTenant = "f8cdef31-a31e-4b4a-93e4-5f571e91255a" }),
		with(principal("mi", certificate("2", "Verify", -day)), func(o *objects.Listed) { o.Type = "ManagedIdentity" }),
		saml,
		app("x", secret("3", -day)),
		app("encrypted", certificate("4", "Encrypt", -day)),
	}}
	out, got := scanOf(t, Options{}, f)
	if diff := cmp.Diff([]string{"ended critical x", "saml-ended warning sso"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want := map[string]int{reasonMicrosoft: 1, reasonManaged: 1, reasonSAML: 2, reasonEncrypt: 1}
	if diff := cmp.Diff(want, out.Scan.Totals.Excluded); diff != "" || out.Scan.Totals.Credentials != 2 {
		t.Errorf("excluded (-want +got):\n%s\ncredentials %d", diff, out.Scan.Totals.Credentials)
	}
}

// Graph sends an object on two pages when it changes while it is listed.
func TestAnObjectThatIsListedTwiceIsFoundOnce(t *testing.T) {
	x, nameless := app("x", secret("1", -day)), app("n", secret("2", -day))
	nameless.ID = ""
	f := &fake{objects: []objects.Listed{x, app("y", secret("3", -day)), x, nameless, nameless}}
	out, got := scanOf(t, Options{Inventory: true}, f)
	want := []string{"ended critical n", "ended critical n", "ended critical x", "ended critical y"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if one := out.Scan.Tenants[0]; one.Applications != 4 || one.Credentials != 4 {
		t.Errorf("%d applications, %d credentials", one.Applications, one.Credentials)
	}
}

func TestIDSet(t *testing.T) {
	var s idSet
	for round := range 2 {
		for i := range 10_000 {
			for _, id := range []string{fmt.Sprint(i), guid(fmt.Sprint(i))} {
				if isNew := s.add(strings.ToUpper(id)); isNew != (round == 0) || !s.has(id) {
					t.Fatalf("round %d: %s is new: %v", round, id, isNew)
				}
			}
		}
	}
	if !s.add("") || !s.add("") {
		t.Error("objects whose IDs could not be read are taken for one")
	}
}

// The password of a signing key must not make an application look healthy.
func TestAPasswordOfASigningKeySignsNobodyIn(t *testing.T) {
	f := &fake{objects: []objects.Listed{
		app("x", secret("1", -day)),
		principal("x", secret("sign", 90*day), certificate("sign", "Sign", 90*day)),
	}}
	if _, got := scanOf(t, Options{}, f); !slices.Contains(got, "ended critical x") {
		t.Errorf("found %v", got)
	}
}

// A secret that spcheck added and that was never used must not make an application look
// healthy. It is reported, and counts only if it was used or that is unknown.
func TestAPossiblyLostSecretCountsForNothing(t *testing.T) {
	own := func(id string, age time.Duration) objects.ListedCredential {
		c := secret(id, 200*day)
		c.Name, c.Start = "archive (1a2b3c4d-5e6f)", now.Add(-age)
		return c
	}
	for name, tc := range map[string]struct {
		age     time.Duration
		on      func(string, ...objects.ListedCredential) objects.Listed
		used    bool
		refused error
		want    []string
		notes   int
	}{
		"never used":               {30 * day, app, false, nil, []string{"ended critical x", "possibly-lost warning x"}, 0},
		"on the service principal": {30 * day, principal, false, nil, []string{"ended critical x", "on-service-principal info x", "possibly-lost warning x"}, 0},
		"used":                     {30 * day, app, true, nil, []string{"ended info x"}, 0},
		"added yesterday":          {day, app, false, nil, []string{"ended info x"}, 0},
		"nobody can tell":          {30 * day, app, false, errors.New("refused"), []string{"ended info x"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{objects: []objects.Listed{app("x", secret("1", -day)), tc.on("x", own("2", tc.age))}, broken: map[string]error{"activity": tc.refused}}
			if f.objects[1].Kind == objects.OnApplication { // one object holds both
				f.objects[0].Credentials = append(f.objects[0].Credentials, f.objects[1].Credentials...)
				f.objects = f.objects[:1]
			}
			if tc.used {
				f.activity = map[string]time.Time{guid("k2"): now.Add(-day)}
			}
			out, got := scanOf(t, Options{}, f)
			if diff := cmp.Diff(tc.want, got); diff != "" || len(out.Scan.Tenants[0].Notes) != tc.notes {
				t.Errorf("(-want +got):\n%s\nnotes %v", diff, out.Scan.Tenants[0].Notes)
			}
		})
	}
}

func TestExclusionsOfTheConfig(t *testing.T) {
	f := &fake{objects: []objects.Listed{app("x", secret("1", -day)), app("y", secret("2", -day)), app("z", secret("3", -day))}}
	out, got := scanOf(t, Options{Inventory: true, Exclusions: []config.Exclusion{
		{Rule: "ended", App: "X", Reason: "retired"},
		{Tenant: strings.ToUpper(tenantID), KeyID: guid("k2"), Reason: "replaced by hand"},
		{App: "z", Reason: "over", Until: "2026-05-03"},
	}}, f)
	if diff := cmp.Diff([]string{"ended critical z"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"retired": 1, "replaced by hand": 1}, out.Scan.Totals.Excluded); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Metrics and calendars, which use the inventory, do not show it either.
	for _, i := range inventory(t, out) {
		if want := *i.DisplayName != "z"; i.Excluded != want {
			t.Errorf("%s is excluded: %v", *i.DisplayName, i.Excluded)
		}
	}
}

// A failed read makes a tenant unknown, whatever was found, and hides no other tenant.
func TestWhatCouldNotBeReadIsUnknown(t *testing.T) {
	broken := &fake{objects: []objects.Listed{app("x", secret("1", -day))}, broken: map[string]error{
		listingName(objects.OnApplication, objects.Certificates): errors.New("refused"),
	}}
	healthy := &fake{objects: []objects.Listed{app("h", secret("9", 90*day))}}
	out, got := scanOf(t, Options{}, healthy, broken, nil)
	if diff := cmp.Diff([]string{"ended warning x"}, got); diff != "" {
		t.Errorf("an ended credential may have a certificate beside it that was not read (-want +got):\n%s", diff)
	}
	var states []string
	for _, s := range out.Scan.Tenants {
		reason := s.Error.String()
		states = append(states, fmt.Sprintf("%s %d %s", s.Status, s.Applications, reason))
	}
	want := []string{"ok 1 ", "unknown 1 certificates of applications: refused", "unknown 0 the secret has ended"}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if out.Scan.Status != result.Unknown || out.Scan.ExitCode != fail.CodeUnknown || out.Scan.Totals.TenantsUnknown != 2 {
		t.Errorf("%+v", out.Scan)
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		totals                   result.ScanTotals
		warning, critical, never int
	}{
		{result.ScanTotals{}, 0, 0, 0},
		{result.ScanTotals{Info: 3}, 0, 0, 0},
		{result.ScanTotals{Warning: 1}, 1, 0, 0},
		{result.ScanTotals{Critical: 1, Warning: 1}, 2, 2, 0},
		{result.ScanTotals{TenantsUnknown: 1, Warning: 1}, 3, 3, 3},
		{result.ScanTotals{TenantsUnknown: 1, Critical: 1}, 2, 2, 3},
	} {
		s := &result.Scan{Totals: c.totals}
		if a, b, n := ExitCode(s, "warning"), ExitCode(s, "critical"), ExitCode(s, "never"); a != c.warning || b != c.critical || n != c.never {
			t.Errorf("%+v: %d, %d, %d", c.totals, a, b, n)
		}
	}
}

func TestARestartCountsNothingTwice(t *testing.T) {
	f := &fake{restart: true, objects: []objects.Listed{app("x", secret("1", -day)), app("y", secret("2", 3*day))}}
	out, got := scanOf(t, Options{Inventory: true}, f)
	if diff := cmp.Diff([]string{"ended critical x", "ending warning y"}, got); diff != "" || out.Scan.Totals.Credentials != 2 || len(inventory(t, out)) != 2 {
		t.Errorf("(-want +got):\n%s\n%+v", diff, out.Scan.Totals)
	}
}

// Findings beyond the memory limit go to a file and come back unchanged.
func TestManyFindings(t *testing.T) {
	f := &fake{}
	for i := range 20_000 {
		f.objects = append(f.objects, app(fmt.Sprintf("%05d", i), secret(fmt.Sprint(i), -day)))
	}
	out, got := scanOf(t, Options{}, f)
	if out.records.file == nil {
		t.Error("the findings stayed in memory")
	}
	if len(got) != 20_000 || got[12345] != "ended critical 12345" || out.Scan.Totals.Critical != 20_000 {
		t.Errorf("%d findings, the 12,345th is %q", len(got), got[min(12345, len(got)-1)])
	}
}

func TestInterruptedScanIsPartial(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out, err := Run(ctx, []Target{{Tenant: "x", Open: func(context.Context, func()) (Opened, error) { return Opened{}, nil }}},
		Options{Rules: rulesOf("default"), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if !out.Scan.Partial || out.Scan.Status != result.Unknown || out.Scan.Tenants[0].Error.IsZero() {
		t.Errorf("%+v", out.Scan)
	}
}

func TestChoose(t *testing.T) {
	if _, unknown := Choose([]string{"ended", "endet"}); unknown != "endet" {
		t.Errorf("unknown %q", unknown)
	}
	for _, r := range rulesOf("default") {
		if r.OnRequest {
			t.Errorf("%s costs requests and runs unasked", r.ID)
		}
	}
	if got := len(rulesOf("default", "unused")); got != len(rulesOf("default"))+1 {
		t.Errorf("%d rules", got)
	}
}

// Records of several tenants share one file, and each tenant is read from its own range.
func TestTenantsKeepTheirOwnFindings(t *testing.T) {
	many := func(name string) *fake {
		f := &fake{}
		for i := range 8000 {
			f.objects = append(f.objects, app(fmt.Sprintf("%s%04d", name, i), secret(name+fmt.Sprint(i), -day)))
		}
		return f
	}
	out, _ := scanOf(t, Options{}, many("a"), many("b"))
	prefix := map[string]string{}
	for f, err := range out.Findings() {
		if err != nil {
			t.Fatal(err)
		}
		first := (*f.DisplayName)[:1]
		if before := prefix[f.Tenant]; before != "" && before != first {
			t.Fatalf("tenant %s has findings of both", f.Tenant)
		}
		prefix[f.Tenant] = first
	}
	if len(prefix) != 2 || prefix[tenantID] != "a" {
		t.Errorf("%v", prefix)
	}
}

func TestAPartialScanIsNeverHealthy(t *testing.T) {
	s := &result.Scan{Partial: true}
	if settle(s); s.Status != result.Unknown || s.ExitCode != fail.CodeUnknown || ExitCode(s, "never") != fail.CodeUnknown {
		t.Errorf("%s, %d", s.Status, s.ExitCode)
	}
}

// A rule about secrets and certificates names the commands for both.
func TestRemediesNameBothRenewals(t *testing.T) {
	for _, r := range rulesOf("ended", "ending") {
		if text := r.Remedy.String(); !strings.Contains(text, "renew-secret or renew-certificate, with --sp") {
			t.Errorf("%s: %s", r.ID, text)
		}
	}
}
