package graphapi

import (
	"crypto/x509"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// proofAudience is the application ID of the older directory API, the audience of proofs.
// Source: Microsoft's "Generate proof of possession tokens for rolling keys".
const proofAudience = "00000002-0000-0000-c000-000000000000"

const (
	// proofLifetime is the longest lifetime of a proof (same page).
	proofLifetime = 10 * time.Minute
	// proofSkew is the tolerance for clocks, as for other tokens.
	proofSkew = 5 * time.Minute
)

// proven checks that a valid certificate of the object signed a proof for this purpose
// and time. All errors have the one refusal that is known from reports.
func proven(proof string, h holder, now time.Time) error {
	token, err := jwt.ParseSigned(proof, []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512})
	if err != nil {
		return unproven()
	}
	for _, k := range h.Keys {
		certificate, err := x509.ParseCertificate(k.Certificate)
		if err != nil || k.Usage != "Verify" || !current(k, certificate, now) {
			continue
		}
		var claims jwt.Claims
		if token.Claims(certificate.PublicKey, &claims) == nil && proves(claims, h.ID, now) {
			return nil
		}
	}
	return unproven()
}

func current(k directory.Key, certificate *x509.Certificate, now time.Time) bool {
	started := (k.Start == nil || !now.Before(*k.Start)) && !now.Before(certificate.NotBefore)
	ended := k.End != nil && !now.Before(*k.End) || !now.Before(certificate.NotAfter)
	return started && !ended
}

// proves checks the claims: all four are required, and the issuer is the object ID, not
// the application ID.
func proves(c jwt.Claims, id string, now time.Time) bool {
	if c.NotBefore == nil || c.Expiry == nil || !slices.Equal(c.Audience, jwt.Audience{proofAudience}) || !strings.EqualFold(c.Issuer, id) {
		return false
	}
	from, until := c.NotBefore.Time(), c.Expiry.Time()
	return until.After(from) && until.Sub(from) <= proofLifetime && !now.Add(proofSkew).Before(from) && now.Add(-proofSkew).Before(until)
}

func unproven() error {
	return refuse(http.StatusUnauthorized, "Authentication_MissingOrMalformed", "Access Token missing or malformed.")
}
