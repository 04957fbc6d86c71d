package secrets

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"
)

// testKeys makes RSA keys once: that takes most of the time of these tests.
var testKeys = sync.OnceValue(func() []*rsa.PrivateKey {
	keys := make([]*rsa.PrivateKey, 2)
	for i := range keys {
		keys[i], _ = rsa.GenerateKey(rand.Reader, 2048)
	}
	return keys
})

func testKey(t testing.TB, i int) *rsa.PrivateKey {
	t.Helper()
	return testKeys()[i]
}

var from, until = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)

// makeCert makes a certificate that signs itself.
func makeCert(t testing.TB, name string, key crypto.Signer, authority bool) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(len(name)) + 1), Subject: pkix.Name{CommonName: name},
		NotBefore: from, NotAfter: until, IsCA: authority, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func certPEM(c *x509.Certificate) []byte { return block("CERTIFICATE", c.Raw) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func join(parts ...[]byte) string { return string(bytes.Join(parts, nil)) }

const somePassword = "made-up Pässword"

func TestCertificateFilesThatCanBeUsed(t *testing.T) {
	key, authorityKey := testKey(t, 0), testKey(t, 1)
	leaf, authority := makeCert(t, "mail sync", key, false), makeCert(t, "authority", authorityKey, true)
	pkcs1 := block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
	plain := block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key)))
	password := []byte(somePassword)
	encrypted := block("ENCRYPTED PRIVATE KEY", must(pkcs8.MarshalPrivateKey(key, password, nil)))
	scrypt := block("ENCRYPTED PRIVATE KEY", must(pkcs8.MarshalPrivateKey(key, password, &pkcs8.Opts{
		Cipher: pkcs8.AES256CBC, KDFOpts: pkcs8.ScryptOpts{SaltSize: 8, CostParameter: 1 << 10, BlockSize: 8, ParallelizationParameter: 1},
	})))
	legacy := pem.EncodeToMemory(must(x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key), password, x509.PEMCipherAES256))) //nolint:staticcheck // as old files are
	pfx := func(e *pkcs12.Encoder, password string) string {
		return string(must(e.Encode(key, leaf, []*x509.Certificate{authority}, password)))
	}
	both := [][]byte{certPEM(leaf), certPEM(authority)}
	tests := map[string]struct {
		file, password string
		chain          int
	}{
		"certificate, then PKCS#8":         {join(certPEM(leaf), plain), "", 1},
		"PKCS#1, then certificate":         {join(pkcs1, certPEM(leaf)), "", 1},
		"text around the blocks":           {"\ufeffBag Attributes\r\n" + strings.ReplaceAll(join(plain, []byte("subject=x\n"), certPEM(leaf)), "\n", "\r\n"), "", 1},
		"byte order mark before a block":   {"\ufeff" + join(certPEM(leaf), plain), "", 1},
		"chain with the authority first":   {join(both[1], both[0], plain), "", 2},
		"key of the authority too":         {join(block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(authorityKey))), certPEM(leaf), plain), "", 1},
		"encrypted PKCS#8":                 {join(certPEM(leaf), encrypted), somePassword, 1},
		"encrypted PKCS#8 by scrypt":       {join(certPEM(leaf), scrypt), somePassword, 1},
		"encrypted as before PKCS#8":       {join(legacy, certPEM(leaf)), somePassword, 1},
		"a password that is not needed":    {join(certPEM(leaf), plain), somePassword, 1},
		"modern PFX":                       {pfx(pkcs12.Modern, somePassword), somePassword, 2},
		"PFX with triple DES":              {pfx(pkcs12.LegacyDES, somePassword), somePassword, 2},
		"PFX with RC2":                     {pfx(pkcs12.LegacyRC2, somePassword), somePassword, 2},
		"PFX with an empty password":       {pfx(pkcs12.Modern, ""), "", 2},
		"PFX without encryption":           {pfx(pkcs12.Passwordless, ""), "", 2},
		"PFX without, password configured": {pfx(pkcs12.Passwordless, ""), somePassword, 2},
	}
	sum := sha1.Sum(leaf.Raw)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := LoadCertificate(context.Background(), write(t, test.file, 0o600), NewValue(test.password))
			if err != nil {
				t.Fatal(err)
			}
			got := c.Certificate
			if got.SHA1 != strings.ToUpper(hex.EncodeToString(sum[:])) || got.KeyType != "RSA 2048" || !got.NotBefore.Equal(from) || !got.NotAfter.Equal(until) {
				t.Errorf("facts %+v", got)
			}
			if len(got.Chain) != test.chain || !got.Chain[0].Equal(leaf) {
				t.Errorf("a chain of %d, leaf %s", len(got.Chain), got.Chain[0].Subject)
			}
			if !key.Equal(got.Key.Reveal()) {
				t.Error("the key is not the one of the file")
			}
		})
	}
}

