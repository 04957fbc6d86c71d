package secrets

import "strings"

// Is reports whether the value, without blanks and quotation marks around it, is
// the given ID in any letter case. It lets a caller recognise a Secret ID without seeing the
// value.
func (s Shape) Is(id string) bool {
	return id != "" && strings.EqualFold(peel(s.value.Reveal()), id)
}
