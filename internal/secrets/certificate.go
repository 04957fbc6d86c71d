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
	"github.com/spcheck/spcheck/internal/origin"
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
	// Refusals are forms of the file that some clients do not take, each with the
	// clients; Format names the file's format, and who reads the other one alone.
	Refusals []msg.Text
	Format   msg.Text
}

// certificate is a certificate with its private key.
type certificate struct {
	Certificate
	// Chain is the leaf followed by the file's other certificates.
	Chain []*x509.Certificate `json:"-" yaml:"-"`
	form  *fileForm
	// Key is the private key, absent where the file has none that could be read.
	Key privateKey
}

// LoadCertificate reads a certificate and its private key from a PEM file (any
// order, any of the usual kinds of key, encrypted or not), a PFX file or, without
// a key, a DER file. The dates are not judged.
//
// The error is a *SourceError with one of errUnreadable, ErrMissing,
// errMalformed, errNoCertificate, errNoKey, errPassword, ErrKeyMismatch and
// ErrKeyType. The credential has its Certificate wherever one could be read,
// error or not.
func LoadCertificate(ctx context.Context, path string, password Value) (Credential, error) {
	c := Credential{Origin: Source{File: path}.Origin()}
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
		parsed.judgeForm(path, !password.Empty())
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
		return nil, outOfTime(ctx, origin.Origin{})
	}
}

// parseCertificate reads whichever format data has.
func parseCertificate(data []byte, password Value) (*certificate, error) {
	found, err := parseContent(data, password)
	if len(found.certificates) == 0 {
		if err != nil {
			return nil, err
		}
		return nil, &SourceError{Is: errNoCertificate, Reason: msg.New("contains no certificate")}
	}
	leaf, key, belongs := pair(found)
	c := describe(leaf, found.certificates)
	c.Key = newPrivateKey(key)
	switch {
	case err != nil:
		return c, err
	case key == nil:
		return c, &SourceError{Is: errNoKey, Reason: msg.New("contains a certificate without its private key")}
	case !belongs:
		c.KeyMismatch = true
		return c, &SourceError{Is: ErrKeyMismatch, Reason: msg.New("its private key does not belong to its certificate")}
	}
	c.form = found.form(data, leaf, key)
	return c, signable(c)
}

// judgeForm keeps what clients object to in the file.
func (c *certificate) judgeForm(path string, password bool) {
	if c.form == nil {
		return
	}
	c.form.password, c.form.named = password, c.form.endsAs(path)
	c.Refusals, c.Format = c.form.refusals(), c.form.format()
}

// signable refuses keys that no sign-in library can use: those of MSAL and Azure
// Identity, in every language, sign with RSA alone.
func signable(c *certificate) error {
	if _, ok := c.Key.Reveal().(*rsa.PrivateKey); ok {
		return nil
	}
	return &SourceError{Is: ErrKeyType,
		Reason: msg.New("its key is %s; MSAL and Azure Identity sign in with RSA keys only, in every language", c.KeyType)}
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
