package renew_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/keyfile"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/secrets"
)

// keyFixture is a tenant with an application whose certificate expires soon. The
// certificate is in the file that its product reads.
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
	f.parsed++ // so that no two files have the same name
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

// self makes the application act itself, with its certificate.
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

// tellsNoKey looks for the private keys of all files in everything that a run writes.
func (f *keyFixture) tellsNoKey(res *result.CertificateRenewal) {
	f.t.Helper()
	left := leftBehind(f.t, res, f.said, f.dir)
	files, _ := filepath.Glob(filepath.Join(f.dir, "product*"))
	for _, name := range files {
		data, _ := os.ReadFile(name)
		for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
			text := base64.StdEncoding.EncodeToString(block.Bytes)
			if strings.HasSuffix(block.Type, "PRIVATE KEY") && strings.Contains(left, text[100:140]) {
				f.t.Error("a private key stands in a report, in the progress or in the journal")
			}
		}
	}
}

// keys returns the certificates of the application.
func (f *keyFixture) keys() []directory.Key {
	w := f.server.World()
	w.RLock()
	defer w.RUnlock()
	return app(w.Tenants[0]).Keys
}

func thumbprint(der []byte) string { return fmt.Sprintf("%X", sha1.Sum(der)) }

// inFile returns the thumbprint of the certificate in a file, or an empty string.
func (f *keyFixture) inFile(path string) string {
	data, _ := os.ReadFile(path)
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			return thumbprint(block.Bytes)
		}
	}
	return ""
}

// beside returns the files that were written beside the product's file.
func (f *keyFixture) beside(kind string) []string {
	list, _ := filepath.Glob(f.file() + "." + kind + "-*")
	return list
}

func (f *keyFixture) pending() *journal.Entry {
	f.t.Helper()
	id, _ := f.env("AZURE_CLIENT_ID")
	tenant, _ := f.env("AZURE_TENANT_ID")
	e, err := f.store.Pending(journal.Certificate, id, tenant)
	if err != nil {
		f.t.Fatal(err)
	}
	return e
}

// renewed fails if an old certificate is missing, or if the certificate in the file is not
// registered or not new.
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

// untouched fails if anything was changed.
func (f *keyFixture) untouched() {
	f.t.Helper()
	if keys := f.keys(); len(keys) != 2 || f.inFile(f.file()) != thumbprint(keys[0].Certificate) {
		f.t.Errorf("%d certificates are registered, or the file was changed", len(keys))
	}
	if len(f.beside("new"))+len(f.beside("bak")) != 0 || f.pending() != nil {
		f.t.Errorf("left behind: %v %v, journal %v", f.beside("new"), f.beside("bak"), f.pending())
	}
}
