package secrets

import (
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"strings"

	"github.com/youmark/pkcs8"

	"github.com/spcheck/spcheck/internal/msg"
)

// parseKeyBlock reads a private key of any common type.
func parseKeyBlock(block *pem.Block, password Value) (crypto.PrivateKey, error) {
	der, legacy := block.Bytes, isLegacyEncrypted(block)
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY":
		return decryptPKCS8(der, password)
	case block.Type == "OPENSSH PRIVATE KEY":
		return nil, wrong(msg.New("contains a key in OpenSSH format; a PKCS#8 or PKCS#1 key is needed"))
	case legacy:
		// OpenSSL's format from before PKCS#8. The standard library deprecates it as
		// insecure, but a user with such a file still needs an answer.
		der, _ = x509.DecryptPEMBlock(block, []byte(password.Reveal())) //nolint:staticcheck // see above
	}
	key := parseDERKey(der)
	switch {
	case key != nil:
		return key, nil
	case legacy:
		// This encryption has no integrity check. One wrong password in 256 passes the
		// padding check.
		return nil, wrongPassword(password)
	}
	return nil, wrong(msg.New("contains a private key that cannot be read"))
}

// parseDERKey returns nil if der is not a private key.
func parseDERKey(der []byte) crypto.PrivateKey {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key
	}
	return nil
}

func isLegacyEncrypted(block *pem.Block) bool {
	return strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED")
}

func decryptPKCS8(der []byte, password Value) (crypto.PrivateKey, error) {
	if password.Empty() {
		return nil, wrongPassword(password)
	}
	if excessive(der) {
		return nil, wrong(msg.New("contains a key whose encryption needs an unreasonable amount of memory or time"))
	}
	key, err := pkcs8.ParsePKCS8PrivateKey(der, []byte(password.Reveal()))
	switch {
	case err == nil:
		return key, nil
	case strings.Contains(err.Error(), "incorrect password"): // the library has no sentinel
		return nil, wrongPassword(password)
	}
	return nil, wrong(msg.New("contains a private key whose encryption is not supported; PKCS#8 with PBES2 is"))
}

// Limits for the key derivation of an encrypted key. OpenSSL uses 2048 rounds, careful
// people a million. scrypt with its usual cost takes 16 MiB.
const (
	maxRounds       = 20_000_000
	maxScryptMemory = 1 << 30
)

// encryptedKey is the part of a PKCS#8 EncryptedPrivateKeyInfo with PBES2 (RFC 8018)
// that shows the cost of decrypting it.
type encryptedKey struct {
	Algorithm struct {
		ID     asn1.ObjectIdentifier
		Params struct {
			Derivation pkix.AlgorithmIdentifier
			Encryption pkix.AlgorithmIdentifier
		}
	}
	Data []byte
}

// excessive reports whether decrypting would take an absurd effort. The library itself
// has no limit.
func excessive(der []byte) bool {
	var outer encryptedKey
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		return false // The library reports what is wrong with it.
	}
	params := outer.Algorithm.Params.Derivation.Parameters.FullBytes
	var scrypt struct {
		Salt        []byte
		Cost, Block int64
		Parallel    int64
		KeyLength   int64 `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(params, &scrypt); err == nil {
		const perBlock = 128
		return scrypt.Cost < 0 || scrypt.Block < 1 || scrypt.Block > maxScryptMemory/perBlock ||
			scrypt.Cost > maxScryptMemory/perBlock/scrypt.Block
	}
	var rounds struct {
		Salt   []byte
		Rounds int64
		Length int64                    `asn1:"optional"`
		PRF    pkix.AlgorithmIdentifier `asn1:"optional"`
	}
	_, err := asn1.Unmarshal(params, &rounds)
	return err == nil && rounds.Rounds > maxRounds
}
