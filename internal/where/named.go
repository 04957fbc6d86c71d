package where

import (
	"crypto/sha1" // The thumbprint by which Entra lists certificates; no security rests on it.
	"encoding/hex"
	"encoding/pem"
	"strings"

	"github.com/spcheck/spcheck/internal/result"
)

// named finds key IDs and thumbprints of listed credentials.
func (f *finder) named(t *text) []found {
	var list []found
	for id, keyID := range f.ids {
		kind := result.PlaceKeyID
		for _, form := range idForms(id) {
			if i := strings.Index(t.low, form); i >= 0 {
				list = append(list, t.at(i, found{kind: kind, keyID: keyID, setting: nameBefore(t.Text, i)}))
				break
			}
		}
	}
	return list
}

// idForms are the ways in which a text writes an ID: a thumbprint also in pairs.
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

// certificates finds the listed ones among those that the document holds.
func (f *finder) certificates(t *text) []found {
	var list []found
	for _, thumb := range t.Certificates {
		if keyID := f.ids[lower(thumb)]; keyID != "" {
			list = append(list, t.at(0, found{kind: result.PlaceCertificate, keyID: keyID}))
		}
	}
	const begin = "-----BEGIN CERTIFICATE-----"
	for from := 0; ; {
		i := strings.Index(t.Text[from:], begin)
		if i < 0 {
			return list
		}
		at := from + i
		from = at + len(begin)
		block, _ := pem.Decode([]byte(t.Text[at:min(len(t.Text), at+maxPEM)]))
		if block == nil {
			continue
		}
		sum := sha1.Sum(block.Bytes)
		if keyID := f.ids[hex.EncodeToString(sum[:])]; keyID != "" {
			list = append(list, t.at(at, found{kind: result.PlaceCertificate, keyID: keyID}))
		}
	}
}

// maxPEM bounds one certificate in a text, in bytes.
const maxPEM = 64 << 10

// hidden are settings by their names alone, in a document that names the
// application.
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
