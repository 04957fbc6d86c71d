package aadsts

import "github.com/spcheck/spcheck/internal/causes"

// IDs returns the ranked causes as IDs.
func (m *Match) IDs() []causes.ID {
	var ids []causes.ID
	for _, r := range m.Causes {
		ids = append(ids, r.ID)
	}
	return ids
}

// ProductsIn returns the IDs of the products that a text names.
func ProductsIn(text string) []string {
	var ids []string
	for _, p := range builtin().productsIn([]byte(text)) {
		ids = append(ids, p.ID)
	}
	return ids
}
