package plan_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/plan"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/session"
	"github.com/spcheck/spcheck/internal/transport"
)

// tenant has many applications. Each one has a secret that expires tomorrow, which is in a
// file.
type tenant struct {
	t      *testing.T
	server *sandbox.Server
	dir    string
	env    map[string]string
}

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
	a := &directory.Application{Object: directory.Object{ID: directory.StableID("app " + key), AppID: directory.StableID("client " + key), DisplayName: name, SignInAudience: "AzureADMyOrg", Created: start}}
	a.Passwords = []directory.Password{old}
	t.Applications = append(t.Applications, a)
	t.ServicePrincipals = append(t.ServicePrincipals, &directory.ServicePrincipal{
		Object: directory.Object{ID: directory.StableID("sp " + key), AppID: a.AppID, DisplayName: name, Created: start},
		Type:   "Application", Enabled: true, OwnerTenant: t.ID, Names: []string{a.AppID},
	})
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

// passwords returns the old secret of an application and the others.
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
	return plan.Options{VerifyFor: 20 * time.Second, Deps: target.Deps{Now: time.Now, HTTPClient: client, Trials: &safefile.Trials{}},
		Common: renew.Common{Input: in, Store: store, Patience: 5 * time.Second, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}}, nil
}

func (w *tenant) options() plan.Options {
	w.t.Helper()
	o, err := options(lookup(w.env))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(o.Common.Input.HTTPClient.CloseIdleConnections) // because the server waits a second for open connections
	return o
}

// apply runs a plan or a file, and checks the report against its schema.
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

// plan runs without changes, and saves the report.
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
