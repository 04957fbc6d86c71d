package entra

import (
	"crypto"
	"crypto/sha1" //nolint:gosec // x5t is SHA-1 by definition (RFC 7515); no security rests on it
	"crypto/x509"
	"encoding/base64"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"

	"github.com/spcheck/spcheck/internal/secrets"
)

const (
	// proofAudience is the audience of a proof of possession: the directory's older
	// API, in every cloud.
	proofAudience = "00000002-0000-0000-c000-000000000000"
	// proofLifetime is the longest lifetime allowed.
	proofLifetime = 10 * time.Minute
)

var errProof = errors.New("the proof of possession could not be signed")

// Proof creates the proof for addKey and removeKey that an application has the private
// key of a registered certificate. objectID is the object ID of the application or
// service principal, not the application ID. now is the service's time. Source:
// Microsoft's "Generate proof of possession tokens for rolling keys".
func Proof(certificate *x509.Certificate, key crypto.PrivateKey, objectID string, now time.Time) (secrets.Value, error) {
	sum := sha1.Sum(certificate.Raw) //nolint:gosec // as above
	options := (&jose.SignerOptions{}).WithType("JWT").WithHeader("x5t", base64.RawURLEncoding.EncodeToString(sum[:]))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, options)
	if err != nil {
		return secrets.Value{}, errProof
	}
	proof, err := josejwt.Signed(signer).Claims(map[string]any{
		"aud": proofAudience, "iss": objectID, "nbf": now.Unix(), "exp": now.Add(proofLifetime).Unix(),
	}).Serialize()
	if err != nil {
		return secrets.Value{}, errProof
	}
	return secrets.NewValue(proof), nil
}
