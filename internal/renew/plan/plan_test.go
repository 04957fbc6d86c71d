package plan_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/plan"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
	"github.com/spcheck/spcheck/internal/session"
	"github.com/spcheck/spcheck/internal/strictyaml"
	"github.com/spcheck/spcheck/internal/transport"
)

// tenant is one with many applications, each with a secret that expires tomorrow
// and a file that holds it.
type tenant struct {
	t      *testing.T
	server *sandbox.Server
	dir    string
	env    map[string]string
}

const namePattern = "Application %04d"

func newTenant(t *testing.T, n int) *tenant {
	t.Helper()
	s, err := sandbox.Load("renewal")
	if err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.Start(context.Background(), sandbox.Options{Scenario: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	w := &tenant{t: t, server: server, dir: t.TempDir(), env: map[string]string{"SPCHECK_READER": "environment"}}
	w.env["XDG_STATE_HOME"], w.env["HOME"] = filepath.Join(w.dir, "state"), w.dir
	for _, v := range server.Env() {
		w.env[v.Name] = v.Value
	}
	delete(w.env, "AZURE_CLIENT_SECRET") // nothing is diagnosed here
	w.change(func(t *directory.Tenant) {
		t.PropagationDelay, t.DefaultPolicy = 0, nil
		for i := range n {
			w.addApplication(t, i)
		}
	})
	return w
}

func (w *tenant) addApplication(t *directory.Tenant, i int) {
	name, key := fmt.Sprintf(namePattern, i), strconv.Itoa(i)
	start, end := time.Now().AddDate(-1, 0, 0), time.Now().Add(24*time.Hour)
	old := directory.Password{KeyID: directory.StableID("key " + key), DisplayName: "old", Secret: "old8Q~" + key + strings.Repeat("x", 30), Hint: "old", Start: &start, End: &end}
	a := &directory.Application{ID: directory.StableID("app " + key), AppID: directory.StableID("client " + key), DisplayName: name, SignInAudience: "AzureADMyOrg", Created: start}
	a.Passwords = []directory.Password{old}
	t.Applications = append(t.Applications, a)
	t.ServicePrincipals = append(t.ServicePrincipals, &directory.ServicePrincipal{ID: directory.StableID("sp " + key), AppID: a.AppID,
		DisplayName: name, Type: "Application", Enabled: true, OwnerTenant: t.ID, Names: []string{a.AppID}, Created: start})
	if err := os.WriteFile(w.place(i), []byte(old.Secret), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *tenant) place(i int) string { return filepath.Join(w.dir, "secret-"+strconv.Itoa(i)) }

func (w *tenant) change(changes ...func(*directory.Tenant)) {
	world := w.server.World()
	world.Lock()
	defer world.Unlock()
	for _, c := range changes {
		c(world.Tenants[0])
	}
}

// passwords are those that an application has: the one that it had, and others.
func (w *tenant) passwords(i int) (old bool, fresh []directory.Password) {
	world := w.server.World()
	world.RLock()
	defer world.RUnlock()
	a := world.Tenants[0].ApplicationByAppID(directory.StableID("client " + strconv.Itoa(i)))
	if a == nil {
		return false, nil
	}
	for _, p := range a.Listed() {
		if p.DisplayName == "old" {
			old = true
		} else {
			fresh = append(fresh, p)
		}
	}
	return old, fresh
}

// file writes a file of the first n applications.
func (w *tenant) file(n int, more string) string {
	w.t.Helper()
	text := "expiringWithin: 30d\n" + more + "applications:\n"
	for i := range n {
		text += fmt.Sprintf("  - {app: '"+namePattern+"', days: 90, to: ['file:%s']}\n", i, w.place(i))
	}
	path := filepath.Join(w.dir, "renewals.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

func lookup(env map[string]string) config.Env {
	return func(name string) (string, bool) { v, ok := env[name]; return v, ok }
}

func options(env config.Env) (plan.Options, error) {
	settings, err := config.Resolve(nil, env)
	if err != nil {
		return plan.Options{}, err
	}
	ca, _ := env("SPCHECK_CA_FILE")
	client, err := transport.New(transport.Options{CAFile: ca})
	if err != nil {
		return plan.Options{}, err
	}
	store, err := journal.Open(env, time.Now)
	if err != nil {
		return plan.Options{}, err
	}
	in := session.Options{Settings: settings, Env: env, Stdin: strings.NewReader(""), Now: time.Now, HTTPClient: client, Timeout: time.Minute}
	return plan.Options{VerifyFor: 20 * time.Second, Deps: target.Deps{Now: time.Now, HTTPClient: client},
		Common: renew.Common{Input: in, Store: store, Patience: 5 * time.Second, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}}, nil
}

func (w *tenant) options() plan.Options {
	w.t.Helper()
	o, err := options(lookup(w.env))
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

// apply runs a plan or a file, and holds the report against its schema.
func (w *tenant) apply(path string, refine func(*plan.Options)) *result.Batch {
	w.t.Helper()
	o := w.options()
	var err error
	if o.File, o.Chosen, err = plan.Open(path, o.Deps); err != nil {
		w.t.Fatal(err)
	}
	if refine != nil {
		refine(&o)
	}
	b, err := plan.Run(context.Background(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.valid(&result.Apply{Batch: *b})
	return b
}

func (w *tenant) valid(r result.Report) []byte {
	w.t.Helper()
	var out bytes.Buffer
	for _, format := range []string{"text", "json"} {
		out.Reset()
		if err := report.Write(&out, format, r, report.Options{}); err != nil {
			w.t.Fatal(err)
		}
	}
	schematest.Validate(w.t, r.Kind(), out.Bytes())
	return out.Bytes()
}

// plan looks, and saves the report.
func (w *tenant) plan(path string) (*result.Batch, string) {
	w.t.Helper()
	o := w.options()
	var err error
	if o.File, err = plan.Load(path, o.Deps); err != nil {
		w.t.Fatal(err)
	}
	o.Dry = true
	b, err := plan.Run(context.Background(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	saved := filepath.Join(w.dir, "plan.json")
	if err := os.WriteFile(saved, w.valid(&result.Plan{Batch: *b}), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return b, saved
}

func TestPlanThenApply(t *testing.T) {
	w := newTenant(t, 6)
	w.change(func(t *directory.Tenant) { // the scenario's own application comes first
		t.Applications[len(t.Applications)-1].DisplayName = "renamed"
		t.ServicePrincipals[len(t.ServicePrincipals)-1].DisplayName = "renamed"
	})
	if err := os.WriteFile(w.place(4), []byte("x 1\ny 2"), 0o600); err != nil {
		t.Fatal(err)
	}
	b, saved := w.plan(w.file(6, ""))
	if b.Totals.Planned != 4 || b.Totals.Failed != 1 || b.Totals.Forbidden+b.Totals.Failed != 2 || b.ExitCode != fail.CodeUnknown {
		t.Errorf("planned: %+v, exit code %d", b.Totals, b.ExitCode)
	}
	for i := range 6 {
		if _, fresh := w.passwords(i); len(fresh) != 0 {
			t.Error("a plan changed something")
		}
	}
	b = w.apply(saved, nil)
	if b.Totals.Renewed != 4 || b.Totals.Skipped != 2 || b.ExitCode != 0 {
		t.Errorf("applied: %+v, exit code %d", b.Totals, b.ExitCode)
	}
	for i := range 4 {
		w.renewed(i, 1)
	}
	// The same plan again finds nothing that is due any more.
	if b = w.apply(saved, nil); b.Totals.NotDue != 4 || b.Totals.Renewed != 0 {
		t.Errorf("applied again: %+v %v", b.Totals, b.Items[0])
	}
}

// renewed holds that an application has its old secret and the new one that its
// file holds.
func (w *tenant) renewed(i, most int) {
	w.t.Helper()
	old, fresh := w.passwords(i)
	held, _ := os.ReadFile(w.place(i))
	found := false
	for _, p := range fresh {
		found = found || p.Secret == string(held)
	}
	if !old || !found || len(fresh) > most {
		w.t.Errorf("application %d: old secret there %t, %d new ones, one of them in its file %t", i, old, len(fresh), found)
	}
}

// The first file is one that a plan takes, and that the published schema knows.
func TestFirstFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), plan.DefaultFile)
	if err := os.WriteFile(path, []byte(plan.Starter("")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Load(path, target.Deps{Now: time.Now}); err != nil {
		t.Error(err)
	}
	for text, good := range map[string]bool{plan.Starter("fabrikam.example"): true, "applications: [{app: A, too: ['file:a']}]": false, "applications: [{app: A, to: [{to: 'file:a', readBack: cat}]}]": true} {
		var content any
		if err := strictyaml.Unmarshal([]byte(text), &content); err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		if err := schematest.Check("renewals", data); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestFilesAndPlansThatAreRefused(t *testing.T) {
	w := newTenant(t, 2)
	_, saved := w.plan(w.file(2, ""))
	text, _ := os.ReadFile(saved)
	other := filepath.Join(w.dir, "other.json")
	if err := os.WriteFile(other, bytes.Replace(text, []byte(`"tenant": "`), []byte(`"tenant": "fabrikam.example`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ content, path, says string }{
		"no file":                  {path: filepath.Join(w.dir, "none.yaml"), says: "cannot be read"},
		"an application twice":     {content: "applications: [{app: A, to: ['file:a']}, {app: a, to: ['file:b']}]", says: "named twice"},
		"a target twice":           {content: "applications: [{app: A, to: ['file:a']}, {app: B, to: ['file:a']}]", says: "named twice"},
		"a misspelt field":         {content: "applications: [{app: A, too: ['file:a']}]", says: "cannot be understood"},
		"no target":                {content: "applications: [{app: A}]", says: "no target"},
		"no application":           {content: "applications: []", says: "names no application"},
		"an unknown target":        {content: "applications: [{app: A, to: ['nowhere:a']}]", says: "not recognised"},
		"standard output":          {content: "applications: [{app: A, to: [stdout]}]", says: "standard output"},
		"a lifetime of no length":  {content: "applications: [{app: A, days: -1, to: ['file:a']}]", says: "at least 1"},
		"another tenant's file":    {content: "tenant: fabrikam.example\napplications: [{app: A, to: ['file:a']}]", says: "fabrikam.example"},
		"another tenant's plan":    {path: other, says: "fabrikam.example"},
		"a report of another kind": {content: `{"schemaVersion": "1"}`, says: "is not a plan"},
	} {
		t.Run(name, func(t *testing.T) {
			path := tc.path
			if path == "" {
				path = filepath.Join(w.dir, "bad.yaml")
				if err := os.WriteFile(path, []byte(tc.content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			o := w.options()
			var err error
			if o.File, o.Chosen, err = plan.Open(path, o.Deps); err == nil {
				_, err = plan.Run(context.Background(), o)
			}
			if err == nil || fail.From(err).Code != fail.CodeUsage || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("error %v", err)
			}
		})
	}
	w.file(1, "") // the file of the plan is another one now
	if _, _, err := plan.Open(saved, w.options().Deps); err == nil || !strings.Contains(err.Error(), "has changed") {
		t.Errorf("a plan whose file has changed: %v", err)
	}
	w.renewedByName(t)
}

// renewedByName names one application by its name and by its ID.
func (w *tenant) renewedByName(t *testing.T) {
	t.Helper()
	path := filepath.Join(w.dir, "twice.yaml")
	text := fmt.Sprintf("applications:\n  - {app: '"+namePattern+"', to: ['file:%s']}\n  - {app: %s, to: ['file:%s-b']}\n", 0, w.place(0), directory.StableID("client 0"), w.place(0))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b := w.apply(path, nil)
	if _, fresh := w.passwords(0); b.Totals.Renewed != 1 || b.Totals.Forbidden+b.Totals.Failed != 1 || len(fresh) != 1 {
		t.Errorf("one application under two names: %+v, %d new secrets", b.Totals, len(fresh))
	}
}

// What a renewal has replaced goes once it was not used for long enough, and never
// what is used.
func TestReplacedSecretsAreRetired(t *testing.T) {
	for name, tc := range map[string]struct {
		after time.Duration
		used  time.Duration // since its last use, 0 is never
		roles []string
		fault string // the path of what cannot be read
		code  int    // of the sign-in
		gone  bool
	}{
		"long unused":               {after: 10 * 24 * time.Hour, used: 60 * 24 * time.Hour, gone: true},
		"used since":                {after: 10 * 24 * time.Hour, used: -9 * 24 * time.Hour},
		"too early":                 {after: 3 * 24 * time.Hour, used: 60 * 24 * time.Hour},
		"of whose use nobody knows": {after: 10 * 24 * time.Hour, roles: []string{"Application.ReadWrite.All"}},
		// The report tells of sign-ins that worked alone.
		"tried since":            {after: 10 * 24 * time.Hour, used: -9 * 24 * time.Hour, code: 53003},
		"no log":                 {after: 10 * 24 * time.Hour, fault: "/auditLogs/signIns"},
		"no report, and the log": {after: 10 * 24 * time.Hour, fault: "/reports/", gone: true},
		"no report, used by it":  {after: 10 * 24 * time.Hour, fault: "/reports/", used: -9 * 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTenant(t, 1)
			w.change(func(t *directory.Tenant) {
				for _, sp := range t.ServicePrincipals {
					if sp.DisplayName == "spcheck reader" && tc.roles != nil {
						sp.Roles = tc.roles
					}
				}
				far := time.Now().AddDate(0, 0, 25)
				a := t.ApplicationByAppID(directory.StableID("client 0"))
				a.Passwords[0].End = &far
				if tc.used != 0 {
					t.SignIns = append(t.SignIns, directory.SignIn{Time: time.Now().Add(-tc.used), AppID: a.AppID, KeyID: a.Passwords[0].KeyID, ErrorCode: tc.code,
						CredentialType: "clientSecret", Origin: "application", ServicePrincipalID: directory.StableID("sp 0")})
				}
			})
			path := w.file(1, "")
			if b := w.apply(path, nil); b.Totals.Renewed != 1 {
				t.Fatalf("%+v", b.Totals)
			}
			w.server.SetClockOffset(tc.after)
			if tc.fault != "" {
				if err := w.server.SetFaults(sandbox.Fault{At: fault.AtGraph, Kind: fault.Unavailable, Status: 403, Path: tc.fault}); err != nil {
					t.Fatal(err)
				}
			}
			b := w.apply(path, func(o *plan.Options) {
				o.RetireAfter, o.Common.Input.Now = 7*24*time.Hour, func() time.Time { return time.Now().Add(tc.after) }
			})
			old, fresh := w.passwords(0)
			if old == tc.gone || len(fresh) != 1 || (b.Totals.Removed == 1) != tc.gone || b.Totals.NotDue != 1 {
				t.Errorf("the old secret is there: %t; %+v, %q", old, b.Totals, b.Items[0].Notes)
			}
		})
	}
}

// The test binary stands in for spcheck where it has to be killed.
const killedFile = "PLAN_TEST_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(killedFile); path != "" {
		os.Exit(applied(path))
	}
	os.Exit(m.Run())
}

func applied(path string) int {
	o, err := options(os.LookupEnv)
	if err == nil {
		o.File, o.Chosen, err = plan.Open(path, o.Deps)
	}
	if err != nil {
		return 64
	}
	if _, err := plan.Run(context.Background(), o); err != nil {
		return 65
	}
	return 0
}

// applications is how many TestThousandApplications has.
func applications(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("SPCHECK_TEST_APPLICATIONS")); err == nil {
		return n
	}
	if testing.Short() {
		return 30
	}
	return 1000
}

// A thousand applications, of which some vanish, with answers that are lost and
// runs that are killed: no value is lost, no secret is left over that nobody names,
// and nothing that works is removed.
func TestThousandApplications(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process is killed there in another way")
	}
	n := applications(t)
	w := newTenant(t, n)
	path := w.file(n, "")
	gone := map[int]bool{}
	w.change(func(t *directory.Tenant) {
		for i := 0; i < n; i += max(n/10, 3) {
			gone[i] = true
			key := strconv.Itoa(i)
			for j, a := range t.Applications {
				if a.ID == directory.StableID("app "+key) {
					t.Applications = append(t.Applications[:j], t.Applications[j+1:]...)
					break
				}
			}
			for j, sp := range t.ServicePrincipals {
				if sp.ID == directory.StableID("sp "+key) {
					t.ServicePrincipals = append(t.ServicePrincipals[:j], t.ServicePrincipals[j+1:]...)
					break
				}
			}
		}
	})
	faults := func() {
		var list []sandbox.Fault
		for i, kind := range []string{fault.Lost, fault.Reset, fault.Cut, fault.Unavailable, fault.InvalidJSON} {
			list = append(list, sandbox.Fault{At: fault.AtGraph, Kind: kind, Skip: 2 + 5*i, Times: max(n/100, 1), Path: "/addPassword", Method: "POST"})
		}
		if err := w.server.SetFaults(list...); err != nil {
			t.Fatal(err)
		}
	}
	for kill := range 5 {
		faults()
		w.killed(path, time.Duration(400+kill*(200+n))*time.Millisecond)
	}
	faults()
	b := w.apply(path, nil)
	if err := w.server.SetFaults(); err != nil {
		t.Fatal(err)
	}
	b = w.apply(path, nil)
	if b.Totals.Failed != len(gone) || b.Totals.NotDue+b.Totals.Renewed != n-len(gone) {
		t.Errorf("in the end: %+v, %d had vanished", b.Totals, len(gone))
	}
	for i := range n {
		if !gone[i] {
			w.renewed(i, 1)
		}
	}
}

// killed applies in a process of its own, which is killed after a while.
func (w *tenant) killed(path string, after time.Duration) {
	w.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{killedFile + "=" + path}
	for name, value := range w.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 0) {
		w.t.Fatalf("the run failed: %v", err)
	}
}
