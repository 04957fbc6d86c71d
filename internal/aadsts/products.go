package aadsts

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// Product is what is known of a program that signs in to Entra.
type Product struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	// Signs are words that only the texts of this program have.
	Signs []string `yaml:"signs"`
	// Secret says where the program's credential is configured, Log where its
	// log is and how to see Entra's own answer, Uses which resource it asks
	// tokens for, Certificates whether it can do without a secret.
	Secret       bilingual   `yaml:"secret"`
	Log          bilingual   `yaml:"log"`
	Uses         string      `yaml:"uses"`
	Certificates bilingual   `yaml:"certificates"`
	Notes        []bilingual `yaml:"notes"`
	Tests        []string    `yaml:"tests"` // for whoever changes it
}

// check says what is wrong with a product, if anything.
func (p *Product) check() error {
	if p.ID == "" || p.Name == "" || len(p.Signs) == 0 {
		return errors.New("it needs an id, a name and signs")
	}
	for _, sign := range p.Signs {
		if len(squashString(sign)) < contextKeySize {
			return fmt.Errorf("the sign %q is too short", sign)
		}
	}
	problems := []error{p.Secret.check("secret", true), p.Log.check("log", true), p.Certificates.check("certificates", false)}
	for _, n := range p.Notes {
		problems = append(problems, n.check("note", true))
	}
	return errors.Join(problems...)
}

// products returns the products with the given IDs.
func (f *finder) products(ids []string) []*Product {
	var list []*Product
	for _, p := range f.catalogue.products {
		if slices.Contains(ids, p.ID) {
			list = append(list, p)
		}
	}
	return list
}

// Places say where the products that the text names keep the credential, if the
// first cause is cured there.
func (m *Match) Places() []msg.Text {
	var list []msg.Text
	for _, p := range m.Products {
		if len(m.Causes) > 0 && p.concerns(m.Causes[0]) {
			list = append(list, p.Secret.text())
		}
	}
	return list
}

// tellProducts adds what the reader of this error should know of the product.
func (m *Match) tellProducts() {
	for _, p := range m.Products {
		if len(m.Causes) > 0 && p.concerns(m.Causes[0]) {
			m.note(p.Certificates)
		}
		if m.Phrase != nil && m.Phrase.Hides {
			m.note(p.Log)
		}
		for _, n := range p.Notes {
			m.note(n)
		}
	}
}

func (m *Match) note(s bilingual) {
	if s.English != "" {
		m.Notes = append(m.Notes, s.text())
	}
}

// concerns reports whether a cause is cured where the product's credential is
// configured.
func (p *Product) concerns(r Ranked) bool {
	if p.Secret.English == "" {
		return false
	}
	for _, kind := range []string{"secret-", "certificate-", "tenant-", "client-id-", "config-", "app-not-found", "wrong-cloud", "managed-identity-instead", "unknown"} {
		if strings.HasPrefix(string(r.ID), kind) {
			return true
		}
	}
	return false
}

// ProductsIn returns the known products that a text names, for a reader who is
// to be told where they keep what is needed. It reads the first 64 KiB.
func (f *finder) ProductsIn(text []byte) []*Product {
	w := &window{raw: text[:min(len(text), blockSize)], line: 1, last: true}
	w.end = len(w.raw)
	var ids []string
	for _, e := range f.read(w).events {
		if e.kind == kindProduct && !slices.Contains(ids, e.ref) {
			ids = append(ids, e.ref)
		}
	}
	return f.products(ids)
}
