package renew_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/keyfile"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// keyFixture is a tenant with an application whose certificate ends soon; the file
// that its product reads holds it.
type keyFixture struct {
	*fixture
	password  string
	protected bool
	parsed    int
}

func newKeyFixture(t *testing.T, changes ...func(*directory.Tenant)) *keyFixture {
	t.Helper()
	f := &keyFixture{fixture: fixtureOf(t, "certificate-renewal", changes...)}
	held, _ := f.env("AZURE_CLIENT_CERTIFICATE_PATH")
	data, err := os.ReadFile(held)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.file(), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *keyFixture) file() string { return filepath.Join(f.dir, "product.pem") }

func (f *keyFixture) parse(spec string) (*keyfile.File, error) {
	f.parsed++ // no two files of one name
	now := time.Now().Add(time.Duration(f.parsed) * time.Second)
	return keyfile.Parse(spec, keyfile.Deps{Password: secrets.NewValue(f.password), Protect: f.protected, Now: func() time.Time { return now }})
}

func (f *keyFixture) request() renew.CertificateRequest {
	f.t.Helper()
	to, err := f.parse("pem:" + f.file())
	if err != nil {
		f.t.Fatal(err)
	}
	return renew.CertificateRequest{Renewal: renew.Renewal{Common: f.common(), VerifyFor: 20 * time.Second}, To: to, Parse: f.parse}
}

// self has the application act itself, by its certificate.
func (f *keyFixture) self() {
	env := f.env
	f.env = func(name string) (string, bool) {
		if name == "SPCHECK_READER" {
			return "self", true
		}
		return env(name)
	}
	f.input = inputFrom(f.t, f.env, nil)
}

func (f *keyFixture) renew(req renew.CertificateRequest) (*result.CertificateRenewal, *fail.Error) {
	f.t.Helper()
	res, err := renew.RenewCertificate(f.t.Context(), req)
	var b bytes.Buffer
	if err := report.Write(&b, "json", res, report.Options{}); err != nil {
		f.t.Fatal(err)
	}
	schematest.Validate(f.t, "renew-certificate", b.Bytes())
	f.tellsNoKey(res)
	if err == nil {
		return res, nil
	}
	return res, fail.From(err)
}

func (f *keyFixture) mustRenew(req renew.CertificateRequest) *result.CertificateRenewal {
	f.t.Helper()
	res, err := f.renew(req)
	if err != nil {
		f.t.Fatalf("the renewal failed: %s %q", err.What, err.Hints)
	}
	return res
}

// tellsNoKey looks for the private keys of all files in everything that a run leaves
// behind.
func (f *keyFixture) tellsNoKey(res *result.CertificateRenewal) {
	f.t.Helper()
	var b bytes.Buffer
	for _, format := range []string{"json", "text"} {
		if err := report.Write(&b, format, res, report.Options{Verbose: true}); err != nil {
			f.t.Fatal(err)
		}
	}
	b.WriteString(strings.Join(f.said, "\n"))
	states, _ := filepath.Glob(filepath.Join(f.dir, "state", "spcheck", "renewals", "*"))
	for _, name := range states {
		data, _ := os.ReadFile(name)
		b.Write(data)
	}
	files, _ := filepath.Glob(filepath.Join(f.dir, "product*"))
	for _, name := range files {
		data, _ := os.ReadFile(name)
		for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
			text := base64.StdEncoding.EncodeToString(block.Bytes)
			if strings.HasSuffix(block.Type, "PRIVATE KEY") && strings.Contains(b.String(), text[100:140]) {
				f.t.Error("a private key stands in a report, in the progress or in the journal")
			}
		}
	}
}

// keys are the certificates of the application.
func (f *keyFixture) keys() []directory.Key {
	w := f.server.World()
	w.RLock()
	defer w.RUnlock()
	return app(w.Tenants[0]).Keys
}

func thumbprint(der []byte) string { return fmt.Sprintf("%X", sha1.Sum(der)) }

// inFile is the thumbprint of a file's certificate, empty where there is none.
func (f *keyFixture) inFile(path string) string {
	data, _ := os.ReadFile(path)
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			return thumbprint(block.Bytes)
		}
	}
	return ""
}

// beside are the files that were made beside the product's.
func (f *keyFixture) beside(kind string) []string {
	list, _ := filepath.Glob(f.file() + "." + kind + "-*")
	return list
}

func (f *keyFixture) pending() *journal.Entry {
	f.t.Helper()
	id, _ := f.env("AZURE_CLIENT_ID")
	tenant, _ := f.env("AZURE_TENANT_ID")
	e, err := f.store.Pending(journal.Certificate, tenant, id)
	if err != nil {
		f.t.Fatal(err)
	}
	return e
}

