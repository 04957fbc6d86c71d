package sts

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// skewAllowed is the tolerance for clocks in the validity of an assertion.
const skewAllowed = 5 * time.Minute

// assertionAlgorithms are the accepted algorithms: MSAL uses PS256, older clients RS256,
// some HashiCorp tools ES256.
var assertionAlgorithms = []jose.SignatureAlgorithm{
	jose.PS256, jose.RS256, jose.ES256, jose.PS384, jose.PS512, jose.RS384, jose.RS512, jose.ES384,
}

// assertion is a client's JWT before its signature is verified.
type assertion struct {
	header struct {
		Algorithm string `json:"alg"`
		SHA1      string `json:"x5t"`
		SHA256    string `json:"x5t#S256"`
		KeyID     string `json:"kid"`
	}
	claims jwt.Claims
	token  *jwt.JSONWebToken
}

// checkAssertion verifies an assertion. The issuer shows whether the application's
// certificate signed it or it is a federated token.
func (s *Service) checkAssertion(q *tokenRequest, c *client, entry *directory.SignIn) *Refusal {
	a, why := parseAssertion(q.assertion)
	if why != nil {
		return why
	}
	if strings.HasPrefix(a.claims.Issuer, "https://") || strings.HasPrefix(a.claims.Issuer, "http://") {
		entry.CredentialType = "federatedIdentityCredential"
		return s.checkFederated(q, a, c, entry)
	}
	entry.CredentialType = "certificate"
	return s.checkCertificate(q, a, c, entry)
}

func parseAssertion(raw string) (*assertion, *Refusal) {
	a := &assertion{}
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return nil, refuse(50027)
	}
	head, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || json.Unmarshal(head, &a.header) != nil {
		return nil, refuse(50027)
	}
	if !slices.Contains(assertionAlgorithms, jose.SignatureAlgorithm(a.header.Algorithm)) {
		return nil, refuse(5002738, a.header.Algorithm)
	}
	if a.token, err = jwt.ParseSigned(raw, assertionAlgorithms); err != nil {
		return nil, refuse(50027)
	}
	if err := a.token.UnsafeClaimsWithoutVerification(&a.claims); err != nil {
		return nil, refuse(50027)
	}
	switch {
	case a.claims.Issuer == "":
		return nil, refuse(90014, "iss")
	case a.claims.Subject == "":
		return nil, refuse(90014, "sub")
	case len(a.claims.Audience) == 0:
		return nil, refuse(90014, "aud")
	case a.claims.Expiry == nil:
		return nil, refuse(90014, "exp")
	}
	return a, nil
}

// inTime checks the assertion's validity against the service's clock.
func (a *assertion) inTime(now time.Time) *Refusal {
	from := time.Unix(0, 0) // shown if there is no nbf
	if a.claims.NotBefore != nil {
		from = a.claims.NotBefore.Time()
	}
	until := a.claims.Expiry.Time()
	if now.Add(skewAllowed).Before(from) || !now.Add(-skewAllowed).Before(until) {
		return refuse(700024, precise(now), precise(from), precise(until))
	}
	return nil
}

// precise formats a time in .NET's round-trip format.
func precise(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }

// checkCertificate verifies an assertion that the application itself signed.
func (s *Service) checkCertificate(q *tokenRequest, a *assertion, c *client, entry *directory.SignIn) *Refusal {
	if !strings.EqualFold(a.claims.Issuer, c.appID) || !strings.EqualFold(a.claims.Subject, c.appID) {
		return refuse(700021)
	}
	sent := a.thumbprints()
	if len(sent) == 0 {
		return refuse(5002723)
	}
	now := s.now()
	key, certificate, origin := c.findKey(sent)
	if key == nil || !s.propagated(q.tenant, key.KeyID, key.Added, true, now) {
		return refuse(700027, "The key was not found.", hexUpper(sent[0]), "", c.appID)
	}
	entry.KeyID, entry.Origin = key.KeyID, origin
	found := ", Found key 'Start=" + american(key.Start, certificate.NotBefore) + ", End=" + american(key.End, certificate.NotAfter) + "'"
	if !within(key.Start, key.End, now) {
		return refuse(700027, "The key used is expired.", hexUpper(sent[0]), found, c.appID)
	}
	if err := a.token.Claims(certificate.PublicKey); err != nil {
		return refuse(700027, "Key was found, but use of the key to verify the signature failed.", hexUpper(sent[0]), found, c.appID)
	}
	if now.Before(certificate.NotBefore) || now.After(certificate.NotAfter) {
		return refuse(1000502)
	}
	if why := a.inTime(now); why != nil {
		return why
	}
	if !q.fitsAudience(a.claims.Audience) {
		return refuse(50012)
	}
	return nil
}

// thumbprints returns the hashes in the header that identify the certificate, in any
// base64 variant.
func (a *assertion) thumbprints() [][]byte {
	var out [][]byte
	for _, text := range []string{a.header.SHA1, a.header.SHA256, a.header.KeyID} {
		if sum := decodeThumbprint(text); sum != nil {
			out = append(out, sum)
		}
	}
	return out
}

// decodeThumbprint decodes base64 or base64url, padded or not; nil if it is not a SHA-1
// or SHA-256 hash.
func decodeThumbprint(text string) []byte {
	text = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	sum, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || (len(sum) != sha1.Size && len(sum) != sha256.Size) {
		return nil
	}
	return sum
}

// findKey returns the certificate credential with one of the thumbprints.
func (c *client) findKey(sums [][]byte) (*directory.Key, *x509.Certificate, string) {
	for _, h := range c.holders() {
		for i := range h.Keys {
			k := &h.Keys[i]
			certificate, err := x509.ParseCertificate(k.Certificate)
			if err != nil || k.Usage != "Verify" {
				continue
			}
			one, two := sha1.Sum(k.Certificate), sha256.Sum256(k.Certificate)
			for _, sum := range sums {
				if bytes.Equal(sum, one[:]) || bytes.Equal(sum, two[:]) {
					return k, certificate, h.origin
				}
			}
		}
	}
	return nil, nil, ""
}

func hexUpper(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }

// american formats a time as this one text does.
func american(t *time.Time, otherwise time.Time) string {
	if t != nil {
		otherwise = *t
	}
	return otherwise.UTC().Format("01/02/2006 15:04:05")
}

// fitsAudience reports whether an assertion is for this endpoint: a token endpoint or
// issuer of the tenant, at the requested host or Microsoft's.
func (q *tokenRequest) fitsAudience(audience jwt.Audience) bool {
	hosts := append([]string{q.host, "sts.windows.net"}, q.cloud.logins...)
	tenants := append([]string{q.tenant.ID, q.path}, q.tenant.Domains...)
	for _, a := range audience {
		rest, ok := strings.CutPrefix(a, "https://")
		host, path, _ := strings.Cut(rest, "/")
		tenant, tail, _ := strings.Cut(path, "/")
		if !ok || !slices.Contains(hosts, host) || !slices.ContainsFunc(tenants, func(t string) bool { return strings.EqualFold(t, tenant) }) {
			continue
		}
		switch strings.TrimSuffix(tail, "/") {
		case "oauth2/v2.0/token", "oauth2/token", "v2.0", "":
			return true
		}
	}
	return false
}
