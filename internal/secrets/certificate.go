package secrets

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1" // The thumbprint by which Entra lists certificates. It is not used for security.
	"crypto/x509"
	"fmt"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/pause"
)

// maxCertificateBytes limits the size of a certificate file. A long chain has about 20
// KiB.
const maxCertificateBytes = 1 << 20

// Certificate describes the certificate in a file.
type Certificate struct {
	NotBefore, NotAfter time.Time
	// SHA1 is the thumbprint in upper-case hexadecimal, as in the portal.
	SHA1 string
	// KeyType is the type and size of the public key, such as "RSA 2048" or "EC P-256".
	KeyType string
	// KeyMismatch means that the private key in the file does not belong to the
	// certificate.
	KeyMismatch bool
	// Refusals name clients that reject the file in this form, and why. Format names
	// the file's format, and the clients that read only the other one.
	Refusals []msg.Text
	Format   msg.Text
}

// certificate is a certificate with its private key.
type certificate struct {
	Certificate
	// Chain is the leaf, followed by the file's other certificates.
	Chain []*x509.Certificate `json:"-" yaml:"-"`
	// Key is the private key. It is absent if the file has none that could be read.
	Key hidden[crypto.PrivateKey]
}

// LoadCertificate reads a certificate and its private key from a PEM file (in any
// order, with any common type of key, encrypted or not), a PFX file or, without a key,
// a DER file. It does not check the dates.
//
// The error is a *SourceError, among them ErrMissing, ErrKeyMismatch and ErrKeyType. Even
// with an error, the credential has its Certificate if one could be read.
func LoadCertificate(ctx context.Context, path string, password Value) (Credential, error) {
	c := Credential{Origin: Source{File: path}.Origin()}
	text, err := c.readFile(path, maxCertificateBytes)
	switch {
	case err != nil:
	case text == "":
		err = missing(msg.New("it is empty"))
	default:
		c.Certificate, err = parseGuarded(ctx, path, []byte(text), password)
	}
	return c, c.from(err)
}

// parseGuarded parses in another goroutine. A file may demand any number of rounds to
// derive its key, and the libraries panic on some malformed files.
func parseGuarded(ctx context.Context, path string, data []byte, password Value) (*certificate, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return pause.Await(ctx, func() (c *certificate, err error) {
		defer func() {
			if recover() != nil { // The panic's text may contain a part of the key.
				c, err = nil, wrong(msg.New("is not a certificate file that can be read"))
			}
		}()
		return parseCertificate(path, data, password)
	})
}

// parseCertificate parses data in any of the formats.
func parseCertificate(path string, data []byte, password Value) (*certificate, error) {
	found, err := parseContent(data, password)
	if len(found.certificates) == 0 {
		if err == nil {
			err = wrong(msg.New("contains no certificate"))
		}
		return nil, err
	}
	leaf, key, belongs := pair(found)
	c := describe(leaf, key, found.certificates)
	switch {
	case err != nil:
		return c, err
	case key == nil:
		return c, wrong(msg.New("contains a certificate without its private key"))
	case !belongs:
		c.KeyMismatch = true
		return c, &SourceError{Is: ErrKeyMismatch, Reason: msg.New("its private key does not belong to its certificate")}
	}
	f := found.form(path, data, leaf, key)
	f.password = !password.Empty()
	c.Refusals, c.Format = f.refusals(), f.format()
	// MSAL and Azure Identity sign with RSA only, in every language.
	if _, ok := key.(*rsa.PrivateKey); !ok {
		return c, &SourceError{Is: ErrKeyType,
			Reason: msg.New("its key is %s; MSAL and Azure Identity sign in with RSA keys only, in every language", c.KeyType)}
	}
	return c, nil
}

// describe takes the facts from the leaf and puts it first in the chain.
func describe(leaf *x509.Certificate, key crypto.PrivateKey, all []*x509.Certificate) *certificate {
	c := &certificate{Chain: []*x509.Certificate{leaf}, Key: hide(key), Certificate: Certificate{
		NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter,
		SHA1: fmt.Sprintf("%X", sha1.Sum(leaf.Raw)), KeyType: keyType(leaf),
	}}
	for _, other := range all {
		if other != leaf {
			c.Chain = append(c.Chain, other)
		}
	}
	return c
}

func keyType(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "EC " + key.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return c.PublicKeyAlgorithm.String()
}
