package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// deltaPlace is a tenant that is scanned again and again with a state.
type deltaPlace struct {
	*sandbox.Server
	tenant *directory.Tenant
	state  string
	env    []string // that of a front before it
}

func newDeltaPlace(t *testing.T, applications int) *deltaPlace {
	t.Helper()
	s := serve(t, "healthy-with-leftovers")
	p := &deltaPlace{Server: s, tenant: s.World().Tenants[0], state: t.TempDir() + "/state"}
	directory.Populate(p.tenant, applications, 1, time.Now())
	return p
}

// scan returns the report, less what differs from run to run.
func (p *deltaPlace) scan(t *testing.T, args ...string) (map[string]any, ran) {
	t.Helper()
	r := inside(t, p.Server, p.env, "", append([]string{"scan", "-o", "json", "--fail-on", "never"}, args...)...)
	var report map[string]any
	if err := json.Unmarshal([]byte(r.stdout), &report); err != nil {
		t.Fatalf("%v: %d %s", err, r.code, r.stderr)
	}
	delete(report, "generatedAt")
	delete(report, "runId")
	totals, _ := report["totals"].(map[string]any)
	for _, name := range []string{"durationMs", "pages", "resourceUnits", "throttled"} {
		delete(totals, name)
	}
	tenants, _ := report["tenants"].([]any)
	for _, one := range tenants {
		delete(one.(map[string]any), "durationMs")
	}
	for _, list := range []string{"findings", "inventory"} { // in the order that Graph lists objects in
		all, _ := report[list].([]any)
		slices.SortFunc(all, func(a, b any) int { return strings.Compare(sorted(a), sorted(b)) })
	}
	return report, r
}

func sorted(v any) string {
	o, _ := v.(map[string]any)
	return fmt.Sprint(o["objectId"], o["keyId"], o["rule"])
}

func (p *deltaPlace) again(t *testing.T, args ...string) (map[string]any, ran) {
	t.Helper()
	return p.scan(t, append([]string{"--state", p.state}, args...)...)
}

// change does whatever may happen to objects from one scan to the next.
func (p *deltaPlace) change() {
	w := p.World()
	now := w.Clock()
	w.Lock()
	defer w.Unlock()
	t, apps, principals := p.tenant, p.tenant.Applications, p.tenant.ServicePrincipals
	at := len(apps) - 12
	soon := now.Add(5 * 24 * time.Hour)
	apps[at].AddPassword(now, directory.PasswordRequest{DisplayName: "new", End: &soon})
	t.Changed(now, directory.Applications, apps[at].ID, "passwordCredentials")
	apps[at+1].Passwords = nil
	t.Changed(now, directory.Applications, apps[at+1].ID, "passwordCredentials")
	apps[at+2].DisplayName = "Renamed"
	t.Changed(now, directory.Applications, apps[at+2].ID, "displayName")
	off, signing := principals[len(principals)-9], principals[len(principals)-8]
	off.Enabled = !off.Enabled
	t.Changed(now, directory.ServicePrincipals, off.ID, "accountEnabled")
	signing.PreferredSSOMode = map[string]string{"": "saml", "saml": ""}[signing.PreferredSSOMode]
	t.Changed(now, directory.ServicePrincipals, signing.ID, "preferredSingleSignOnMode")
	deleted, restored, purged := apps[at+3].ID, apps[at+4].ID, apps[at+5].ID
	for _, id := range []string{deleted, restored, purged} {
		t.DeleteApplication(now, id)
	}
	t.Restore(now, restored)
	t.Purge(now, purged)
	past := now.Add(-24 * time.Hour)
	began := past.AddDate(-1, 0, 0)
	name := "Made " + now.Format(time.RFC3339Nano)
	made := &directory.Application{Object: directory.Object{ID: directory.StableID(name), AppID: directory.StableID("client " + name), DisplayName: name, SignInAudience: "AzureADMyOrg", Created: now}}
	made.AddPassword(now, directory.PasswordRequest{Start: &began, End: &past})
	t.AddApplication(now, made)
	t.AddServicePrincipal(now, &directory.ServicePrincipal{
		Object: directory.Object{ID: directory.StableID("principal " + name), AppID: made.AppID, DisplayName: name, Created: now},
		Type:   "Application", Enabled: true, OwnerTenant: t.ID,
	})
}

