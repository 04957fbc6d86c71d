package aadsts

import (
	"slices"

	"github.com/spcheck/spcheck/internal/causes"
)

// Parse reads the files that people write, with the texts that they test.
var Parse = parse

// IDs returns the ranked causes as IDs.
func (m *Match) IDs() []causes.ID {
	var ids []causes.ID
	for _, r := range m.Causes {
		ids = append(ids, r.ID)
	}
	return ids
}

// Phrases returns the words of programs that are recognised.
func (c *Catalogue) Phrases() []*phrase { return slices.Clone(c.phrases) }

// Products returns the programs that are known.
func (c *Catalogue) Products() []*Product { return slices.Clone(c.products) }
