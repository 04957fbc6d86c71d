package secrets

import "strings"

// Is reports whether the value is the given ID, ignoring case and surrounding blanks
// and quotation marks. A caller can recognise a Secret ID without seeing the value.
func (s Shape) Is(id string) bool {
	return id != "" && strings.EqualFold(peel(s.value.Reveal()), id)
}
