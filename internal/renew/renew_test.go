package renew_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/fail/failtest"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

func run(t *testing.T, req renew.Request) (*result.Renewal, *fail.Error) {
	t.Helper()
	return runIn(t, context.Background(), req)
}

// runIn renews, and checks the report against the published schema.
func runIn(t *testing.T, ctx context.Context, req renew.Request) (*result.Renewal, *fail.Error) {
	t.Helper()
	res, err := renew.Run(ctx, req)
	var b bytes.Buffer
	if err := report.Write(&b, "json", res, report.Options{}); err != nil {
		t.Fatal(err)
	}
	schematest.Validate(t, "renew-secret", b.Bytes())
	if err == nil {
		return res, nil
	}
	return res, fail.From(err)
}

func mustRun(t *testing.T, req renew.Request) *result.Renewal {
	t.Helper()
	res, err := run(t, req)
	if err != nil {
		t.Fatalf("the renewal failed: %s %q", err.What, err.Hints)
	}
	return res
}

func TestRenewal(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(t *directory.Tenant) { t.PropagationDelay, t.Flap = 9*time.Second, 2 })
	before := f.passwords("application")[0].Secret
	if err := os.WriteFile(f.path(), []byte(before+"\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	req := f.request()
	req.Lifetime.Days = 90
	res := mustRun(t, req)
	fresh := f.fresh()
	if len(fresh) != 1 || f.held() != fresh[0].Secret+"\n" {
		t.Fatalf("%d secrets were added, and the file does not hold the new one with the old line end", len(fresh))
	}
	f.oldStands()
	if res.Outcome != result.Renewed || *res.Added.KeyID != fresh[0].KeyID || res.Verification.InARow != 3 {
		t.Errorf("outcome %s, key %s, in a row %d", res.Outcome, *res.Added.KeyID, res.Verification.InARow)
	}
	// Nine seconds of refusals, and then replicas that disagree.
	if res.Verification.Attempts < 6 {
		t.Errorf("a secret that flaps was believed after %d sign-ins", res.Verification.Attempts)
	}
	if days := fresh[0].End.Sub(*fresh[0].Start).Hours() / 24; days < 89.9 || days > 90.1 {
		t.Errorf("it lasts %.2f days", days)
	}
	if f.pending() != nil {
		t.Error("the journal is still open")
	}
	if left, _ := filepath.Glob(f.path() + ".bak-*"); left != nil {
		t.Errorf("the backup with the old secret stays: %v", left)
	}
	if info, _ := os.Stat(f.path()); info.Mode().Perm() != 0o640 {
		t.Errorf("the file's permissions became %v", info.Mode())
	}
	f.tellsNoValue(res, fresh[0].Secret)
}

// tellsNoValue looks for a secret in everything that a run writes.
func (f *fixture) tellsNoValue(res *result.Renewal, value string) {
	f.t.Helper()
	if strings.Contains(leftBehind(f.t, res, f.said, f.dir), value) {
		f.t.Error("the value of the secret stands in a report, in the progress or in the journal")
	}
}

// leftBehind returns the text of everything that a run writes except to its target: the
// reports, the progress and the journal.
func leftBehind(t *testing.T, res result.Report, said []string, dir string) string {
	t.Helper()
	var b bytes.Buffer
	for _, format := range []string{"json", "text"} {
		if err := report.Write(&b, format, res, report.Options{Verbose: true}); err != nil {
			t.Fatal(err)
		}
	}
	b.WriteString(strings.Join(said, "\n"))
	files, _ := filepath.Glob(filepath.Join(dir, "state", "spcheck", "renewals", "*"))
	for _, name := range files {
		data, _ := os.ReadFile(name)
		b.Write(data)
	}
	return b.String()
}

func TestServicePrincipalGetsTheSecretOfAForeignApplication(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(t *directory.Tenant) {
		principal(t).OwnerTenant = "0d7a5c0e-9a41-4f0e-8a3c-6a52d9f1b7e4"
		t.Applications = t.Applications[1:]
	})
	res := mustRun(t, f.request())
	if res.Added.StoredOn != objects.OnServicePrincipal || f.held() != f.fresh()[0].Secret {
		t.Errorf("stored on %s", res.Added.StoredOn)
	}
}

