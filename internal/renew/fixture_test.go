package renew_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/session"
	"github.com/spcheck/spcheck/internal/transport"
)

// fixture is a tenant with an application whose secret expires soon, and everything that a
// run needs. Pauses take no time: they move the tenant's clock.
type fixture struct {
	t      *testing.T
	server *sandbox.Server
	dir    string
	input  session.Options
	store  *journal.Store
	env    func(string) (string, bool)

	mu    sync.Mutex
	moved time.Duration
	said  []string
}

func newFixture(t *testing.T, changes ...func(*directory.Tenant)) *fixture {
	t.Helper()
	return fixtureOf(t, "renewal", changes...)
}

// fixtureOf is newFixture for another scenario.
func fixtureOf(t *testing.T, scenario string, changes ...func(*directory.Tenant)) *fixture {
	t.Helper()
	s, err := sandbox.Load(scenario)
	if err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.Start(context.Background(), sandbox.Options{Scenario: s})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, server: server, dir: t.TempDir()}
	t.Cleanup(func() { server.Close() })
	f.change(func(t *directory.Tenant) { t.PropagationDelay, t.DefaultPolicy = 0, nil })
	f.change(changes...)
	f.connect(server.Env())
	return f
}

// connect prepares the settings of runs from the environment of the sandbox.
func (f *fixture) connect(vars []sandbox.EnvVar) {
	env := map[string]string{"XDG_STATE_HOME": filepath.Join(f.dir, "state"), "HOME": f.dir, "SPCHECK_READER": "environment"}
	for _, v := range vars {
		env[v.Name] = v.Value
	}
	f.env = func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	f.input = inputFrom(f.t, f.env, nil)
	store, err := journal.Open(f.env, time.Now)
	if err != nil {
		f.t.Fatal(err)
	}
	f.store = store
}

func inputFrom(t testing.TB, env config.Env, flags config.Flags) session.Options {
	t.Helper()
	settings, err := config.Resolve(flags, env)
	if err != nil {
		t.Fatal(err)
	}
	ca, _ := env("SPCHECK_CA_FILE")
	client, err := transport.New(transport.Options{CAFile: ca})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections) // because the server waits a second for open connections
	return session.Options{Settings: settings, Env: env, Stdin: strings.NewReader(""), Now: time.Now,
		HTTPClient: client, SP: settings.Value(config.ClientID), Timeout: time.Minute}
}

// auto leaves the choice of the identity to spcheck.
func (f *fixture) auto() {
	env := f.env
	f.env = func(name string) (string, bool) {
		if name == "SPCHECK_READER" {
			return "", false
		}
		return env(name)
	}
	f.input = inputFrom(f.t, f.env, nil)
}

// change changes the tenant.
func (f *fixture) change(changes ...func(*directory.Tenant)) {
	w := f.server.World()
	w.Lock()
	defer w.Unlock()
	for _, c := range changes {
		c(w.Tenants[0])
	}
}

// app and principal return the objects of the application.
func app(t *directory.Tenant) *directory.Application            { return t.Applications[0] }
func principal(t *directory.Tenant) *directory.ServicePrincipal { return t.ServicePrincipals[0] }

// passwords returns the secrets that Graph lists on an object.
func (f *fixture) passwords(on string) []directory.Password {
	w := f.server.World()
	w.RLock()
	defer w.RUnlock()
	if on == "servicePrincipal" {
		return principal(w.Tenants[0]).Listed()
	}
	return app(w.Tenants[0]).Listed()
}

// fresh returns the secrets that were added in this test.
func (f *fixture) fresh() []directory.Password {
	var out []directory.Password
	for _, p := range append(f.passwords("application"), f.passwords("servicePrincipal")...) {
		if !p.Added.IsZero() {
			out = append(out, p)
		}
	}
	return out
}

// oldStands fails if one of the secrets of the scenario is missing.
func (f *fixture) oldStands() {
	f.t.Helper()
	if n := len(f.passwords("application")) + len(f.passwords("servicePrincipal")) - len(f.fresh()); n != 2 {
		f.t.Errorf("%d of the 2 old secrets are left", n)
	}
}

func (f *fixture) path() string { return filepath.Join(f.dir, "secret") }

func (f *fixture) held() string {
	data, err := os.ReadFile(f.path())
	if err != nil {
		return ""
	}
	return string(data)
}

func (f *fixture) deps() target.Deps {
	return target.Deps{Now: time.Now, VaultResource: "https://vault.azure.net", HTTPClient: f.input.HTTPClient}
}

func (f *fixture) target(spec string) target.Target {
	f.t.Helper()
	to, err := target.Parse(spec, f.deps())
	if err != nil {
		f.t.Fatal(err)
	}
	return to
}

// common returns the settings of every run of the fixture.
func (f *fixture) common() renew.Common {
	return renew.Common{Input: f.input, Store: f.store, Sleep: f.sleep, Patience: 5 * time.Second,
		Progress: func(t msg.Text) { f.mu.Lock(); defer f.mu.Unlock(); f.said = append(f.said, t.String()) }}
}

// request renews the secret in a file.
func (f *fixture) request() renew.Request {
	return renew.Request{Renewal: renew.Renewal{Common: f.common(), VerifyFor: 20 * time.Second}, Targets: []target.Target{f.target("file:" + f.path())},
		Parse: func(spec string) (target.Target, error) { return target.Reopen(spec, f.deps()) }}
}

// sleep moves the tenant's clock instead of waiting.
func (f *fixture) sleep(ctx context.Context, d time.Duration) error {
	f.mu.Lock()
	f.moved += d
	f.server.SetClockOffset(f.moved)
	f.mu.Unlock()
	return ctx.Err()
}

// pending returns the unfinished renewal.
func (f *fixture) pending() *journal.Entry {
	f.t.Helper()
	id, _ := f.env("AZURE_CLIENT_ID")
	tenant, _ := f.env("AZURE_TENANT_ID")
	e, err := f.store.Pending(journal.Secret, id, tenant)
	if err != nil {
		f.t.Fatal(err)
	}
	return e
}

func (f *fixture) faults(list ...sandbox.Fault) {
	f.t.Helper()
	if err := f.server.SetFaults(list...); err != nil {
		f.t.Fatal(err)
	}
}
