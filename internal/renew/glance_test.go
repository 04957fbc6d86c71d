package renew_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/secrets"
)

// overtaken is a target during whose first reading something else happens.
type overtaken struct {
	target.Target
	meanwhile func()
}

func (o *overtaken) Read(ctx context.Context) (secrets.Value, error) {
	v, err := o.Target.Read(ctx)
	if f := o.meanwhile; f != nil {
		o.meanwhile = nil
		f()
	}
	return v, err
}

// Whether a renewal is due is first read without the lock. If another run renews the
// secret before this one gets the lock, it is not renewed twice.
func TestRenewedByAnotherRunBeforeTheLock(t *testing.T) {
	t.Parallel()
	f := newFixture(t, expiresTomorrow)
	writeOld(t, f)
	req := f.nightly()
	req.Targets = []target.Target{&overtaken{req.Targets[0], func() { mustRun(t, f.nightly()) }}}
	if res := mustRun(t, req); res.Outcome != result.NotNeeded || len(f.fresh()) != 1 {
		t.Errorf("outcome %s, %d new secrets", res.Outcome, len(f.fresh()))
	}
}

// A run that changes nothing needs no lock, so it neither waits for another one nor leaves
// a file behind.
func TestNothingToDoNeedsNoLock(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.holdsValid()
	res := mustRun(t, f.nightly())
	if res.Outcome != result.NotNeeded {
		t.Fatalf("outcome %s", res.Outcome)
	}
	if _, err := os.Stat(f.dir + "/state"); err == nil {
		t.Error("it left files behind")
	}
	unlock, err := f.store.Lock(mustEnv(f, "AZURE_TENANT_ID"), mustEnv(f, "AZURE_CLIENT_ID"))
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if res := mustRun(t, f.nightly()); res.Outcome != result.NotNeeded {
		t.Errorf("while another run has the lock: %s", res.Outcome)
	}
}

// holdsValid puts a secret into the target that is valid for another year.
func (f *fixture) holdsValid() {
	f.change(func(t *directory.Tenant) {
		end := time.Now().AddDate(1, 0, 0)
		app(t).Passwords[0].End = &end
		if err := os.WriteFile(f.path(), []byte(app(t).Passwords[0].Secret), 0o600); err != nil {
			f.t.Error(err)
		}
	})
}

func mustEnv(f *fixture, name string) string {
	v, _ := f.env(name)
	return v
}

// A run on several applications reads the activity report only where a secret is in doubt,
// and comes to the same conclusion.
func TestDoubtfulSecretAmongSeveralApplications(t *testing.T) {
	t.Parallel()
	for used, want := range map[bool]string{false: "probably lost", true: ""} {
		f := newFixture(t)
		f.holdsValid()
		f.change(func(t *directory.Tenant) {
			start, end := time.Now().AddDate(0, 0, -10), time.Now().AddDate(0, 6, 0)
			p := directory.Password{KeyID: directory.StableID("lost"), DisplayName: "spcheck (0a1b2c3d-4e5f)", Secret: "zzz8Q~" + strings.Repeat("z", 34), Hint: "zzz", Start: &start, End: &end}
			app(t).Passwords = append(app(t).Passwords, p)
			if used {
				t.SignIns = append(t.SignIns, directory.SignIn{Time: time.Now(), AppID: app(t).AppID, KeyID: p.KeyID, CredentialType: "clientSecret", Origin: "application", ServicePrincipalID: principal(t).ID})
			}
		})
		req := f.nightly()
		req.Common = req.Shared()
		res := mustRun(t, req)
		if notes := textsOf(res.Notes); res.Outcome != result.NotNeeded || !strings.Contains(notes, want) || used && notes != "" {
			t.Errorf("used %t: outcome %s, notes %q", used, res.Outcome, notes)
		}
	}
}