// renewed fails where the old certificates are gone, or the file holds none that is
// registered and new.
func (f *keyFixture) renewed() {
	f.t.Helper()
	keys := f.keys()
	if len(keys) != 3 || keys[0].Added != (time.Time{}) || keys[1].Added != (time.Time{}) {
		f.t.Fatalf("%d certificates are registered, want the 2 old ones and a new one", len(keys))
	}
	if f.inFile(f.file()) != thumbprint(keys[2].Certificate) {
		f.t.Error("the file does not hold the new certificate")
	}
	if len(f.beside("new")) != 0 || f.pending() != nil {
		f.t.Errorf("left behind: %v, journal %v", f.beside("new"), f.pending())
	}
	if back := f.beside("bak"); len(back) != 1 || f.inFile(back[0]) != thumbprint(keys[0].Certificate) {
		f.t.Errorf("the former certificate is not kept: %v", back)
	}
}

// untouched fails where anything was changed.
func (f *keyFixture) untouched() {
	f.t.Helper()
	if keys := f.keys(); len(keys) != 2 || f.inFile(f.file()) != thumbprint(keys[0].Certificate) {
		f.t.Errorf("%d certificates are registered, or the file was changed", len(keys))
	}
	if len(f.beside("new"))+len(f.beside("bak")) != 0 || f.pending() != nil {
		f.t.Errorf("left behind: %v %v, journal %v", f.beside("new"), f.beside("bak"), f.pending())
	}
}

func TestCertificateRenewal(t *testing.T) {
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

// An application without the right to change anything renews its own certificate.
func TestApplicationRenewsItsOwnCertificate(t *testing.T) {
	f := newKeyFixture(t)
	f.self()
	res := f.mustRenew(f.request())
	f.renewed()
	if *res.Added.KeyID != f.keys()[2].KeyID || *res.ActingAs != "self" {
		t.Errorf("added %v as %v", res.Added.KeyID, res.ActingAs)
	}
}

func renewCertificateIn(common renew.Common, path string) error {
	parse := func(spec string) (*keyfile.File, error) { return keyfile.Parse(spec, keyfile.Deps{Now: time.Now}) }
	to, err := parse("pem:" + path)
	if err == nil {
		_, err = renew.RenewCertificate(context.Background(), renew.CertificateRequest{Renewal: renew.Renewal{Common: common, VerifyFor: 20 * time.Second}, To: to, Parse: parse})
	}
	return err
}

// Wherever a run is killed: the old certificates stand, the file holds the old one or
// the new one, and the next run goes on or cleans up, asked for or by night.
func TestCertificateKilledAtEveryPoint(t *testing.T) {
	for point, after := range map[renew.Point]result.Outcome{
		renew.AtIntent: result.CleanedUp, renew.AtMade: result.CleanedUp,
		renew.AtAsking: result.Renewed, renew.AtAdded: result.Renewed, renew.AtNoted: result.Renewed, renew.AtProving: result.Renewed,
		renew.AtVerified: result.Renewed, renew.AtPlacing: result.Renewed, renew.AtPlaced: result.Renewed,
		renew.AtClosed: result.NothingToResume,
	} {
		t.Run(string(point), func(t *testing.T) {
			f := newKeyFixture(t)
			f.kill(point, killCertificate+"="+f.file())
			old := thumbprint(f.keys()[0].Certificate)
			if held := f.inFile(f.file()); held != old && (len(f.keys()) != 3 || held != thumbprint(f.keys()[2].Certificate)) {
				t.Error("the file holds neither the old certificate nor the new one")
			}
			req := f.request()
			if point != renew.AtIntent && point != renew.AtMade && point != renew.AtClosed {
				if _, err := f.renew(req); err == nil || err.Code != fail.CodeUnknown {
					t.Errorf("a run without --resume: %v", err)
				}
			}
			req.Resume, req.To = true, nil
			res, err := f.renew(req)
			if res.Outcome != after {
				t.Fatalf("resumed: %s (%v)", res.Outcome, err)
			}
			if after == result.CleanedUp {
				f.untouched()
				return
			}
			f.renewed()
		})
	}
}

// A nightly run needs nobody to take up what another left.
func TestCertificateKilledThenNightly(t *testing.T) {
	for _, point := range []renew.Point{renew.AtIntent, renew.AtMade, renew.AtAsking, renew.AtAdded, renew.AtProving, renew.AtPlacing, renew.AtPlaced} {
		t.Run(string(point), func(t *testing.T) {
			f := newKeyFixture(t)
			f.kill(point, killCertificate+"="+f.file())
			req := f.request()
			month := 30 * 24 * time.Hour
			req.IfExpiringWithin = &month
			if res := f.mustRenew(req); res.Outcome != result.Renewed {
				t.Fatalf("outcome %s", res.Outcome)
			}
			f.renewed()
			again := f.request()
			again.IfExpiringWithin = &month
			if res := f.mustRenew(again); res.Outcome != result.NotNeeded {
				t.Errorf("the night after: %s", res.Outcome)
			}
		})
	}
}

// A lost answer loses nothing: the certificate is known by its thumbprint.
func TestCertificateAnswersThatAreLost(t *testing.T) {
	for _, self := range []bool{false, true} {
		for _, kind := range []string{fault.Lost, fault.Unavailable, fault.Reset, fault.Cut} {
			t.Run(fmt.Sprintf("%s, itself %v", kind, self), func(t *testing.T) {
				f := newKeyFixture(t)
				broken := sandbox.Fault{At: fault.AtGraph, Kind: kind, Times: 1, Method: "PATCH"}
				if self {
					f.self()
					broken.Method, broken.Path = "POST", "/addKey"
				}
				f.faults(broken)
				f.mustRenew(f.request())
				f.renewed()
			})
		}
	}
}

// Where nobody can tell whether it was added, the key stays, and the next run goes on.
func TestCertificateOfWhichNothingIsKnown(t *testing.T) {
	f := newKeyFixture(t)
	req := f.request()
	req.Reached = func(p renew.Point) {
		if p == renew.AtAsking { // after the one read before the request
			f.faults(sandbox.Fault{At: fault.AtGraph, Kind: fault.Lost, Status: 500, Times: 1, Method: "PATCH"},
				sandbox.Fault{At: fault.AtGraph, Kind: fault.Unavailable, Status: 500, Method: "GET", Skip: 1})
		}
	}
	if _, err := f.renew(req); err == nil || err.Code != fail.CodeUnknown {
		t.Fatalf("the run ended with %v", err)
	}
	if f.pending() == nil || len(f.beside("new")) != 1 {
		t.Fatalf("the key is gone: %v", f.beside("new"))
	}
	f.faults()
	req = f.request()
	req.Resume, req.To = true, nil
	f.mustRenew(req)
	f.renewed()
}

// meddler lets somebody else change the tenant when a request goes out, or when its
// answer comes.
type meddler struct {
	base          http.RoundTripper
	method        string
	before, after func()
	once          sync.Once
}

func (m *meddler) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != m.method {
		return m.base.RoundTrip(r)
	}
	var res *http.Response
	var err error
	done := false
	m.once.Do(func() {
		done = true
		if m.before != nil {
			m.before()
		}
		res, err = m.base.RoundTrip(r)
		if m.after != nil {
			m.after()
		}
	})
	if done {
		return res, err
	}
	return m.base.RoundTrip(r)
}

