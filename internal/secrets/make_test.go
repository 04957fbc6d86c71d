package secrets

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// What is made can be read again, by its password where it has one.
func TestMadeCertificateIsReadAgain(t *testing.T) {
	from := time.Now().Add(-time.Minute)
	made, err := MakeCertificate("spcheck (0a1b2c3d-4e5f)", from, from.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		encode   func(Value) (Value, error)
		password string
	}{
		"plain.pem": {made.PEM, ""}, "locked.pem": {made.PEM, "a password of a test"}, "plain.pfx": {made.PFX, ""}, "locked.pfx": {made.PFX, "a password of a test"},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := tc.encode(NewValue(tc.password))
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, []byte(data.Reveal()), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := LoadCertificate(t.Context(), path, NewValue(tc.password))
			if err != nil || c.Certificate.SHA1 != made.Certificate.SHA1 || c.Certificate.KeyType != "RSA 2048" {
				t.Fatalf("read %v, %v", c.Certificate, err)
			}
			if _, err := LoadCertificate(t.Context(), path, NewValue("another password")); (err != nil) != (tc.password != "") {
				t.Errorf("by another password: %v", err)
			}
		})
	}
}
