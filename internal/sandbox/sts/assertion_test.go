package sts_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// signerOf is a key with its certificate.
type signerOf struct {
	key crypto.Signer
	der []byte
}

func newSigner(t *testing.T, key crypto.Signer, until time.Time) signerOf {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sync"}, NotBefore: instant.AddDate(-1, 0, 0), NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return signerOf{key, der}
}

func rsaKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// register adds the certificate to the application, with a validity.
func (s signerOf) register(b *bench, start, end time.Time) {
	app := b.world.Tenants[0].Applications[0]
	app.Keys = append(app.Keys, directory.Key{KeyID: otherID, Type: "AsymmetricX509Cert", Usage: "Verify", Start: &start, End: &end, Certificate: s.der})
}

// assert signs an assertion with the header fields and claims.
func (s signerOf) assert(t *testing.T, alg jose.SignatureAlgorithm, header map[string]string, claims jwt.Claims) string {
	t.Helper()
	options := (&jose.SignerOptions{}).WithType("JWT")
	for name, value := range header {
		options = options.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: s.key}, options)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func ownClaims(change ...func(*jwt.Claims)) jwt.Claims {
	c := jwt.Claims{
		Issuer: appID, Subject: appID, ID: "1", Audience: jwt.Audience{"https://" + host + tokenPath},
		NotBefore: jwt.NewNumericDate(instant), Expiry: jwt.NewNumericDate(instant.Add(10 * time.Minute)),
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

func (b *bench) assert(t *testing.T, token string) (int, failure) {
	t.Helper()
	w := b.post(tokenPath, form("client_secret", "", "client_assertion", token, "client_assertion_type", jwtBearer))
	return w.Code, decode[failure](t, w)
}

// TestEveryWayToNameTheCertificate signs in with every thumbprint and algorithm that real
// clients use.
func TestEveryWayToNameTheCertificate(t *testing.T) {
	b := newBench(t, small)
	rs := newSigner(t, rsaKey(t), instant.AddDate(1, 0, 0))
	rs.register(b, instant.AddDate(-1, 0, 0), instant.AddDate(1, 0, 0))
	ecKey, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ec := newSigner(t, ecKey, instant.AddDate(1, 0, 0))
	ec.register(b, instant.AddDate(-1, 0, 0), instant.AddDate(1, 0, 0))
	for name, c := range map[string]struct {
		s      signerOf
		alg    jose.SignatureAlgorithm
		header string
		encode func([]byte) string
		long   bool
	}{
		"MSAL Go: SHA-256 in padded base64":     {rs, jose.PS256, "x5t#S256", base64.StdEncoding.EncodeToString, true},
		"the documentation: SHA-256, base64url": {rs, jose.PS256, "x5t#S256", base64.RawURLEncoding.EncodeToString, true},
		"older clients: SHA-1, base64url":       {rs, jose.RS256, "x5t", base64.RawURLEncoding.EncodeToString, false},
		"HashiCorp: SHA-1 as kid, padded":       {rs, jose.RS256, "kid", base64.URLEncoding.EncodeToString, false},
		"an elliptic curve":                     {ec, jose.ES256, "kid", base64.URLEncoding.EncodeToString, false},
	} {
		short, long := sha1.Sum(c.s.der), sha256.Sum256(c.s.der)
		sum := short[:]
		if c.long {
			sum = long[:]
		}
		token := c.s.assert(t, c.alg, map[string]string{c.header: c.encode(sum)}, ownClaims())
		if code, got := b.assert(t, token); code != http.StatusOK {
			t.Errorf("%s: %d %s", name, code, got.Description)
		}
	}
}

func TestAssertionRefusals(t *testing.T) {
	b := newBench(t, small)
	good, stranger := newSigner(t, rsaKey(t), instant.AddDate(1, 0, 0)), newSigner(t, rsaKey(t), instant.AddDate(1, 0, 0))
	ended, brief := newSigner(t, rsaKey(t), instant.AddDate(1, 0, 0)), newSigner(t, rsaKey(t), instant.AddDate(0, 0, -1))
	good.register(b, instant.AddDate(-1, 0, 0), instant.AddDate(1, 0, 0))
	ended.register(b, time.Date(2025, 9, 1, 8, 0, 0, 0, time.UTC), time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC))
	brief.register(b, instant.AddDate(-1, 0, 0), instant.AddDate(1, 0, 0))
	thumb := func(s signerOf) map[string]string {
		sum := sha1.Sum(s.der)
		return map[string]string{"x5t": base64.RawURLEncoding.EncodeToString(sum[:])}
	}
	late := ownClaims(func(c *jwt.Claims) {
		c.NotBefore, c.Expiry = jwt.NewNumericDate(instant.Add(-30*time.Minute)), jwt.NewNumericDate(instant.Add(-20*time.Minute))
	})
	for name, c := range map[string]struct {
		token string
		code  int
		text  string
	}{
		"certificate not registered": {stranger.assert(t, jose.RS256, thumb(stranger), ownClaims()), 700027, "[Reason - The key was not found., Thumbprint of key used by client: '"},
		"registration ended":         {ended.assert(t, jose.RS256, thumb(ended), ownClaims()), 700027, "Found key 'Start=09/01/2025 08:00:00, End=09/01/2026 08:00:00', Please visit"},
		"key of another certificate": {stranger.assert(t, jose.RS256, thumb(good), ownClaims()), 700027, "use of the key to verify the signature failed"},
		"certificate ended":          {brief.assert(t, jose.RS256, thumb(brief), ownClaims()), 1000502, "validity window"},
		"late":                       {good.assert(t, jose.RS256, thumb(good), late), 700024, "Current time: 2026-09-04T10:30:15.0000000Z, assertion valid from 2026-09-04T10:00:15.0000000Z, expiry time of assertion 2026-09-04T10:10:15.0000000Z."},
		"another application":        {good.assert(t, jose.RS256, thumb(good), ownClaims(func(c *jwt.Claims) { c.Issuer = otherID })), 700021, "client_id"},
		"another audience":           {good.assert(t, jose.RS256, thumb(good), ownClaims(func(c *jwt.Claims) { c.Audience = jwt.Audience{"https://elsewhere.example/token"} })), 50012, "audience"},
		"no thumbprint":              {good.assert(t, jose.RS256, nil, ownClaims()), 5002723, "thumbprint"},
		"no issuer":                  {good.assert(t, jose.RS256, thumb(good), ownClaims(func(c *jwt.Claims) { c.Issuer = "" })), 90014, "'iss'"},
	} {
		_, got := b.assert(t, c.token)
		if !slices.Equal(got.Codes, []int{c.code}) || !strings.Contains(got.Description, c.text) {
			t.Errorf("%s: got %v %s", name, got.Codes, got.Description)
		}
	}
}

// TestUnsignedAssertion checks that "none" and symmetric algorithms never pass.
func TestUnsignedAssertion(t *testing.T) {
	b := newBench(t, small)
	encode := base64.RawURLEncoding.EncodeToString
	for _, alg := range []string{"none", "HS256"} {
		token := encode([]byte(`{"alg":"`+alg+`","x5t":"AAAA"}`)) + "." + encode([]byte(`{"iss":"`+appID+`","sub":"`+appID+`"}`)) + "." + encode([]byte("x"))
		if code, got := b.assert(t, token); code == http.StatusOK || got.Codes[0] != 5002738 {
			t.Errorf("%s: %d %v", alg, code, got.Codes)
		}
	}
}

func TestFederatedTokenNeedsTheIssuersKey(t *testing.T) {
	b := newBench(t, strings.Replace(small, "        application:\n          passwords:\n            - {as: good", "        application:\n          federated: [{name: f, issuer: https://issuer.example, subject: s}]\n          passwords:\n            - {as: good", 1))
	forged := newSigner(t, rsaKey(t), instant.AddDate(1, 0, 0))
	token := forged.assert(t, jose.RS256, map[string]string{"kid": "k"}, ownClaims(func(c *jwt.Claims) {
		c.Issuer, c.Subject, c.Audience = "https://issuer.example", "s", jwt.Audience{"api://AzureADTokenExchange"}
	}))
	if code, got := b.assert(t, token); code == http.StatusOK || got.Codes[0] != 50166 {
		t.Errorf("%d %v", code, got.Codes)
	}
}
