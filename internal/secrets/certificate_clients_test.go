package secrets

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/spcheck/spcheck/internal/msg"
)

// Every form of file that a common client does not take is said with the client's
// name. What each does was seen with azidentity 1.x for Go, @azure/identity 4.13
// (jsonwebtoken 9), azure-identity for Python with cryptography 38 and 48, and Azure
// CLI 2.45 on files that OpenSSL 3 wrote; .NET and Java by their sources.
func TestWhatClientsRefuse(t *testing.T) {
	key, caKey := testKey(t, 0), testKey(t, 1)
	leaf, ca := makeCert(t, "mail sync", key, false), makeCert(t, "authority", caKey, true)
	small := must(rsa.GenerateKey(rand.Reader, 1024)) //nolint:gosec // a key that is too short is the point
	smallCert := makeCert(t, "mail sync", small, false)
	plain := block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key)))
	other := block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(caKey)))
	encrypted := block("ENCRYPTED PRIVATE KEY", must(pkcs8.MarshalPrivateKey(key, []byte(somePassword), nil)))
	legacy := pem.EncodeToMemory(must(x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key), []byte(somePassword), x509.PEMCipherAES256))) //nolint:staticcheck // as old files are
	pfx := func(e *pkcs12.Encoder, password string) string {
		return string(must(e.Encode(key, leaf, nil, password)))
	}
	usual := join(plain, certPEM(leaf))
	tests := map[string]struct {
		name, file, password string
		says                 []string // "part of the sentence: clients", in any order
	}{
		"as every client reads it":        {"c.pem", usual, "", nil},
		"with the line breaks of Windows": {"c.pem", strings.ReplaceAll(usual, "\n", "\r\n"), "", nil},
		"a text before the blocks":        {"c.pem", "Bag Attributes\n    friendlyName: x\n" + usual, "", nil},
		"a password for a plain key":      {"c.pem", usual, somePassword, []string{"not encrypted: refused by Azure Identity for .NET/Go/Java/Python"}},
		"an encrypted key":                {"c.pem", join(encrypted, certPEM(leaf)), somePassword, []string{"is encrypted: not read by Azure Identity for .NET/Go/Java, Azure CLI"}},
		"a key encrypted as of old":       {"c.pem", join(legacy, certPEM(leaf)), somePassword, []string{"is encrypted: not read by Azure Identity for .NET/Go/Java, Azure CLI", "PKCS#1): Azure Identity for .NET/Java"}},
		"a chain, the leaf first":         {"c.pem", join(plain, certPEM(leaf), certPEM(ca)), "", []string{"not the last in the file: Azure Identity for .NET uses"}},
		"a chain, the leaf last":          {"c.pem", join(plain, certPEM(ca), certPEM(leaf)), "", []string{"not the first in the file: Azure Identity for Java/JavaScript/Python, Azure CLI use"}},
		"two keys":                        {"c.pem", join(plain, other, certPEM(leaf)), "", []string{"several private keys: refused by Azure Identity for Go/Java", "the last private key in the file is not the certificate's: Azure Identity for .NET"}},
		"two keys, the other first":       {"c.pem", join(other, plain, certPEM(leaf)), "", []string{"several private keys: refused by Azure Identity for Go/Java", "the first private key in the file is not the certificate's: Azure Identity for JavaScript/Python, Azure CLI"}},
		"the same key twice":              {"c.pem", join(plain, plain, certPEM(leaf)), "", []string{"several private keys: refused by Azure Identity for Go/Java"}},
		"a key of PKCS#1":                 {"c.pem", join(block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), certPEM(leaf)), "", []string{"PKCS#1): Azure Identity for .NET/Java"}},
		"blanks at the ends of lines":     {"c.pem", strings.ReplaceAll(usual, "\n", " \n"), "", []string{"spaces: refused by Azure Identity for Java/JavaScript"}},
		"blanks in the certificate":       {"c.pem", string(plain) + strings.ReplaceAll(join(certPEM(leaf)), "\n", " \n"), "", []string{"spaces: refused by Azure Identity for JavaScript"}},
		"empty lines":                     {"c.pem", strings.ReplaceAll(usual, "\n", "\n\n"), "", []string{"empty lines within the PEM blocks: refused by Azure Identity for JavaScript/Python"}},
		"a byte order mark":               {"c.pem", "\ufeff" + usual, "", []string{"byte order mark: Azure Identity for Go"}},
		"another ending":                  {"c.crt", usual, "", []string{"extension does not match its format (.pem, .pfx): refused by Azure Identity for .NET"}},
		"a PFX that is called PEM":        {"c.pem", pfx(pkcs12.LegacyDES, somePassword), somePassword, []string{"extension does not match its format (.pem, .pfx): refused by Azure Identity for .NET"}},
		"a short key":                     {"c.pem", join(block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(small))), certPEM(smallCert)), "", []string{"shorter than 2048 bits: refused by Azure Identity for JavaScript, MSAL for Node.js"}},
		"PFX of old":                      {"c.pfx", pfx(pkcs12.LegacyDES, somePassword), somePassword, nil},
		"PFX with RC2":                    {"C.PFX", pfx(pkcs12.LegacyRC2, somePassword), somePassword, nil},
		"PFX of today":                    {"c.pfx", pfx(pkcs12.Modern, somePassword), somePassword, []string{"AES or SHA-256: not read by Azure Identity for Go, Windows Server 2016"}},
		"PFX without a password":          {"c.pfx", pfx(pkcs12.LegacyDES, ""), "", []string{"no password is given for the PFX file: not read by Azure Identity for Java"}},
		"PFX, a password too many":        {"c.pfx", pfx(pkcs12.LegacyDES, ""), somePassword, []string{"but the PFX file has none: refused by Azure Identity for .NET/Go/Java/Python, Azure PowerShell"}},
		"PFX without any protection":      {"c.pfx", pfx(pkcs12.Passwordless, ""), "", []string{"no password is given", "no integrity check (MAC): refused by Azure Identity for Go"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), test.name)
			if err := os.WriteFile(path, []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := LoadCertificate(context.Background(), path, NewValue(test.password))
			if err != nil {
				t.Fatal(err)
			}
			got := c.Certificate.Refusals
			for _, want := range test.says {
				if !slices.ContainsFunc(got, func(s msg.Text) bool { return strings.Contains(s.String(), want) }) {
					t.Errorf("nothing says %q", want)
				}
			}
			if len(got) != len(test.says) {
				t.Errorf("%d refusals, want %d: %v", len(got), len(test.says), got)
			}
		})
	}
}

// A PEM file that has lost its lines says how.
func TestPEMWithBrokenLines(t *testing.T) {
	key := testKey(t, 0)
	usual := join(block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))), certPEM(makeCert(t, "mail sync", key, false)))
	for file, says := range map[string]string{
		strings.ReplaceAll(usual, "\n", " "):           "lost its line breaks",
		strings.ReplaceAll(usual, "\n", `\n`):          "written as \\n",
		strings.ReplaceAll(usual, "\n", "\r"):          "CR alone",
		"  " + strings.ReplaceAll(usual, "\n", "\n  "): "indented",
	} {
		_, err := LoadCertificate(context.Background(), write(t, file, 0o600), Value{})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}

// A key of another kind is refused by every library, and the sentence says so.
func TestKeysOfOtherKinds(t *testing.T) {
	key := must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	file := bytes.Join([][]byte{block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))), certPEM(makeCert(t, "mail sync", key, false))}, nil)
	_, err := LoadCertificate(context.Background(), write(t, string(file), 0o600), Value{})
	if !errors.Is(err, ErrKeyType) || !strings.Contains(err.Error(), "in every language") {
		t.Errorf("%v", err)
	}
}