func (m *meddler) CloseIdleConnections() {
	if c, ok := m.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

func (f *keyFixture) meddle(method string, before, after func(*directory.Tenant)) {
	as := func(change func(*directory.Tenant)) func() {
		if change == nil {
			return nil
		}
		return func() { f.change(change) }
	}
	f.input.HTTPClient = transport.Wrap(f.input.HTTPClient, func(base http.RoundTripper) http.RoundTripper {
		return &meddler{base: base, method: method, before: as(before), after: as(after)}
	})
}

// dropSecond is somebody who removes a certificate.
func dropSecond(t *directory.Tenant) {
	a := app(t)
	a.Keys = append(append([]directory.Key{}, a.Keys[:1]...), a.Keys[2:]...)
}

func TestOthersChangeTheCertificatesMeanwhile(t *testing.T) {
	t.Run("before the request", func(t *testing.T) {
		f := newKeyFixture(t)
		f.meddle("PATCH", dropSecond, nil)
		res := f.mustRenew(f.request())
		if len(f.keys()) != 2 || f.inFile(f.file()) != thumbprint(f.keys()[1].Certificate) {
			t.Errorf("%d certificates", len(f.keys()))
		}
		if notes := fmt.Sprint(res.Notes); !strings.Contains(notes, "Someone else changed") {
			t.Errorf("nothing is said of it: %s", notes)
		}
	})
	t.Run("after the request", func(t *testing.T) {
		f := newKeyFixture(t)
		gone := f.keys()[1]
		f.meddle("PATCH", nil, dropSecond)
		res, err := f.renew(f.request())
		if err == nil || err.Code != fail.CodeUnknown || !strings.Contains(fmt.Sprint(err.Hints), gone.KeyID) || res.Outcome != result.Stopped {
			t.Fatalf("the run ended with %v", err)
		}
		if f.inFile(f.file()) != thumbprint(f.keys()[0].Certificate) {
			t.Error("the file was replaced")
		}
		req := f.request()
		req.Resume, req.To = true, nil
		f.mustRenew(req)
	})
	t.Run("while the run prepares", func(t *testing.T) {
		f := newKeyFixture(t)
		req := f.request()
		req.Reached = func(p renew.Point) {
			if p == renew.AtMade {
				f.change(func(t *directory.Tenant) {
					extra := app(t).Keys[1]
					extra.KeyID = "6c1f0d2e-93a4-4e5b-8f60-1a2b3c4d5e6f"
					app(t).Keys = append(app(t).Keys, extra)
				})
			}
		}
		res := f.mustRenew(req)
		if len(f.keys()) != 4 || !strings.Contains(fmt.Sprint(res.Notes), "Someone else changed") {
			t.Errorf("%d certificates, notes %v", len(f.keys()), res.Notes)
		}
	})
}

func keyPolicy(rules ...directory.Restriction) func(*directory.Tenant) {
	return func(t *directory.Tenant) {
		t.DefaultPolicy = &directory.AppManagementPolicy{Enabled: true, Keys: rules}
	}
}

func TestPoliciesOnNewCertificates(t *testing.T) {
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
			f := newKeyFixture(t, keyPolicy(tc.rule))
			req := f.request()
			req.Lifetime.Days = tc.days
			if _, err := f.renew(req); err == nil || err.Code != tc.code {
				t.Errorf("the run ended with %v", err)
			}
			f.untouched()
			// Who cannot read the policy is refused, and leaves nothing behind.
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
	f := newKeyFixture(t, func(t *directory.Tenant) { app(t).Lock = &directory.Lock{Enabled: true, AllProperties: true} })
	req := f.request()
	req.On = "servicePrincipal"
	if _, err := f.renew(req); err == nil || err.Code != fail.CodeUsage {
		t.Errorf("the run ended with %v", err)
	}
	f.untouched()
}

func TestCertificateDryRunChangesNothing(t *testing.T) {
	f := newKeyFixture(t)
	req := f.request()
	req.DryRun = true
	if res := f.mustRenew(req); res.Outcome != result.Planned || *res.Plan.Target != "pem:"+f.file() {
		t.Errorf("outcome %s", res.Outcome)
	}
	f.untouched()
}

// A certificate that does not sign in yet never takes the place of one that does.
func TestCertificateThatDoesNotSpread(t *testing.T) {
	f := newKeyFixture(t, func(t *directory.Tenant) { t.PropagationDelay = time.Hour })
	req := f.request()
	req.VerifyFor = 100 * time.Millisecond // the pauses move the tenant's clock, by which an assertion expires
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

func TestFilesThatAreNotReplaced(t *testing.T) {
	for name, content := range map[string]string{"a configuration": "tenant: example\n", "an empty file": "", "a certificate without its key": ""} {
		t.Run(name, func(t *testing.T) {
			f := newKeyFixture(t)
			if strings.Contains(name, "without") {
				content = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.keys()[0].Certificate}))
			}
			if err := os.WriteFile(f.file(), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := f.renew(f.request()); err == nil || err.Code != fail.CodeUsage {
				t.Errorf("the run ended with %v", err)
			}
			if held, _ := os.ReadFile(f.file()); string(held) != content || len(f.keys()) != 2 || len(f.beside("new")) != 0 {
				t.Error("something was changed")
			}
		})
	}
}