func TestCertificateFilesThatCannot(t *testing.T) {
	key, otherKey := testKey(t, 0), testKey(t, 1)
	leaf := makeCert(t, "mail sync", key, false)
	authority := makeCert(t, "authority", must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), true)
	plain := block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key)))
	foreign := block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(otherKey)))
	password := []byte(somePassword)
	encrypted := block("ENCRYPTED PRIVATE KEY", must(pkcs8.MarshalPrivateKey(key, password, nil)))
	costly := block("ENCRYPTED PRIVATE KEY", must(pkcs8.MarshalPrivateKey(key, password, &pkcs8.Opts{
		Cipher: pkcs8.AES256CBC, KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 8, IterationCount: 2, HMACHash: crypto.SHA256},
	})))
	costly = raiseRounds(t, costly)
	legacy := pem.EncodeToMemory(must(x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key), password, x509.PEMCipherAES256))) //nolint:staticcheck // as old files are
	pfx := string(must(pkcs12.Modern.Encode(key, leaf, nil, somePassword)))
	ec := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	ecCert := makeCert(t, "mail sync", ec, false)
	tests := []struct {
		name, file, password string
		is                   error
		says                 string
		facts                bool // the certificate is known all the same
	}{
		{"empty", "", "", ErrMissing, "empty", false},
		{"text", "no certificate here", "", nil, "neither PEM nor", false},
		{"PEM cut off", join(certPEM(leaf))[:200], "", nil, "no complete PEM block", false},
		{"PEM in UTF-16", toUTF16(join(certPEM(leaf), plain), false), "", nil, "UTF-16", false},
		{"certificate alone", join(certPEM(leaf)), "", nil, "without its private key", true},
		{"certificate alone in DER", string(leaf.Raw), "", nil, "without its private key", true},
		{"key alone", join(plain), "", nil, "no certificate", false},
		{"key alone in DER", string(x509.MarshalPKCS1PrivateKey(key)), "", nil, "no certificate", false},
		{"key of another certificate", join(certPEM(leaf), foreign), "", ErrKeyMismatch, "does not belong", true},
		{"key of none of a chain", join(certPEM(authority), certPEM(leaf), foreign), "", ErrKeyMismatch, "does not belong", true},
		{"encrypted, no password", join(certPEM(leaf), encrypted), "", nil, "no password is given", true},
		{"encrypted, wrong password", join(certPEM(leaf), encrypted), "wrong", nil, "is wrong", true},
		{"encrypted as before PKCS#8, wrong password", join(certPEM(leaf), legacy), "wrong", nil, "is wrong", true},
		{"encrypted with absurd effort", join(certPEM(leaf), costly), somePassword, nil, "memory or time", true},
		{"PFX, wrong password", pfx, "wrong", nil, "is wrong", false},
		{"PFX, no password", pfx, "", nil, "no password is given", false},
		{"PFX cut off", pfx[:300], somePassword, nil, "neither PEM nor", false},
		{"PFX without key", string(must(pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{leaf}, somePassword))), somePassword, nil, "without a private key", false},
		{"EC key", join(certPEM(ecCert), block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ec)))), "", ErrKeyType, "EC P-256", true},
		{"OpenSSH key", join(certPEM(leaf), block("OPENSSH PRIVATE KEY", []byte("x"))), "", nil, "OpenSSH", true},
		{"damaged key", join(certPEM(leaf), block("PRIVATE KEY", []byte("x"))), "", nil, "private key that cannot be read", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := LoadCertificate(context.Background(), write(t, test.file, 0o600), NewValue(test.password))
			if err == nil || test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("error %v, want %q that says %q", err, test.is, test.says)
			}
			if !strings.HasPrefix(err.Error(), "file ") || strings.Contains(err.Error(), somePassword) {
				t.Errorf("error %v", err)
			}
			if got := c.Certificate != nil; got != test.facts {
				t.Errorf("facts of the certificate: %v, want %v", got, test.facts)
			}
			if test.facts && c.Certificate.Chain[0].Subject.CommonName != "mail sync" {
				t.Errorf("facts %+v", c.Certificate)
			}
		})
	}
	if _, err := LoadCertificate(context.Background(), t.TempDir(), Value{}); err == nil || errors.Is(err, ErrMissing) {
		t.Errorf("a folder: %v", err)
	}
}

// raiseRounds makes an encrypted key ask for two thousand million rounds.
func raiseRounds(t *testing.T, key []byte) []byte {
	t.Helper()
	der, _ := pem.Decode(key)
	// The salt of eight bytes is followed by the count: one byte of value two.
	// Another three bytes lengthen every sequence around it.
	at := bytes.Index(der.Bytes, []byte{0x02, 0x01, 0x02, 0x30})
	if at < 0 {
		t.Fatal("no count of rounds in the key")
	}
	out := bytes.Clone(der.Bytes)
	out = append(out[:at], append([]byte{0x02, 0x04, 0x7f, 0xff, 0xff, 0xff}, out[at+3:]...)...)
	lengthen(out, at, 3)
	if !excessive(out) {
		t.Fatal("the effort is not seen")
	}
	return block("ENCRYPTED PRIVATE KEY", out)
}

// lengthen adds n to the length of each sequence that encloses the offset.
func lengthen(der []byte, offset, n int) {
	for at := 0; at < offset; {
		header, length := 2, int(der[at+1])
		if der[at+1] == 0x82 {
			header, length = 4, int(der[at+2])<<8|int(der[at+3])
		}
		if at+header+length <= offset {
			at += header + length
			continue
		}
		if header == 4 {
			der[at+2], der[at+3] = byte((length+n)>>8), byte(length+n)
		} else {
			der[at+1] += byte(n)
		}
		at += header
	}
}

func FuzzCertificate(f *testing.F) {
	key := testKey(f, 0)
	leaf := makeCert(f, "mail sync", key, false)
	f.Add([]byte(join(certPEM(leaf), block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))))), "")
	f.Add([]byte(join(block("ENCRYPTED PRIVATE KEY", must(pkcs8.MarshalPrivateKey(key, []byte("p"), nil))))), "p")
	f.Add(must(pkcs12.LegacyRC2.Encode(key, leaf, nil, "p")), "p")
	f.Add(leaf.Raw, "")
	f.Fuzz(func(t *testing.T, data []byte, password string) {
		c, err := parseGuarded(context.Background(), "c.pem", data, NewValue(password))
		if err == nil && (c == nil || c.Key.Reveal() == nil || len(c.Chain) == 0) {
			t.Error("success without a certificate and its key")
		}
		if c != nil && len(c.SHA1) != 40 {
			t.Error("a certificate without thumbprint")
		}
	})
}
