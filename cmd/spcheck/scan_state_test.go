package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// measured is what a report says of the reading itself: when, how long, how much.
var measured = regexp.MustCompile(`"(generatedAt|since)": ?"[^"]*"|"(durationMs|pages|resourceUnits|throttled)": ?\d+|in [0-9.]+ (ms|seconds?|minutes?)( \d+ seconds?)?|\d+ pages`)

// changing is a tenant that tests change between scans.
type changing struct {
	*testing.T
	server *sandbox.Server
	tenant *directory.Tenant
	state  string
	now    time.Time // of all scans, so that days that are left do not tell them apart
}

func newChanging(t *testing.T, rules directory.DeltaRules) *changing {
	t.Helper()
	s := serve(t, "policies")
	tenant := s.World().Tenants[0]
	s.World().Lock()
	directory.Populate(tenant, 40, 7, time.Now())
	tenant.Delta = rules
	s.World().Unlock()
	return &changing{T: t, server: s, tenant: tenant, state: filepath.Join(t.TempDir(), "state"), now: time.Now()}
}

// scan runs a scan of all rules.
func (c *changing) scan(args ...string) ran {
	c.Helper()
	got := insideAt(c.T, func() time.Time { return c.now }, c.server, nil, "", append([]string{"scan", "--rules", "all", "--max-lifetime", "180d"}, args...)...)
	got.stdout = measured.ReplaceAllString(got.stdout, "-")
	return got
}

// kept is a scan with the state.
func (c *changing) kept(args ...string) ran {
	c.Helper()
	return c.scan(append([]string{"--state", c.state}, args...)...)
}

// same checks that a scan with the state reports what one without does, and says
// nothing of a full read unless that is expected.
func (c *changing) same(after string, says string, args ...string) {
	c.Helper()
	want, got := c.scan(args...), c.kept(args...)
	if got.stdout != want.stdout || got.code != want.code {
		c.Errorf("%s: the report with the state differs, exit code %d, want %d\n%s", after, got.code, want.code, firstDifference(got.stdout, want.stdout))
	}
	if !strings.Contains(got.stderr, says) || says == "" && got.stderr != want.stderr {
		c.Errorf("%s: it says %q, want %q", after, got.stderr, says)
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "with the state:    " + strings.Join(a[i:min(i+3, len(a))], "\n") + "\nwithout: " + strings.Join(b[i:min(i+3, len(b))], "\n")
		}
	}
	return "one is longer"
}

// change does something to the tenant.
func (c *changing) change(do func(at time.Time, apps []*directory.Application, principals []*directory.ServicePrincipal)) {
	c.server.World().Lock()
	defer c.server.World().Unlock()
	do(c.server.World().Clock(), c.tenant.Applications, c.tenant.ServicePrincipals)
}

// days is a time so many days ahead, and a little more: two scans see it as far away.
func days(n int) *time.Time {
	t := time.Now().AddDate(0, 0, n).Add(12*time.Hour + 30*time.Minute).UTC().Truncate(time.Second)
	return &t
}

