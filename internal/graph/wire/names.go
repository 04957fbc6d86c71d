package wire

import (
	"crypto/sha1" //nolint:gosec // a certificate's thumbprint is SHA-1 by definition
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	utf16 "golang.org/x/text/encoding/unicode"
)

// decodeBase64 accepts both alphabets, with and without padding.
func decodeBase64(s string) ([]byte, bool) {
	s = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimSpace(s)), "=")
	data, err := base64.RawStdEncoding.DecodeString(s)
	return data, err == nil
}

// passwordName decodes the customKeyIdentifier of an old password into its name. The
// portal wrote UTF-16, old Azure CLI UTF-16 with a byte order mark, Terraform and
// PowerShell plain text. Anything that is not text is returned as hex.
func passwordName(identifier string) string {
	data, ok := decodeBase64(identifier)
	if !ok || len(data) == 0 {
		return ""
	}
	for _, read := range []func([]byte) (string, bool){markedUTF16, plainUTF16, printable} {
		if name, ok := read(data); ok {
			return name
		}
	}
	return hex.EncodeToString(data)
}

func markedUTF16(data []byte) (string, bool) {
	if len(data) < 2 || (data[0] != 0xff || data[1] != 0xfe) && (data[0] != 0xfe || data[1] != 0xff) {
		return "", false
	}
	return decodeUTF16(utf16.UTF16(utf16.LittleEndian, utf16.ExpectBOM), data)
}

// plainUTF16 recognises UTF-16 without a byte order mark: with Latin letters, every
// second byte is zero.
func plainUTF16(data []byte) (string, bool) {
	if len(data)%2 != 0 || data[1] != 0 {
		return "", false
	}
	return decodeUTF16(utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM), data)
}

func decodeUTF16(e encoding.Encoding, data []byte) (string, bool) {
	text, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return "", false
	}
	return printable([]byte(strings.TrimRight(string(text), "\x00")))
}

func printable(data []byte) (string, bool) {
	s := string(data)
	if s == "" || !utf8.ValidString(s) {
		return "", false
	}
	for _, r := range s {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return "", false
		}
	}
	return s, true
}

// thumbprint reads the SHA-1 thumbprint of a certificate from its customKeyIdentifier,
// in upper-case hex. It may be 20 raw bytes, 40 hex digits as text, or 40 hex digits
// that were decoded as base64, which gives 30 bytes.
func thumbprint(identifier string) string {
	identifier = strings.TrimSpace(identifier)
	if isHex40(identifier) {
		return strings.ToUpper(identifier)
	}
	data, ok := decodeBase64(identifier)
	if !ok {
		return ""
	}
	switch {
	case len(data) == 20:
		return strings.ToUpper(hex.EncodeToString(data))
	case isHex40(string(data)):
		return strings.ToUpper(string(data))
	}
	return ""
}

func isHex40(s string) bool {
	_, err := hex.DecodeString(s)
	return len(s) == 40 && err == nil
}

// thumbprintOf computes the thumbprint of a certificate from Graph (the field key,
// base64 of DER).
func thumbprintOf(key string) string {
	der, ok := decodeBase64(key)
	if !ok || len(der) == 0 {
		return ""
	}
	sum := sha1.Sum(der) //nolint:gosec // see above
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}
