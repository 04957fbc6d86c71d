package where

import (
	"crypto/sha1" // The thumbprint by which Entra lists certificates. It is not used for security.
	"encoding/pem"
	"fmt"
	"iter"
	"strings"

	"github.com/spcheck/spcheck/internal/result"
)

// named finds key IDs and thumbprints of listed credentials.
func (f *finder) named(t *text) []found {
	var list []found
	for id, keyID := range f.ids {
		for _, form := range idForms(id) {
			if i := strings.Index(t.low, form); i >= 0 {
				list = append(list, t.at(i, found{kind: result.PlaceKeyID, keyID: keyID, setting: nameBefore(t.Text, i)}))
				break
			}
		}
	}
	return list
}

// idForms returns the ways to write an ID. A thumbprint may be written in pairs.
func idForms(id string) []string {
	if len(id) != 2*sha1.Size {
		return []string{id}
	}
	var pairs []string
	for i := 0; i < len(id); i += 2 {
		pairs = append(pairs, id[i:i+2])
	}
	return []string{id, strings.Join(pairs, ":"), strings.Join(pairs, " "), strings.Join(pairs, "-")}
}

// thumbprintOf returns the thumbprint of a certificate in DER, in lower-case hexadecimal.
func thumbprintOf(der []byte) string { return fmt.Sprintf("%x", sha1.Sum(der)) }

// maxPEM limits the size of one certificate in a text, in bytes.
const maxPEM = 64 << 10

// certificates finds the certificates in the document that are listed.
func (f *finder) certificates(t *text) []found {
	var list []found
	add := func(thumbprint string, at int) {
		if keyID := f.ids[thumbprint]; keyID != "" {
			list = append(list, t.at(at, found{kind: result.PlaceCertificate, keyID: keyID}))
		}
	}
	for _, thumbprint := range t.Certificates {
		add(thumbprint, 0)
	}
	for at := range occurrences(t.Text, "-----BEGIN CERTIFICATE-----") {
		if block, _ := pem.Decode([]byte(t.Text[at:min(len(t.Text), at+maxPEM)])); block != nil {
			add(thumbprintOf(block.Bytes), at)
		}
	}
	return list
}

// occurrences returns the offsets of a part of a text.
func occurrences(s, part string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for from := 0; ; from += len(part) {
			i := strings.Index(s[from:], part)
			if from += i; i < 0 || !yield(from) {
				return
			}
		}
	}
}

// hidden finds settings by their names alone, in a document that names the application.
func (f *finder) hidden(t *text) []found {
	var list []found
	for _, name := range t.Hidden {
		if len(t.ours) == 0 || !secretName().MatchString(name) {
			continue
		}
		x := t.at(0, found{kind: result.PlaceName, setting: name})
		x.beside = true
		if t.Target != nil {
			x.target = t.Target(name, false)
		}
		list = append(list, x)
	}
	return list
}
