package sts

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/spcheck/spcheck/internal/sandbox/pki"
)

// signingKey signs the tokens of a service. The JWKS publishes it.
type signingKey struct {
	private *rsa.PrivateKey
	kid     string // base64url of the certificate's SHA-1 thumbprint, as Entra's key IDs
	leaf    []byte
}

// ownKey returns the key of all services in this process, because finding its primes
// takes longer than everything else at the start of a sandbox.
var ownKey = sync.OnceValues(newSigningKey)

func newSigningKey() (*signingKey, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("making the key that signs tokens: %w", err)
	}
	now := time.Now()
	c, err := pki.NewClient(private, "accounts.accesscontrol.windows.net", now.Add(-24*time.Hour), now.AddDate(5, 0, 0))
	if err != nil {
		return nil, err
	}
	thumbprint := c.Thumbprint()
	return &signingKey{private, base64.RawURLEncoding.EncodeToString(thumbprint[:]), c.Certificate.Raw}, nil
}

// sign returns a JWT with claims, signed with the service's key.
func (s *Service) sign(claims any) (string, error) {
	key, err := s.key()
	if err != nil {
		return "", err
	}
	return key.sign(claims)
}

// sign returns a JWT with the header fields of Entra's tokens.
func (k *signingKey) sign(claims any) (string, error) {
	options := (&jose.SignerOptions{}).WithType("JWT").WithHeader("x5t", k.kid).WithHeader("kid", k.kid)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: k.private}, options)
	if err != nil {
		return "", err
	}
	// The jwt package would sort the claims by name.
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// publishedKey is an entry of the JWKS, in the order of Entra's fields.
type publishedKey struct {
	Type       string   `json:"kty"`
	Use        string   `json:"use"`
	ID         string   `json:"kid"`
	Thumbprint string   `json:"x5t"`
	Modulus    string   `json:"n"`
	Exponent   string   `json:"e"`
	Chain      []string `json:"x5c"`
	Issuer     string   `json:"issuer,omitempty"`
}

// published returns the key's entry in the JWKS of an issuer, which version 1 of the
// endpoint omits.
func (k *signingKey) published(issuer string) publishedKey {
	return publishedKey{
		Type: "RSA", Use: "sig", ID: k.kid, Thumbprint: k.kid,
		Modulus:  base64.RawURLEncoding.EncodeToString(k.private.N.Bytes()),
		Exponent: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.private.E)).Bytes()),
		Chain:    []string{base64.StdEncoding.EncodeToString(k.leaf)},
		Issuer:   issuer,
	}
}
