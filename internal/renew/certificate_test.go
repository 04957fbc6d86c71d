package renew_test

import (
	"crypto/x509"
	"os"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

func TestCertificateRenewal(t *testing.T) {
	t.Parallel()
	f := newKeyFixture(t, func(t *directory.Tenant) { t.PropagationDelay, t.Flap = 9*time.Second, 2 })
	if err := os.Chmod(f.file(), 0o640); err != nil {
		t.Fatal(err)
	}
	req := f.request()
	req.Lifetime.Days = 90
	req.Reached = func(p renew.Point) {
		if p == renew.AtVerified && f.inFile(f.file()) != thumbprint(f.keys()[0].Certificate) {
			t.Error("the file was replaced before the new certificate was verified")
		}
	}
	res := f.mustRenew(req)
	f.renewed()
	fresh := f.keys()[2]
	c, err := x509.ParseCertificate(fresh.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if days := fresh.End.Sub(*fresh.Start).Hours() / 24; days < 89.9 || days > 90.1 || !c.NotAfter.Equal(*fresh.End) {
		t.Errorf("it lasts %.2f days", days)
	}
	if *res.Added.KeyID != fresh.KeyID || res.Verification.Attempts < 6 || *res.Added.DisplayName != fresh.DisplayName {
		t.Errorf("reported %v after %d sign-ins", res.Added, res.Verification.Attempts)
	}
	if info, _ := os.Stat(f.file()); info.Mode().Perm() != 0o640 {
		t.Errorf("the file's permissions became %v", info.Mode())
	}
	id, _ := f.env("AZURE_CLIENT_ID")
	tenant, _ := f.env("AZURE_TENANT_ID")
	if proven := f.store.Proven(tenant, id); len(proven) != 1 || proven[0] != fresh.KeyID {
		t.Errorf("remembered as verified: %v", proven)
	}
}

// An application that may change nothing else renews its own certificate.
func TestApplicationRenewsItsOwnCertificate(t *testing.T) {
	t.Parallel()
	f := newKeyFixture(t)
	f.self()
	res := f.mustRenew(f.request())
	f.renewed()
	if *res.Added.KeyID != f.keys()[2].KeyID || *res.ActingAs != "self" {
		t.Errorf("added %v as %v", res.Added.KeyID, res.ActingAs)
	}
}

func keyPolicy(rules ...directory.Restriction) func(*directory.Tenant) {
	return func(t *directory.Tenant) {
		t.DefaultPolicy = &directory.AppManagementPolicy{Enabled: true, Keys: rules}
	}
}

func TestPoliciesOnNewCertificates(t *testing.T) {
	t.Parallel()
	f := newKeyFixture(t, keyPolicy(directory.Restriction{Type: "asymmetricKeyLifetime", MaxLifetime: "P30D"}))
	f.mustRenew(f.request())
	fresh := f.keys()[2]
	if days := fresh.End.Sub(*fresh.Start).Hours() / 24; days < 29.9 || days > 30 {
		t.Errorf("it lasts %.3f days", days)
	}
	for name, tc := range map[string]struct {
		rule directory.Restriction
		days int
		code int
	}{
		"an authority's only": {directory.Restriction{Type: "trustedCertificateAuthority"}, 0, fail.CodeUsage},
		"longer than allowed": {directory.Restriction{Type: "asymmetricKeyLifetime", MaxLifetime: "P30D"}, 60, fail.CodeUsage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newKeyFixture(t, keyPolicy(tc.rule))
			req := f.request()
			req.Lifetime.Days = tc.days
			if _, err := f.renew(req); err == nil || err.Code != tc.code {
				t.Errorf("the run ended with %v", err)
			}
			f.untouched()
			// A reader that may not read the policy is refused, and nothing is left behind.
			f.self()
			req = f.request()
			req.Lifetime.Days = tc.days
			if _, err := f.renew(req); err == nil || err.Code != fail.CodeUnknown {
				t.Errorf("the application itself: %v", err)
			}
			f.untouched()
		})
	}
}

func TestCertificateOfALockedServicePrincipal(t *testing.T) {
	t.Parallel()
	f := newKeyFixture(t, func(t *directory.Tenant) { app(t).Lock = &directory.Lock{Enabled: true, AllProperties: true} })
	req := f.request()
	req.On = "servicePrincipal"
	if _, err := f.renew(req); err == nil || err.Code != fail.CodeUsage {
		t.Errorf("the run ended with %v", err)
	}
	f.untouched()
}

func TestCertificateDryRunChangesNothing(t *testing.T) {
	t.Parallel()
	f := newKeyFixture(t)
	req := f.request()
	req.DryRun = true
	if res := f.mustRenew(req); res.Outcome != result.Planned || *res.Plan.Target != "pem:"+f.file() {
		t.Errorf("outcome %s", res.Outcome)
	}
	f.untouched()
}

// A certificate that does not sign in yet never replaces one that does.
func TestCertificateThatDoesNotSpread(t *testing.T) {
	t.Parallel()
	f := newKeyFixture(t, func(t *directory.Tenant) { t.PropagationDelay = time.Hour })
	req := f.request()
	req.VerifyFor = 100 * time.Millisecond // the pauses move the tenant's clock, which would make the assertion expire
	res, err := f.renew(req)
	if err == nil || err.Code != fail.CodeUnknown || res.Outcome != result.Stopped {
		t.Fatalf("the run ended with %v", err)
	}
	if f.inFile(f.file()) != thumbprint(f.keys()[0].Certificate) || len(f.beside("new")) != 1 {
		t.Error("the file was replaced, or the new certificate is gone")
	}
	f.change(func(t *directory.Tenant) { t.PropagationDelay = 0 })
	req = f.request()
	req.Resume, req.To = true, nil
	f.mustRenew(req)
	f.renewed()
}

func TestCertificateOnlyWhenItExpires(t *testing.T) {
	t.Parallel()
	f := newKeyFixture(t)
	day, month := 24*time.Hour, 30*24*time.Hour
	req := f.request()
	req.IfExpiringWithin = &day
	if res := f.mustRenew(req); res.Outcome != result.NotNeeded {
		t.Errorf("a week before it expires: %s", res.Outcome)
	}
	f.untouched()
	if err := os.Remove(f.file()); err != nil {
		t.Fatal(err)
	}
	req = f.request()
	req.IfExpiringWithin = &month
	if _, err := f.renew(req); err == nil || err.Code != fail.CodeUsage {
		t.Errorf("without a file: %v", err)
	}
	if len(f.keys()) != 2 {
		t.Error("a certificate was added for a file that may be mistyped")
	}
}
