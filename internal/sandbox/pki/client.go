package pki

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"time"
)

// Client is a self-signed certificate with its private key.
type Client struct {
	Certificate *x509.Certificate
	key         *rsa.PrivateKey
}

// NewClient makes a self-signed certificate for a key.
func NewClient(key *rsa.PrivateKey, commonName string, start, end time.Time) (*Client, error) {
	template, err := newTemplate(commonName)
	if err != nil {
		return nil, err
	}
	template.Subject = pkix.Name{CommonName: commonName}
	template.NotBefore, template.NotAfter = start, end
	template.KeyUsage = x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("signing a client certificate: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &Client{Certificate: certificate, key: key}, nil
}

// PEM returns the certificate and the private key of signer, which is another client if a
// scenario mixes two up.
func (c *Client) PEM(signer *Client) ([]byte, error) {
	key, err := x509.MarshalPKCS8PrivateKey(signer.key)
	if err != nil {
		return nil, fmt.Errorf("writing the key of a client certificate: %w", err)
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate.Raw})
	return append(out, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...), nil
}

// Thumbprint returns the SHA-1 hash with which Entra identifies the certificate.
func (c *Client) Thumbprint() [sha1.Size]byte { return sha1.Sum(c.Certificate.Raw) }
