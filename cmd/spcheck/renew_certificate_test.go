package main

import (
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
)

// renewCertificate runs the program, and reads its report.
func (r *renewing) renewCertificate(env []string, args ...string) (ran, result.CertificateRenewal) {
	r.t.Helper()
	got := spcheck(r.t, r.server, append(r.env(), env...), append([]string{"renew-certificate", "-o", "json"}, args...)...)
	schematest.Validate(r.t, "renew-certificate", []byte(got.stdout))
	var res result.CertificateRenewal
	if err := json.Unmarshal([]byte(got.stdout), &res); err != nil || res.ExitCode != got.code {
		r.t.Fatalf("exit code %d, in the report %d: %v\n%s", got.code, res.ExitCode, err, got.stderr)
	}
	return got, res
}

// The new certificate signs in from its file, diagnose finds nothing wrong with it,
// and the old one can go.
func TestRenewCertificateAndThenRemoveTheOld(t *testing.T) {
	t.Parallel()
	r := &renewing{t: t, server: serve(t, "certificate-renewal"), home: t.TempDir()}
	path := filepath.Join(r.home, "certificate.pem")
	got, res := r.renewCertificate([]string{"SPCHECK_READER=self"}, "--to", "pem:"+path, "--days", "90")
	if got.code != 0 || res.Outcome != result.Renewed || *res.StoredIn != "pem:"+path {
		t.Fatalf("exit code %d\n%s", got.code, got.stderr)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	key, _ := pem.Decode(data)
	if line := strings.Split(string(data), "\n")[3]; key == nil || strings.Contains(got.stdout+got.stderr, line) {
		t.Error("the private key was printed, or is not in the file")
	}
	env := append(r.env(), "AZURE_CLIENT_CERTIFICATE_PATH="+path)
	old := ""
	for _, c := range res.Remaining {
		if c.Kind == "certificate" {
			old = *c.KeyID
		}
	}
	if got := spcheck(t, r.server, env, "remove-secret", "--key-id", old, "--yes", "--not-used-since", "0s"); got.code != 0 {
		t.Errorf("remove-secret: exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	if got := spcheck(t, r.server, env, "diagnose"); got.code != 0 {
		t.Errorf("diagnose: exit code %d\n%s", got.code, got.stdout)
	}
}

func TestRenewCertificateUsage(t *testing.T) {
	t.Parallel()
	r := &renewing{t: t, server: serve(t, "certificate-renewal"), home: t.TempDir()}
	for name, args := range map[string][]string{
		"no file":             nil,
		"a target of secrets": {"--to", "file:" + filepath.Join(r.home, "x")},
		"no password file":    {"--to", "pfx:" + filepath.Join(r.home, "x"), "--password-file", filepath.Join(r.home, "none")},
		"resume and days":     {"--resume", "--days", "9"},
	} {
		if got := r.run(append([]string{"renew-certificate"}, args...)...); got.code != 64 || !strings.Contains(got.stderr, "spcheck: error: ") {
			t.Errorf("%s: exit code %d\n%s", name, got.code, got.stderr)
		}
	}
	password := filepath.Join(r.home, "password")
	if err := os.WriteFile(password, []byte("Quartz-77-lime\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, res := r.renewCertificate(nil, "--to", "pfx:"+filepath.Join(r.home, "x.pfx"), "--password-file", password)
	if got.code != 0 || res.Outcome != result.Renewed || strings.Contains(got.stdout+got.stderr, "Quartz-77") {
		t.Errorf("a PFX file: exit code %d\n%s", got.code, got.stderr)
	}
}