func (p *deltaPlace) rules(r directory.DeltaRules) {
	p.World().Lock()
	defer p.World().Unlock()
	p.tenant.Delta = r
}

// requests counts what a run asked of either collection.
func (r ran) requests() (applications, principals int) {
	for line := range strings.Lines(r.stderr) {
		switch {
		case !strings.HasPrefix(line, "spcheck: debug: GET "):
		case strings.Contains(line, "/applications"):
			applications++
		case strings.Contains(line, "/servicePrincipals"):
			principals++
		}
	}
	return applications, principals
}

// TestAnUnchangedTenantCostsFewRequests holds what a state is for, at any size.
func TestAnUnchangedTenantCostsFewRequests(t *testing.T) {
	t.Parallel()
	p := newDeltaPlace(t, 1200)
	_, first := p.again(t, "--debug")
	full, _ := first.requests()
	_, second := p.again(t, "--debug")
	applications, principals := second.requests()
	if full < 6 || applications > 4 || principals > 4 || applications == 0 || principals == 0 {
		t.Errorf("a full read takes %d requests for applications; with nothing changed it is %d, and %d for service principals: at most 4", full, applications, principals)
	}
	p.change()
	_, third := p.again(t, "--debug")
	if applications, principals := third.requests(); applications > 4 || principals > 4 {
		t.Errorf("a few changes take %d and %d requests", applications, principals)
	}
}

// TestStateAgainstEveryEntra plays what Microsoft's description of delta queries
// allows, and what goes wrong: the report is that of a full read, or unknown.
func TestStateAgainstEveryEntra(t *testing.T) {
	t.Parallel()
	delta := func(kind string, f sandbox.Fault) []sandbox.Fault {
		f.Kind, f.At, f.Path = kind, "graph", "/delta"
		return []sandbox.Fault{f}
	}
	for name, c := range map[string]struct {
		rules  directory.DeltaRules
		faults []sandbox.Fault
		// unseen marks what no client can see: it may miss it, and finds it by --full.
		unseen bool
		slow   bool // by the waits between attempts
	}{
		"as described":                       {},
		"changed properties only":            {rules: directory.DeltaRules{Minimal: true}},
		"repeated, in another order":         {rules: directory.DeltaRules{Repeats: true, Page: 1}},
		"repeated, with one property each":   {rules: directory.DeltaRules{Repeats: true, Minimal: true, Page: 2}},
		"removed after the return":           {rules: directory.DeltaRules{Contradicts: true}},
		"empty pages":                        {rules: directory.DeltaRules{EmptyPages: 3}},
		"tombstones of old":                  {rules: directory.DeltaRules{Tombstones: true}},
		"expired, gone":                      {rules: directory.DeltaRules{Lifetime: 1}},
		"expired, resync required":           {rules: directory.DeltaRules{Lifetime: 1, Expired: directory.ResyncRequired}},
		"expired, no state":                  {rules: directory.DeltaRules{Lifetime: 1, Expired: directory.ResyncNoState}},
		"expired, too old":                   {rules: directory.DeltaRules{Lifetime: 1, Expired: directory.ResyncTooOld}},
		"unsupported":                        {rules: directory.DeltaRules{Unsupported: true}},
		"start over at once":                 {faults: delta("resync", sandbox.Fault{Times: 1})},
		"start over between pages":           {rules: directory.DeltaRules{Page: 2}, faults: delta("resync", sandbox.Fault{Skip: 3, Times: 1})},
		"start over between pages, with 400": {rules: directory.DeltaRules{Page: 2}, faults: delta("resync", sandbox.Fault{Skip: 3, Times: 1, Status: 400})},
		"start over, always":                 {faults: delta("resync", sandbox.Fault{})},
		"throttled between pages":            {rules: directory.DeltaRules{Page: 2}, faults: delta("throttle", sandbox.Fault{Skip: 3, Times: 2, RetryAfter: "0.1"})},
		"a damaged page":                     {rules: directory.DeltaRules{Page: 2}, faults: delta("invalid-json", sandbox.Fault{Skip: 2, Times: 1})},
		"damaged pages":                      {slow: true, faults: delta("invalid-json", sandbox.Fault{})},
		"half a page":                        {rules: directory.DeltaRules{Page: 2}, faults: delta("cut", sandbox.Fault{Skip: 2, Times: 1})},
		"no body":                            {slow: true, faults: delta("empty", sandbox.Fault{})},
		"a portal":                           {slow: true, faults: delta("portal", sandbox.Fault{})},
		"refused":                            {faults: delta("unavailable", sandbox.Fault{Status: 403})},
		"not found":                          {faults: delta("unavailable", sandbox.Fault{Status: 404})},
		"new objects are missed":             {rules: directory.DeltaRules{Misses: []string{directory.MissNew}}},
		"removed objects are missed":         {rules: directory.DeltaRules{Misses: []string{directory.MissRemoved}}},
		"changed passwords are missed":       {rules: directory.DeltaRules{Misses: []string{"passwordCredentials"}}, unseen: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rounds := 2
			if !thorough() {
				if rounds = 1; c.slow {
					t.Skip("it waits between attempts")
				}
			}
			p := newDeltaPlace(t, 40)
			p.again(t)
			for round := range rounds {
				p.change()
				p.rules(c.rules)
				if err := p.SetFaults(c.faults...); err != nil {
					t.Fatal(err)
				}
				got, r := p.again(t)
				p.settle(t)
				want, _ := p.scan(t)
				if r.code != 3 && !c.unseen {
					if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("round %d: with a state the report differs from a full one (-full +state):\n%.3000s\n%s", round+1, diff, r.stderr)
					}
				}
			}
			args := []string{}
			if c.unseen {
				args = append(args, "--full")
			}
			got, _ := p.again(t, args...)
			want, r := p.scan(t)
			if diff := cmp.Diff(want, got); diff != "" || r.code != 0 {
				t.Errorf("once all is well again the report differs (-full +state), code %d:\n%.3000s", r.code, diff)
			}
		})
	}
}

