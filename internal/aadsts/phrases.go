package aadsts

import (
	"errors"
	"fmt"
	"strings"
)

// check says what is wrong with an entry, if anything. seen holds the wordings
// of the entries before it.
func (p *phrase) check(seen map[string]string) error {
	switch {
	case p.ID == "" || p.From == "":
		return fmt.Errorf("it needs an id and a from")
	case len(p.Patterns) == 0:
		return fmt.Errorf("it needs patterns")
	case seen["id "+p.ID] != "":
		return fmt.Errorf("there is another entry of this name")
	}
	seen["id "+p.ID] = p.ID
	for i, wording := range p.Patterns {
		pat := p.Read[i]
		key := strings.Join(pat.Pieces, "*")
		if other := seen[key]; other != "" && other != p.ID {
			return fmt.Errorf("%s has the wording %q too", other, wording)
		}
		seen[key] = p.ID
		if len(key) < minWording || len(pat.anchor()) < keySize {
			return fmt.Errorf("the wording %q is too short to identify anything", wording)
		}
	}
	return errors.Join(p.Causes.check(true), p.Means.check("means", true), p.Remedy.check("remedy", false))
}

// minWording is the least that a wording has of letters and digits.
const minWording = 6
