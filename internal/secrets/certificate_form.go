package secrets

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"path/filepath"
	"strings"
)

// fileForm describes how a certificate file is written. Some clients reject forms that
// others accept.
type fileForm struct {
	pem bool // otherwise a PFX file
	// named means that the file's extension matches its format.
	named bool
	// password means that a password was given; needed means that the file cannot be
	// read without it.
	password, needed bool
	// keyBits is the size of an RSA key, or 0 for another type.
	keyBits int

	// For a PEM file: the number of certificates and keys, and whether the matching
	// certificate and key are the first or the last.
	certificates, keys                         int
	leafFirst, leafLast, keyFirst, keyLast     bool
	pkcs1, blanks, keyBlanks, emptyLines, mark bool

	// For a PFX file: whether its protection is newer than Triple DES and SHA-1, and
	// whether it has a message authentication code.
	modern, mac bool
}

// utf8Mark is the byte order mark that editors on Windows write.
const utf8Mark = "\ufeff"

// form describes the file with this leaf and key.
func (c content) form(path string, data []byte, leaf *x509.Certificate, key crypto.PrivateKey) *fileForm {
	f := &fileForm{pem: !c.pfx, needed: c.encrypted, pkcs1: c.pkcs1}
	ending := ".pfx"
	if f.pem {
		ending = ".pem"
		f.describePEM(string(data), c, leaf, key)
	} else {
		f.describePFX(data)
	}
	f.named = strings.EqualFold(filepath.Ext(path), ending)
	if public, ok := leaf.PublicKey.(*rsa.PublicKey); ok {
		f.keyBits = public.N.BitLen()
	}
	return f
}

func (f *fileForm) describePEM(text string, c content, leaf *x509.Certificate, key crypto.PrivateKey) {
	certificates, keys := len(c.certificates), len(c.keys)
	f.certificates, f.keys = certificates, keys
	f.leafFirst, f.leafLast = c.certificates[0] == leaf, c.certificates[certificates-1] == leaf
	f.keyFirst, f.keyLast = sameKey(c.keys[0], key), sameKey(c.keys[keys-1], key)
	f.mark = strings.HasPrefix(text, utf8Mark)
	f.lines(text)
}

func sameKey(a, b crypto.PrivateKey) bool {
	equal, ok := a.(interface{ Equal(crypto.PrivateKey) bool })
	return ok && equal.Equal(b)
}

// lines looks for blanks around the lines of the blocks, and for empty lines between
// them.
func (f *fileForm) lines(text string) {
	inside, key, gap, any := false, false, false, false
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		bare := strings.TrimSpace(line)
		if strings.HasPrefix(bare, "-----BEGIN ") {
			inside, key, gap, any = true, strings.Contains(bare, "PRIVATE KEY"), false, false
		}
		if !inside {
			continue
		}
		if bare != strings.TrimPrefix(line, utf8Mark) {
			f.blanks, f.keyBlanks = true, f.keyBlanks || key
		}
		switch {
		case strings.HasPrefix(bare, "-----END "):
			f.emptyLines, inside = f.emptyLines || gap, false
		case strings.HasPrefix(bare, "-----BEGIN "), strings.Contains(bare, ":"):
			// A header, which must be followed by an empty line.
		case bare == "":
			gap = gap || any
		default:
			any = true
		}
	}
}

// Object identifiers in DER: the encryption of PKCS#5 version 2, and SHA-1.
var (
	oidPBES2 = []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d}
	oidSHA1  = []byte{0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a}
)

func (f *fileForm) describePFX(data []byte) {
	var outer struct {
		Version int
		Safe    asn1.RawValue
		MAC     asn1.RawValue `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(data, &outer); err == nil {
		f.mac = len(outer.MAC.FullBytes) > 0
		f.modern = bytes.Contains(outer.Safe.FullBytes, oidPBES2) || f.mac && !bytes.Contains(outer.MAC.FullBytes, oidSHA1)
	}
}