// settle makes the tenant behave again.
func (p *deltaPlace) settle(t *testing.T) {
	t.Helper()
	p.rules(directory.DeltaRules{})
	if err := p.SetFaults(); err != nil {
		t.Fatal(err)
	}
}

// TestStateSendsNothingElsewhere plays links that name another host.
func TestStateSendsNothingElsewhere(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	elsewhere := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer elsewhere.Close()
	for name, page := range map[string]int{"a delta link": 100, "a next link": 2} {
		p := newDeltaPlace(t, 40)
		foreign := directory.DeltaRules{Links: elsewhere.URL, Page: page}
		for _, rules := range []directory.DeltaRules{foreign, foreign, {}, {}} {
			p.rules(rules)
			got, r := p.again(t)
			p.settle(t)
			if want, _ := p.scan(t); r.code != 3 {
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: the report differs (-full +state):\n%.2000s", name, diff)
				}
			} else if rules.Links == "" {
				t.Errorf("%s: the state is of no use once all is well: %s", name, r.stderr)
			}
			p.change()
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the other host was asked %d times", n)
	}
}

// TestStateOutlivesAClockThatIsOff plays a service whose clock jumps.
func TestStateOutlivesAClockThatIsOff(t *testing.T) {
	t.Parallel()
	p := newDeltaPlace(t, 40)
	for _, offset := range []time.Duration{0, 20 * time.Minute, -20 * time.Minute, 0} {
		p.SetClockOffset(offset)
		p.change()
		got, r := p.again(t)
		want, _ := p.scan(t)
		if diff := cmp.Diff(want, got); diff != "" || bytes.Contains([]byte(r.stderr), []byte("panic")) {
			t.Errorf("with a clock that is %s off the report differs (-full +state):\n%.2000s", offset, diff)
		}
	}
}

