package secrets

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/spcheck/spcheck/internal/redact"
)

// keyBits is the size of new keys. Entra accepts RSA keys of 2048 bits or more, and
// every sign-in library supports them.
const keyBits = 2048

// MakeCertificate generates a key on this machine and a self-signed certificate for it.
// name is the common name.
func MakeCertificate(name string, from, until time.Time) (Credential, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return Credential{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return Credential{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return Credential{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return Credential{}, err
	}
	return Credential{Certificate: describe(leaf, key, nil)}, nil
}

// PEM returns the private key (PKCS#8) and the certificate as text. The key is
// encrypted if there is a password.
func (c Credential) PEM(password Value) (Value, error) {
	kind, der, err := "PRIVATE KEY", []byte(nil), error(nil)
	if password.Empty() {
		der, err = x509.MarshalPKCS8PrivateKey(c.Certificate.Key.Reveal())
	} else {
		kind = "ENCRYPTED PRIVATE KEY"
		der, err = pkcs8.MarshalPrivateKey(c.Certificate.Key.Reveal(), []byte(password.Reveal()), nil)
	}
	if err != nil {
		return Value{}, fmt.Errorf("encode the key: %w", err)
	}
	redact.Hide(base64.StdEncoding.EncodeToString(der))
	text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate.Chain[0].Raw})...)
	return Sealed(string(text)), nil
}

// PFX returns both as a PKCS#12 file, encrypted with the password, which may be empty.
// The encryption (AES-256, SHA-256) is that of OpenSSL 3, and of Windows since 2018.
func (c Credential) PFX(password Value) (Value, error) {
	data, err := pkcs12.Modern2023.Encode(c.Certificate.Key.Reveal(), c.Certificate.Chain[0], nil, password.Reveal())
	if err != nil {
		return Value{}, fmt.Errorf("encode the certificate: %w", err)
	}
	redact.Hide(base64.StdEncoding.EncodeToString(data))
	return Sealed(string(data)), nil
}
