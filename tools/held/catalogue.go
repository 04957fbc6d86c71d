package main

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"

	"github.com/spcheck/spcheck/internal/aadsts"
)

// readCatalogue reads the files below catalogue/.
func readCatalogue(fsys fs.FS) (*aadsts.Catalogue, error) {
	c := &aadsts.Catalogue{}
	err := errors.Join(
		readAll(fsys, "catalogue/families.yaml", &c.Families), readAll(fsys, "catalogue/products/*.yaml", &c.Products),
		readAll(fsys, "catalogue/phrases/*.yaml", &c.Phrases), readAll(fsys, "catalogue/codes-*.yaml", &c.Entries),
	)
	slices.SortStableFunc(c.Entries, func(a, b aadsts.Entry) int {
		return cmp.Or(len(a.Code)-len(b.Code), cmp.Compare(a.Code, b.Code))
	})
	return c, err
}

// compileCatalogue returns the Go source of the catalogue, after checking it.
func compileCatalogue(fsys fs.FS) ([]byte, error) {
	c, err := readCatalogue(fsys)
	if err != nil {
		return nil, err
	}
	written := slices.Clone(c.Entries) // Prepare adds what they inherit
	if err := c.Prepare(); err != nil {
		return nil, err
	}
	for i := range c.Phrases {
		c.Phrases[i].Tests = nil
	}
	for i := range c.Products {
		c.Products[i].Tests = nil
	}
	templates, err := fs.ReadFile(fsys, "catalogue/templates.txt")
	if err != nil {
		return nil, err
	}
	out := newSource("aadsts", "catalogue")
	out.list("heldVocabulary", c.Vocabulary(string(templates)))
	out.list("heldFamilies", c.Families)
	out.list("heldProducts", c.Products)
	out.list("heldPhrases", c.Phrases)
	out.list("heldEntries", written)
	return out.formatted()
}
