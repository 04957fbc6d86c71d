package renew_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/secrets"
)

func TestFilesThatAreNotReplaced(t *testing.T) {
	t.Parallel()
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

// The password of the old file also decrypts the new one.
func TestCertificateFilesWithAPassword(t *testing.T) {
	t.Parallel()
	f := newKeyFixture(t)
	f.password, f.protected = "Quartz-77-lime", true
	f.mustRenew(f.request())
	f.protected = false // by now the file to replace is encrypted
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
	t.Parallel()
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