// steps change a tenant in each way that a report shows, and that Graph tells in a
// delta query or not.
var steps = []struct {
	name string
	do   func(c *changing)
}{
	{"nothing", func(*changing) {}},
	{"secrets added and removed", func(c *changing) {
		c.change(func(at time.Time, apps []*directory.Application, principals []*directory.ServicePrincipal) {
			for i, a := range apps[10:20] {
				a.Passwords = append(a.Passwords, directory.Password{KeyID: directory.StableID("new" + a.ID), DisplayName: "added", Hint: "abc", Start: days(-400), End: days(i - 5)})
				c.tenant.Changed(at, directory.Applications, a.ID, "passwordCredentials")
			}
			apps[21].Passwords, apps[22].Passwords = nil, nil
			c.tenant.Changed(at, directory.Applications, apps[21].ID, "passwordCredentials")
			c.tenant.Changed(at, directory.Applications, apps[22].ID, "passwordCredentials")
			principals[12].Enabled = !principals[12].Enabled
			c.tenant.Changed(at, directory.ServicePrincipals, principals[12].ID, "accountEnabled")
		})
	}},
	{"certificates, for SAML as well", func(c *changing) {
		c.change(func(at time.Time, apps []*directory.Application, principals []*directory.ServicePrincipal) {
			apps[15].Keys = append(apps[15].Keys, directory.Key{KeyID: directory.StableID("k1"), DisplayName: "CN=x", Type: "AsymmetricX509Cert", Usage: "Verify", Start: days(-300), End: days(4)})
			c.tenant.Changed(at, directory.Applications, apps[15].ID, "keyCredentials")
			p := principals[15]
			twin := []byte("0123456789abcdefghij")
			p.Keys = append(p.Keys,
				directory.Key{KeyID: directory.StableID("k2"), DisplayName: "CN=sso", Type: "X509CertAndPassword", Usage: "Sign", CustomKeyIdentifier: twin, Start: days(-300), End: days(9)},
				directory.Key{KeyID: directory.StableID("k3"), DisplayName: "CN=sso", Type: "AsymmetricX509Cert", Usage: "Verify", CustomKeyIdentifier: twin, Start: days(-300), End: days(9)})
			p.Passwords = append(p.Passwords, directory.Password{KeyID: directory.StableID("k2"), DisplayName: "CN=sso", Start: days(-300), End: days(9)})
			p.PreferredSSOMode = "saml"
			c.tenant.Changed(at, directory.ServicePrincipals, p.ID, "keyCredentials", "passwordCredentials", "preferredSingleSignOnMode")
		})
	}},
	{"objects created and renamed", func(c *changing) {
		c.change(func(at time.Time, apps []*directory.Application, _ []*directory.ServicePrincipal) {
			for _, name := range []string{"First", "Second"} {
				a := &directory.Application{Object: directory.Object{ID: directory.StableID(name), AppID: directory.StableID(name + "app"), DisplayName: name, Created: at}}
				a.Passwords = []directory.Password{{KeyID: directory.StableID(name + "key"), Start: days(-9), End: days(3)}}
				c.tenant.AddApplication(at, a)
				at = at.Add(time.Millisecond)
			}
			apps[16].DisplayName = "Renamed \u202e by somebody"
			c.tenant.Changed(at, directory.Applications, apps[16].ID, "displayName")
		})
	}},
	{"objects deleted", func(c *changing) {
		c.change(func(at time.Time, apps []*directory.Application, principals []*directory.ServicePrincipal) {
			c.tenant.DeleteApplication(at, apps[11].ID)
			c.tenant.DeleteApplication(at, directory.StableID("First"))
			c.tenant.DeleteServicePrincipal(at, principals[30].ID)
			c.tenant.Purge(at, apps[11].ID)
		})
	}},
	{"one restored", func(c *changing) {
		c.change(func(at time.Time, _ []*directory.Application, _ []*directory.ServicePrincipal) {
			c.tenant.Restore(at, directory.StableID("First"))
		})
	}},
	{"deleted and restored between two scans", func(c *changing) {
		c.change(func(at time.Time, apps []*directory.Application, _ []*directory.ServicePrincipal) {
			id := apps[len(apps)-1].ID
			c.tenant.DeleteApplication(at, id)
			c.tenant.Restore(at, id)
		})
	}},
	{"what a delta query does not tell", func(c *changing) {
		c.change(func(_ time.Time, apps []*directory.Application, _ []*directory.ServicePrincipal) {
			apps[12].Federated = []directory.Federated{{ID: directory.StableID("f"), Name: "f", Issuer: "https://issuer.example", Subject: "s", Audiences: []string{"api://AzureADTokenExchange"}}}
			apps[13].Owners, apps[14].Notes = []string{apps[0].ID}, "ask the plant"
			apps[17].PolicyID = c.tenant.Policies[0].ID
			c.tenant.DefaultPolicy.Enabled = !c.tenant.DefaultPolicy.Enabled
		})
	}},
}