func TestPolicyShortensWhatWasNotChosen(t *testing.T) {
	t.Parallel()
	f := newFixture(t, longestLifetime("P30D"))
	res := mustRun(t, f.request())
	if days := time.Until(*res.Added.EndDateTime).Hours() / 24; days > 30 || days < 29.9 {
		t.Errorf("the new secret lasts %.2f days under a policy of 30", days)
	}
}

// Only the attempt shows whether a policy exempts this caller.
func TestPolicyThatExemptsSomeCallers(t *testing.T) {
	t.Parallel()
	for _, r := range []directory.Restriction{{Type: "passwordAddition", Exempts: true}, {Type: "passwordLifetime", MaxLifetime: "P30D", Exempts: true}} {
		f := newFixture(t, func(t *directory.Tenant) { restrict(t, r) })
		req := f.request()
		req.Lifetime.Days = 200
		if res := mustRun(t, req); res.Steps[0].Status != result.Warn || time.Until(*res.Added.EndDateTime) < 199*24*time.Hour {
			t.Errorf("%s: %s", r.Type, res.Steps[0].Summary)
		}
	}
}

func longestLifetime(d string) func(*directory.Tenant) {
	return func(t *directory.Tenant) {
		restrict(t, directory.Restriction{Type: "passwordLifetime", MaxLifetime: d})
	}
}

func restrict(t *directory.Tenant, r directory.Restriction) {
	r.State = "enabled"
	t.DefaultPolicy = &directory.AppManagementPolicy{Enabled: true, Restrictions: []directory.Restriction{r}, OnServicePrincipals: []directory.Restriction{r}}
}

func readerRoles(roles ...string) func(*directory.Tenant) {
	return func(t *directory.Tenant) {
		for _, sp := range t.ServicePrincipals {
			if sp.DisplayName == "spcheck reader" {
				sp.Roles = roles
			}
		}
	}
}

func TestPreflightRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*directory.Tenant)
		ask    func(*fixture, *renew.Request)
		check  string
		code   int
		says   string
	}{
		"secrets are forbidden": {
			change: func(t *directory.Tenant) { restrict(t, directory.Restriction{Type: "passwordAddition"}) },
			check:  "policy", code: 64, says: "forbids new secrets",
		},
		"longer than the policy": {
			change: longestLifetime("P30D"),
			ask:    func(_ *fixture, r *renew.Request) { r.Lifetime.Days = 31 },
			check:  "policy", code: 64, says: "--days 30",
		},
		"a locked service principal": {
			change: func(t *directory.Tenant) { app(t).Lock = &directory.Lock{Enabled: true, AllProperties: true} },
			ask:    func(_ *fixture, r *renew.Request) { r.On = objects.OnServicePrincipal },
			check:  "lock", code: 64, says: "--on application",
		},
		"two secrets of an app for personal accounts": {
			change: func(t *directory.Tenant) { app(t).SignInAudience = "AzureADandPersonalMicrosoftAccount" },
			check:  "limit", code: 64, says: "remove-secret --sp",
		},
		"no permission": {
			change: readerRoles("Application.Read.All", "Policy.Read.All"),
			check:  "permission", code: 3, says: "Application.ReadWrite.OwnedBy",
		},
		"not an owner": {
			change: readerRoles("Application.Read.All", "Application.ReadWrite.OwnedBy"),
			check:  "permission", code: 3, says: "an owner of the application",
		},
		"a disabled service principal": {
			change: func(t *directory.Tenant) { principal(t).Enabled = false },
			check:  "account", code: 64, says: "accountEnabled=true",
		},
		"a target that is a folder": {
			ask:   func(f *fixture, r *renew.Request) { r.Targets = []target.Target{f.target("file:" + f.dir)} },
			check: "target", code: 64, says: "not an ordinary file",
		},
		"a target in no folder": {
			ask: func(f *fixture, r *renew.Request) {
				r.Targets = []target.Target{f.target("file:" + filepath.Join(f.dir, "none", "x"))}
			},
			check: "target", code: 64, says: "does not exist",
		},
		"a program that is absent": {
			ask: func(f *fixture, r *renew.Request) {
				r.Targets = []target.Target{f.target("command:no-such-program-here")}
			},
			check: "target", code: 64, says: "no such program",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			if tc.change != nil {
				f.change(tc.change)
			}
			req := f.request()
			if tc.ask != nil {
				tc.ask(f, &req)
			}
			res, err := run(t, req)
			if err == nil || err.Code != tc.code {
				t.Fatalf("error %v, want exit code %d", err, tc.code)
			}
			if all := failtest.Text(err); !strings.Contains(all, tc.says) || !strings.Contains(all, "nothing was changed") {
				t.Errorf("it says %q", all)
			}
			if s := checkStatus(res, tc.check); s != result.Fail {
				t.Errorf("check %s is %q", tc.check, s)
			}
			f.oldStands()
			if len(f.fresh()) != 0 || f.pending() != nil || f.held() != "" {
				t.Error("something was changed")
			}
		})
	}
}