// TestStateAgainstDamagedAnswers plays pages that no service sends: the report is
// that of a full read, or unknown, and the next scan is whole.
func TestStateAgainstDamagedAnswers(t *testing.T) {
	t.Parallel()
	const link, next = "@odata.deltaLink", "@odata.nextLink"
	relink := func(change func(r *http.Request, old string) string) func(*http.Request, map[string]any) {
		return func(r *http.Request, body map[string]any) {
			if old, ok := body[link].(string); ok {
				body[link] = change(r, old)
			}
		}
	}
	eachObject := func(change func(object map[string]any)) func(*http.Request, map[string]any) {
		return func(_ *http.Request, body map[string]any) {
			list, _ := body["value"].([]any)
			for _, o := range list {
				change(o.(map[string]any))
			}
		}
	}
	for name, edit := range map[string]func(*http.Request, map[string]any){
		"a relative link":    relink(func(r *http.Request, old string) string { return strings.TrimPrefix(old, "https://"+r.Host) }),
		"a link without TLS": relink(func(_ *http.Request, old string) string { return strings.Replace(old, "https:", "http:", 1) }),
		"a link with a user": relink(func(_ *http.Request, old string) string {
			return strings.Replace(old, "https://", "https://somebody@", 1)
		}),
		"a link to other objects": relink(func(_ *http.Request, old string) string { return strings.Replace(old, "/delta", "/../users/delta", 1) }),
		"a link to the other collection": relink(func(_ *http.Request, old string) string {
			return strings.NewReplacer("/applications/", "/servicePrincipals/", "/servicePrincipals/", "/applications/").Replace(old)
		}),
		"a link of a megabyte":    relink(func(_ *http.Request, old string) string { return old + strings.Repeat("A", 1<<20) }),
		"a link with line breaks": relink(func(_ *http.Request, old string) string { return old + "\r\nX: y" }),
		"an empty link":           relink(func(*http.Request, string) string { return "" }),
		"no link":                 func(_ *http.Request, body map[string]any) { delete(body, link); delete(body, next) },
		"a link that is a number": func(_ *http.Request, body map[string]any) { body[link] = 7 },
		"both links": func(_ *http.Request, body map[string]any) {
			if body[link] != nil {
				body[next] = body[link]
			}
		},
		"pages without an end": func(r *http.Request, body map[string]any) {
			delete(body, link)
			body[next] = "https://" + r.Host + r.URL.RequestURI()
		},
		"no list":               func(_ *http.Request, body map[string]any) { delete(body, "value") },
		"a list that is null":   func(_ *http.Request, body map[string]any) { body["value"] = nil },
		"objects that are one":  func(_ *http.Request, body map[string]any) { body["value"] = map[string]any{"id": "x"} },
		"objects without an ID": eachObject(func(o map[string]any) { delete(o, "id") }),
		"IDs that are none":     eachObject(func(o map[string]any) { o["id"] = "../../etc/passwd" }),
		"one ID for all":        eachObject(func(o map[string]any) { o["id"] = "1d84b7e2-95a3-4c06-8f7d-e20c6b39a451" }),
		"removed, without a reason": eachObject(func(o map[string]any) {
			if o["@removed"] != nil {
				o["@removed"] = map[string]any{}
			}
		}),
		"removed, as a text": eachObject(func(o map[string]any) {
			if o["@removed"] != nil {
				o["@removed"] = "deleted"
			}
		}),
		"passwords of the wrong type": eachObject(func(o map[string]any) {
			if o["passwordCredentials"] != nil {
				o["passwordCredentials"] = "none"
			}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newDeltaPlace(t, 40)
			var broken atomic.Bool
			f := newFront(t, p.Server, editingJSON(func(r *http.Request) bool { return broken.Load() && strings.HasSuffix(r.URL.Path, "/delta") }, edit))
			for _, v := range f.env() {
				p.env = append(p.env, v.Name+"="+v.Value)
			}
			p.again(t)
			p.change()
			for _, bad := range []bool{true, true, false} {
				broken.Store(bad)
				got, r := p.again(t)
				broken.Store(false)
				want, _ := p.scan(t)
				if diff := cmp.Diff(want, got); diff != "" && (r.code != 3 || !bad) {
					t.Errorf("broken %v: code %d, and the report differs from a full one (-full +state):\n%.2000s\n%.500s", bad, r.code, diff, r.stderr)
				}
			}
		})
	}
}
