package graphapi

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// pair is a certificate with its key.
type pair struct {
	key *rsa.PrivateKey
	der []byte
}

func newPair(t *testing.T, from, until time.Time) pair {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: "harbour"}, NotBefore: from, NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return pair{key, der}
}

// proofBy signs a proof of possession with changed claims.
func proofBy(t *testing.T, p pair, change func(*jwt.Claims)) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: p.key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := jwt.Claims{Audience: jwt.Audience{"00000002-0000-0000-c000-000000000000"}, Issuer: appObject,
		NotBefore: jwt.NewNumericDate(testNow), Expiry: jwt.NewNumericDate(testNow.Add(10 * time.Minute))}
	if change != nil {
		change(&c)
	}
	proof, err := jwt.Signed(signer).Claims(c).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return proof
}

func addKeyBody(t *testing.T, der []byte, proof string) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"proof": proof, "passwordCredential": nil, "keyCredential": map[string]any{
		"type": "AsymmetricX509Cert", "usage": "Verify", "key": base64.StdEncoding.EncodeToString(der)}})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// rolling is a tenant whose application has a certificate and can roll it.
func rolling(t *testing.T) (*sandbox, pair) {
	held := newPair(t, testNow.AddDate(-1, 0, 0), testNow.AddDate(0, 0, 9))
	s := start(t, func(tenant *directory.Tenant) {
		tenant.Applications[0].Keys = []directory.Key{{KeyID: heldKey, Type: "AsymmetricX509Cert", Usage: "Verify", Certificate: held.der}}
	})
	s.tokens["self"] = Caller{TenantID: tenantID, AppID: appClient, ServicePrincipalID: spObject}
	return s, held
}

// An application without permissions can roll its own keys only.
func TestApplicationRollsItsOwnKey(t *testing.T) {
	s, held := rolling(t)
	fresh := newPair(t, testNow, testNow.AddDate(1, 0, 0))
	body := addKeyBody(t, fresh.der, proofBy(t, held, nil))
	s.do("POST", "none", patchApp+"/addKey", body).want(t, 403, "Authorization_RequestDenied")
	made := s.do("POST", "self", patchApp+"/addKey", body)
	made.want(t, 200, "")
	keys := s.get(patchApp).json["keyCredentials"].([]any)
	if len(keys) != 2 || keys[1].(map[string]any)["keyId"] != made.json["keyId"] || made.json["displayName"] != "CN=harbour" {
		t.Fatalf("made %v, listed %v", made.json, keys)
	}
	remove, _ := json.Marshal(map[string]any{"keyId": heldKey, "proof": proofBy(t, fresh, nil)})
	s.do("POST", "self", patchApp+"/removeKey", string(remove)).want(t, 204, "")
	s.do("POST", "self", patchApp+"/removeKey", string(remove)).want(t, 400, "Request_BadRequest")
	if keys := s.get(patchApp).json["keyCredentials"].([]any); len(keys) != 1 {
		t.Errorf("left %v", keys)
	}
}

func TestProofsThatProveNothing(t *testing.T) {
	s, held := rolling(t)
	fresh := newPair(t, testNow, testNow.AddDate(1, 0, 0))
	for name, proof := range map[string]string{
		"none":            "",
		"another key":     proofBy(t, fresh, nil),
		"application ID":  proofBy(t, held, func(c *jwt.Claims) { c.Issuer = appClient }),
		"Microsoft Graph": proofBy(t, held, func(c *jwt.Claims) { c.Audience = jwt.Audience{"00000003-0000-0000-c000-000000000000"} }),
		"an hour":         proofBy(t, held, func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(testNow.Add(time.Hour)) }),
		"no start":        proofBy(t, held, func(c *jwt.Claims) { c.NotBefore = nil }),
		"of yesterday": proofBy(t, held, func(c *jwt.Claims) {
			c.NotBefore, c.Expiry = jwt.NewNumericDate(testNow.Add(-24*time.Hour)), jwt.NewNumericDate(testNow.Add(-24*time.Hour+time.Minute))
		}),
		"no end": proofBy(t, held, func(c *jwt.Claims) { c.Expiry = nil }),
		"of tomorrow": proofBy(t, held, func(c *jwt.Claims) {
			c.NotBefore, c.Expiry = jwt.NewNumericDate(testNow.Add(24*time.Hour)), jwt.NewNumericDate(testNow.Add(24*time.Hour+time.Minute))
		}),
		"two audiences":    proofBy(t, held, func(c *jwt.Claims) { c.Audience = append(c.Audience, "https://graph.microsoft.com") }),
		"not even a token": "eyJ0eXAiOiJKV1QifQ",
	} {
		a := s.do("POST", "self", patchApp+"/addKey", addKeyBody(t, fresh.der, proof))
		if a.StatusCode != 401 || a.code() != "Authentication_MissingOrMalformed" {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.raw)
		}
	}
	if keys := s.get(patchApp).json["keyCredentials"].([]any); len(keys) != 1 {
		t.Errorf("a refused proof left %v", keys)
	}
}

func TestPoliciesOnCertificates(t *testing.T) {
	der := certificateFor(t) // a year and a month
	for _, r := range []directory.Restriction{{Type: "asymmetricKeyLifetime", MaxLifetime: "P90D"}, {Type: "trustedCertificateAuthority"}} {
		s := start(t, func(tenant *directory.Tenant) {
			tenant.DefaultPolicy = &directory.AppManagementPolicy{Enabled: true, Keys: []directory.Restriction{r}}
		})
		body := keysBody(t, true, map[string]any{"key": base64.StdEncoding.EncodeToString(der), "type": "AsymmetricX509Cert", "usage": "Verify"})
		want := "CredentialInvalidLifetimeAsPerAppPolicy"
		if r.MaxLifetime == "" {
			want = "CredentialTypeNotAllowedAsPerAppPolicy"
		}
		s.do("PATCH", "all", patchApp, body).want(t, 400, want)
		p := s.get("/v1.0/policies/defaultAppManagementPolicy").json["applicationRestrictions"].(map[string]any)
		if keys := p["keyCredentials"].([]any); len(keys) != 1 || keys[0].(map[string]any)["restrictionType"] != r.Type {
			t.Errorf("the policy reads %v", p)
		}
	}
}

// A new list of keys cannot change existing ones.
func TestHeldCertificateCannotBeAltered(t *testing.T) {
	s := start(t, nil)
	body := `{"keyCredentials":[{"keyId":"` + heldKey + `","endDateTime":"2040-01-01T00:00:00Z","key":null}]}`
	s.do("PATCH", "all", patchApp, body).want(t, 400, "Request_BadRequest")
	held := s.get(patchApp).json["keyCredentials"]
	whole, err := json.Marshal(map[string]any{"keyCredentials": held})
	if err != nil {
		t.Fatal(err)
	}
	s.do("PATCH", "all", patchApp, string(whole)).want(t, 204, "")
}