// The new file is read by the password of the old one.
func TestCertificateFilesWithAPassword(t *testing.T) {
	f := newKeyFixture(t)
	f.password, f.protected = "Quartz-77-lime", true
	f.mustRenew(f.request())
	f.protected = false // the file that is replaced is encrypted by now
	f.mustRenew(f.request())
	c, err := secrets.LoadCertificate(t.Context(), f.file(), secrets.NewValue(f.password))
	if err != nil || c.Certificate.SHA1 != thumbprint(f.keys()[3].Certificate) {
		t.Errorf("read by the password: %v", err)
	}
	data, _ := os.ReadFile(f.file())
	if !bytes.Contains(data, []byte("ENCRYPTED")) {
		t.Error("the key is not encrypted any more")
	}
	f.password = ""
	if _, err := f.renew(f.request()); err == nil || err.Code != fail.CodeUsage {
		t.Errorf("without the password: %v", err)
	}
}

func TestCertificateAsPFX(t *testing.T) {
	f := newKeyFixture(t)
	f.password = "Quartz-77-lime"
	req := f.request()
	path := filepath.Join(f.dir, "product.pfx")
	req.To, _ = f.parse("pfx:" + path)
	f.mustRenew(req)
	if c, err := secrets.LoadCertificate(t.Context(), path, secrets.NewValue(f.password)); err != nil || c.Certificate.SHA1 != thumbprint(f.keys()[2].Certificate) {
		t.Errorf("the PFX file: %v", err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("its permissions are %v", info.Mode())
	}
}

func TestCertificateOnlyWhenItExpires(t *testing.T) {
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