func checkStatus(res *result.Renewal, id string) result.CheckStatus {
	for _, c := range res.Checks {
		if c.ID == id {
			return c.Status
		}
	}
	return ""
}

// What the preflight could not read becomes known when the secret is added.
func TestRefusalsThatNobodyForesaw(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*directory.Tenant)
		on     string
		says   string
	}{
		"lifetime": {longestLifetime("P30D"), "", "shorter lifetime"},
		"addition": {func(t *directory.Tenant) { restrict(t, directory.Restriction{Type: "passwordAddition"}) }, "", "forbids new secrets"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, tc.change, readerRoles("Application.ReadWrite.All"))
			req := f.request()
			req.On = tc.on
			res, err := run(t, req)
			if err == nil || !strings.Contains(failtest.Text(err), tc.says) {
				t.Fatalf("error %v", err)
			}
			if s := checkStatus(res, "policy"); s != result.CheckUnknown {
				t.Errorf("a policy that could not be read is %q", s)
			}
			if len(f.fresh()) != 0 || f.pending() != nil {
				t.Error("something was changed")
			}
		})
	}
}

func TestOwnerMayRenewItself(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(t *directory.Tenant) {
		app(t).Owners = []string{principal(t).ID}
		principal(t).Roles = []string{"Application.ReadWrite.OwnedBy"}
	}, readerRoles("Application.Read.All"))
	// The reader in the environment may only read, so the application itself acts.
	f.auto()
	if res := mustRun(t, f.request()); *res.ActingAs != "self" {
		t.Errorf("acted as %s", *res.ActingAs)
	}
}

func TestDryRunChangesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	req := f.request()
	req.DryRun = true
	res := mustRun(t, req)
	if res.Outcome != result.Planned || res.Plan == nil || len(f.fresh()) != 0 || f.held() != "" {
		t.Errorf("outcome %s", res.Outcome)
	}
}

func TestIfExpiringWithin(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		within time.Duration
		held   func(f *fixture) string
		renews bool
	}{
		"ends inside":  {30 * 24 * time.Hour, func(f *fixture) string { return f.secretOf("archive 2025") }, true},
		"ends outside": {3 * 24 * time.Hour, func(f *fixture) string { return f.secretOf("archive 2025") }, false},
		// A newer secret is no reason to wait if the product does not use it.
		"the product's own ends inside": {30 * 24 * time.Hour, func(f *fixture) string {
			f.change(func(t *directory.Tenant) {
				app(t).AddPassword(time.Now(), directory.PasswordRequest{DisplayName: "somebody else's"})
			})
			for _, p := range f.passwords("application") {
				if p.DisplayName == "archive 2025" {
					return p.Secret
				}
			}
			return ""
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			if err := os.WriteFile(f.path(), []byte(tc.held(f)), 0o600); err != nil {
				t.Fatal(err)
			}
			before := len(f.fresh())
			req := f.request()
			req.IfExpiringWithin = &tc.within
			res := mustRun(t, req)
			if renewed := len(f.fresh()) > before; renewed != tc.renews || (res.Outcome == result.NotNeeded) == tc.renews {
				t.Errorf("renewed: %v, outcome %s", renewed, res.Outcome)
			}
		})
	}
}

func TestTwoRunsDoNotBothAdd(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var second *fail.Error
	req := f.request()
	req.Reached = func(p renew.Point) {
		if p == renew.AtStored {
			_, second = run(t, f.request())
		}
	}
	mustRun(t, req)
	if second == nil || second.Code != fail.CodeUnknown || len(f.fresh()) != 1 {
		t.Errorf("the second run: %v; %d secrets were added", second, len(f.fresh()))
	}
}
