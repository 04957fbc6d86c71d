package aadsts

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// Product is what is known about a program that signs in to Entra.
type Product struct {
	ID           string      `yaml:"id"`
	Name         string      `yaml:"name"`
	Signs        []string    `yaml:"signs"`        // words that only this program prints
	Secret       bilingual   `yaml:"secret"`       // where its credential is configured
	Log          bilingual   `yaml:"log"`          // where its log is, and how it shows Entra's answer
	Uses         string      `yaml:"uses"`         // the resource that it requests tokens for
	Certificates bilingual   `yaml:"certificates"` // whether it can do without a secret
	Notes        []bilingual `yaml:"notes"`
	Tests        []string    `yaml:"tests"` // not in the program
}

// productsOf returns the products with the given IDs.
func productsOf(ids []string) []*Product {
	var list []*Product
	c := Load()
	for i := range c.Products {
		if slices.Contains(ids, c.Products[i].ID) {
			list = append(list, &c.Products[i])
		}
	}
	return list
}

// Places returns where the products in the text have their credential, if that is where
// the first cause is fixed.
func (m *Match) Places() []msg.Text {
	var list []msg.Text
	for _, p := range m.Products {
		if len(m.Causes) > 0 && p.concerns(m.Causes[0]) {
			list = append(list, p.Secret.text())
		}
	}
	return list
}

// tellProducts adds notes about the products.
func (m *Match) tellProducts() {
	for _, p := range m.Products {
		var notes []bilingual
		if len(m.Causes) > 0 && p.concerns(m.Causes[0]) {
			notes = append(notes, p.Certificates)
		}
		if m.Phrase != nil && m.Phrase.Hides {
			notes = append(notes, p.Log)
		}
		for _, n := range append(notes, p.Notes...) {
			if n.English != "" {
				m.Notes = append(m.Notes, n.text())
			}
		}
	}
}

// concerns reports whether a cause is fixed where the product's credential is configured.
func (p *Product) concerns(r Ranked) bool {
	kinds := []string{"secret-", "certificate-", "tenant-", "client-id-", "config-", "app-not-found", "wrong-cloud", "managed-identity-instead", "unknown"}
	return p.Secret.English != "" && slices.ContainsFunc(kinds, func(kind string) bool { return strings.HasPrefix(string(r.ID), kind) })
}

// productsIn returns the products that a text names. It reads the first 64 KiB.
func (f *finder) productsIn(text []byte) []*Product {
	w := &window{raw: text[:min(len(text), blockSize)], line: 1}
	w.end = len(w.raw)
	var ids []string
	for _, e := range f.read(w).events {
		if e.kind == kindProduct {
			ids = append(ids, e.ref)
		}
	}
	return productsOf(ids)
}
