package secrets

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1" // The thumbprint by which Entra lists certificates; no security rests on it.
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// maxCertificateBytes bounds a certificate file; a long chain has some 20 KiB.
const maxCertificateBytes = 1 << 20

// Certificate is what a certificate file shows.
type Certificate struct {
	NotBefore, NotAfter time.Time
	// SHA1 is the thumbprint in upper-case hexadecimal digits, as the portal shows it.
	SHA1 string
	// KeyType is the kind and size of the public key: "RSA 2048", "EC P-256".
	KeyType string
	// KeyMismatch says that the private key in the file is not this certificate's.
	KeyMismatch bool
}

// certificate is a certificate with its private key.
type certificate struct {
	Certificate
	// Chain is the leaf followed by the file's other certificates.
	Chain []*x509.Certificate `json:"-" yaml:"-"`
	// Key is the private key, absent where the file has none that could be read.
	Key privateKey
}

// LoadCertificate reads a certificate and its private key from a PEM file (any
// order, any of the usual kinds of key, encrypted or not), a PFX file or, without
// a key, a DER file. The dates are not judged.
//
// The error is a *SourceError with one of errUnreadable, ErrMissing,
// errMalformed, errNoCertificate, errNoKey, errPassword, ErrKeyMismatch and
// errKeyType. The credential has its Certificate wherever one could be read,
// error or not.
func LoadCertificate(ctx context.Context, path string, password Value) (Credential, error) {
	c := Credential{Origin: "file " + path}
	read, err := readFile(path, c.Origin, maxCertificateBytes)
	c.Warnings, c.Notes = read.warnings, read.notes
	if err != nil {
		return c, err
	}
	if read.content == "" {
		return c, &SourceError{Origin: c.Origin, Is: ErrMissing, Reason: msg.New("it is empty")}
	}
	parsed, err := parseGuarded(ctx, []byte(read.content), password)
	if parsed != nil {
		c.Certificate = parsed
	}
	if e := (*SourceError)(nil); errors.As(err, &e) {
		e.Origin = c.Origin
	}
	return c, err
}

// parseGuarded parses beside the caller: a file may ask for any number of rounds
// to derive its key, and the libraries panic at some malformed ones.
func parseGuarded(ctx context.Context, data []byte, password Value) (*certificate, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	type answer struct {
		certificate *certificate
		err         error
	}
	answers := make(chan answer, 1)
	go func() {
		a := answer{err: malformed(msg.New("is not a certificate file that can be read"))}
		defer func() {
			_ = recover() // What a panic says may hold a part of the key.
			answers <- a
		}()
		certificate, err := parseCertificate(data, password)
		a = answer{certificate, err}
	}()
	select {
	case a := <-answers:
		return a.certificate, a.err
	case <-ctx.Done():
		return nil, outOfTime(ctx, "")
	}
}

// parseCertificate reads whichever format data has.
func parseCertificate(data []byte, password Value) (*certificate, error) {
	found, err := parseContent(data, password)
	if len(found.certificates) == 0 {
		if err != nil {
			return nil, err
		}
		return nil, &SourceError{Is: errNoCertificate, Reason: msg.New("holds no certificate")}
	}
	leaf, key, belongs := pair(found)
	c := describe(leaf, found.certificates)
	c.Key = newPrivateKey(key)
	switch {
	case err != nil:
		return c, err
	case key == nil:
		return c, &SourceError{Is: errNoKey, Reason: msg.New("holds a certificate without its private key")}
	case !belongs:
		c.KeyMismatch = true
		return c, &SourceError{Is: ErrKeyMismatch, Reason: msg.New("its private key does not belong to its certificate")}
	}
	return c, signable(c)
}

// signable refuses keys that sign-in libraries cannot use: MSAL for Go, which
// spcheck signs in with, takes RSA keys only.
func signable(c *certificate) error {
	if _, ok := c.Key.Reveal().(*rsa.PrivateKey); ok {
		return nil
	}
	return &SourceError{Is: errKeyType,
		Reason: msg.New("its key is %s; only certificates with an RSA key can be used to sign in here", c.KeyType)}
}

// describe takes the facts of the leaf and puts it first in the chain.
func describe(leaf *x509.Certificate, all []*x509.Certificate) *certificate {
	c := &certificate{Chain: []*x509.Certificate{leaf}, Certificate: Certificate{
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