// However Graph says what changed, and whatever it leaves out, the report with a
// state is the report without.
func TestStateReportsWhatAFullScanDoes(t *testing.T) {
	t.Parallel()
	for name, rules := range map[string]directory.DeltaRules{
		"as documented":   {},
		"small pages":     {Page: 7, EmptyPages: 1, Tombstones: true},
		"changes only":    {Minimal: true, Page: 3},
		"again and again": {Repeats: true, Page: 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newChanging(t, rules)
			formats := []string{"json", "ndjson", "csv", "text"}
			for i, step := range steps {
				step.do(c)
				c.same(step.name, "", "-o", formats[i%len(formats)])
			}
			for _, format := range formats {
				if rules.Page == 0 {
					c.same("at the end", "", "-o", format)
				}
			}
		})
	}
}

// What cannot be gone on from is read again, and said once.
func TestStateIsReadAnew(t *testing.T) {
	t.Parallel()
	only := func(c *changing) string {
		c.Helper()
		files, _ := filepath.Glob(filepath.Join(c.state, "*.state"))
		if len(files) != 1 {
			c.Fatalf("there are states %v", files)
		}
		return files[0]
	}
	spoil := func(at func(data []byte) []byte) func(c *changing) {
		return func(c *changing) {
			path := only(c)
			data, err := os.ReadFile(path)
			if err != nil {
				c.Fatal(err)
			}
			if err := os.WriteFile(path, at(data), 0o600); err != nil {
				c.Fatal(err)
			}
		}
	}
	rule := func(set func(*directory.DeltaRules)) func(c *changing) {
		return func(c *changing) {
			c.server.World().Lock()
			defer c.server.World().Unlock()
			set(&c.tenant.Delta)
		}
	}
	expired := func(how string) func(c *changing) {
		return func(c *changing) {
			rule(func(r *directory.DeltaRules) { r.Lifetime, r.Expired = time.Nanosecond, how })(c)
		}
	}
	for name, k := range map[string]struct {
		do   func(c *changing)
		says string
		args []string
	}{
		"gone":            {expired(directory.ResyncGone), "does not report what changed", nil},
		"resync required": {expired(directory.ResyncRequired), "Directory_ResyncRequired", nil},
		"not supported":   {rule(func(r *directory.DeltaRules) { r.Unsupported = true }), "no state is saved", nil},
		"a foreign link":  {rule(func(r *directory.DeltaRules) { r.Links = "https://attacker.example" }), "", nil},
		"half written":    {spoil(func(d []byte) []byte { return d[:len(d)/2] }), "is damaged", nil},
		"empty":           {spoil(func([]byte) []byte { return nil }), "is damaged", nil},
		"a bit turned":    {spoil(func(d []byte) []byte { d[len(d)/3] ^= 4; return d }), "is damaged", nil},
		"another version": {spoil(func(d []byte) []byte { d[7] = 9; return d }), "another version", nil},
		"asked for":       {func(*changing) {}, "", []string{"--full"}},
		"a change not told": {func(c *changing) {
			c.change(func(time.Time, []*directory.Application, []*directory.ServicePrincipal) {
				c.tenant.Applications = slices.Delete(c.tenant.Applications, 20, 21)
			})
		}, "counts a different number of objects", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newChanging(t, directory.DeltaRules{})
			if got := c.kept("-o", "json"); got.stderr != "" {
				t.Fatalf("the first scan says %s", got.stderr)
			}
			k.do(c)
			want, got := c.scan("-o", "json"), c.kept(append([]string{"-o", "json"}, k.args...)...)
			if got.stdout != want.stdout || got.code != want.code {
				t.Errorf("the report differs: %s", firstDifference(got.stdout, want.stdout))
			}
			if !strings.Contains(got.stderr, k.says) || strings.Count(got.stderr, "read") > 2 {
				t.Errorf("it says %q, want %q", got.stderr, k.says)
			}
		})
	}
}
