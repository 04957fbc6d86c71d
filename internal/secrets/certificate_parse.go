package secrets

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"strings"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/spcheck/spcheck/internal/msg"
)

// content is what a certificate file contains, in the file's order.
type content struct {
	certificates []*x509.Certificate
	keys         []crypto.PrivateKey
	// pfx means that it was a PFX file, encrypted that it cannot be read without a
	// password, and pkcs1 that a PEM key is labelled RSA PRIVATE KEY.
	pfx, encrypted, pkcs1 bool
}

// parseContent detects the format. It returns what it found before an error together
// with the error.
func parseContent(data []byte, password Value) (content, error) {
	if bytes.Contains(data, []byte("-----BEGIN ")) {
		return parsePEM(data, password)
	}
	if text, ok := utf16Decode(string(data)); ok && strings.Contains(text, "-----BEGIN ") {
		return content{}, wrong(msg.New("is PEM saved as UTF-16, as Windows PowerShell writes files; save it as ASCII or UTF-8"))
	}
	if certificates, err := x509.ParseCertificates(data); err == nil {
		return content{certificates: certificates}, nil
	}
	if key := parseDERKey(data); key != nil {
		return content{keys: []crypto.PrivateKey{key}}, nil
	}
	return parsePFX(data, password)
}

// parsePFX reads a PKCS#12 file.
func parsePFX(data []byte, password Value) (content, error) {
	key, leaf, others, err := pkcs12.DecodeChain(data, password.Reveal())
	encrypted := !password.Empty()
	if err != nil && encrypted {
		// A file without a password is accepted even if one is configured.
		if k, l, o, second := pkcs12.DecodeChain(data, ""); second == nil {
			key, leaf, others, err, encrypted = k, l, o, nil, false
		}
	}
	if err != nil {
		return content{}, pfxError(err, password)
	}
	return content{certificates: append([]*x509.Certificate{leaf}, others...), keys: []crypto.PrivateKey{key},
		pfx: true, encrypted: encrypted}, nil
}

// pfxError puts the library's error into words. Only their text distinguishes two of its
// errors.
func pfxError(err error, password Value) *SourceError {
	var unsupported pkcs12.NotImplementedError
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		return wrongPassword(password)
	case err.Error() == "pkcs12: private key missing":
		return wrong(msg.New("is a PFX file without a private key; export it again with the key"))
	case err.Error() == "pkcs12: certificate missing":
		return wrong(msg.New("is a PFX file without a certificate"))
	case errors.As(err, &unsupported):
		return wrong(msg.New("is a PFX file that cannot be read: %s", string(unsupported)))
	}
	return wrong(msg.New("is neither PEM nor a PFX (PKCS#12) file that can be read"))
}

func wrongPassword(password Value) *SourceError {
	if password.Empty() {
		return wrong(msg.New("is encrypted, and no password is given for it (AZURE_CLIENT_CERTIFICATE_PASSWORD)"))
	}
	return wrong(msg.New("is encrypted, and the password given for it is wrong"))
}

// parsePEM reads every block of a PEM file. It reports an unreadable key only at the
// end, so that the certificates are known in any case.
func parsePEM(data []byte, password Value) (content, error) {
	var found content
	var firstErr error
	rest := bytes.TrimPrefix(data, []byte(utf8Mark))
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if err := found.add(block, password); err != nil && firstErr == nil {
			firstErr = err
		}
	}
	if firstErr == nil && len(found.certificates)+len(found.keys) == 0 {
		firstErr = wrong(brokenLines(string(data)))
	}
	if len(found.keys) > 0 && len(found.certificates) > 0 {
		firstErr = nil // What could be read is enough.
	}
	return found, firstErr
}

// brokenLines says why a text that begins a PEM block contains none. No program reads a
// block whose lines were lost or moved.
func brokenLines(text string) msg.Text {
	switch {
	case strings.Contains(text, `-----\n`):
		return msg.New("is PEM whose line breaks are written as \\n, as in JSON or in a variable; replace them with real line breaks")
	case strings.Count(text, "\n") < 2 && strings.Count(text, "\r") < 2:
		return msg.New("is PEM that has lost its line breaks; BEGIN and END must be on lines of their own")
	case !strings.Contains(text, "\n"):
		return msg.New("is PEM whose lines end in CR alone; save it with the line breaks of Windows or Unix")
	case strings.Contains(text, "\n ") || strings.Contains(text, "\n\t"):
		return msg.New("is PEM whose lines are indented; remove the indentation")
	}
	return msg.New("contains no complete PEM block of a certificate or key")
}

// add adds the certificate or key in a block. It skips other blocks.
func (f *content) add(block *pem.Block, password Value) error {
	switch {
	case block.Type == "CERTIFICATE" || block.Type == "X509 CERTIFICATE":
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return wrong(msg.New("contains a certificate that cannot be read"))
		}
		f.certificates = append(f.certificates, certificate)
	case strings.HasSuffix(block.Type, "PRIVATE KEY"):
		f.pkcs1 = f.pkcs1 || block.Type == "RSA PRIVATE KEY"
		f.encrypted = f.encrypted || block.Type == "ENCRYPTED PRIVATE KEY" || isLegacyEncrypted(block)
		key, err := parseKeyBlock(block, password)
		if err != nil {
			return err
		}
		f.keys = append(f.keys, key)
	}
	return nil
}

// pair finds the certificate that belongs to a key. If there is none, the leaf is the
// first certificate that is not an authority's.
func pair(found content) (leaf *x509.Certificate, key crypto.PrivateKey, belongs bool) {
	for _, k := range found.keys {
		for _, c := range found.certificates {
			if matches(c, k) {
				return c, k, true
			}
		}
	}
	leaf = found.certificates[max(0, slices.IndexFunc(found.certificates, func(c *x509.Certificate) bool { return !c.IsCA }))]
	if len(found.keys) > 0 {
		key = found.keys[0]
	}
	return leaf, key, false
}

func matches(c *x509.Certificate, key crypto.PrivateKey) bool {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return false
	}
	public, ok := signer.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(c.PublicKey)
}
