package secrets

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// maxRepairs is the maximum number of repairs offered.
const maxRepairs = 4

// Repair reverses damage mechanically and has a plausible result.
type Repair struct {
	// Text says what was undone.
	Text msg.Text
	// Value is the repaired secret.
	Value Value
}

// Repairs returns plausible repairs, the most likely first. There are at most four, and
// none for an intact value, an ID, a reference or a mask. It never guesses: a lost
// character stays lost.
func (s Shape) Repairs() []Repair {
	if len(s.Damages) == 0 || s.Has(damageMasked) || s.Has(damageReference) || s.Has(damagePlaceholder) {
		return nil
	}
	raw := s.value.Reveal()
	if len(raw) > maxInspected {
		return nil
	}
	return rank(raw, candidates(raw))
}

type candidate struct {
	text msg.Text
	s    string
}

// candidates applies every repair. Repairs that change nothing are dropped later.
func candidates(raw string) []candidate {
	if decoded, ok := utf16Decode(raw); ok {
		return []candidate{{msg.New("read as UTF-16, without surrounding characters"), peel(decoded)}}
	}
	trimmed, peeled := trim(raw), peel(raw)
	percent, _ := percentDecode(peeled)
	if percent == peeled {
		percent = "" // another repair helped, and is named instead
	}
	unescaped := unescape(peeled)
	if unescaped == peeled {
		unescaped = ""
	}
	decoded, _, _ := base64Decode(peeled)
	half, doubled := halve(peeled)
	if !doubled {
		half = ""
	}
	inner, _, _ := unwrap(trimmed)
	rest, _ := stripPrefix(trimmed)
	// What peeling removed, if it was a single thing.
	peels := []candidate{
		{msg.New("without the spaces, line breaks or invisible characters around it"), trimmed},
		{msg.New("without the quotation marks or brackets around it"), trim(inner)},
		{msg.New("without the name before it"), trim(rest)},
	}
	peeling := msg.New("without anything around it")
	if i := slices.IndexFunc(peels, func(c candidate) bool { return c.s == peeled }); i >= 0 {
		peeling = peels[i].text
	}
	return append(append([]candidate{
		{msg.New("percent-decoded"), peel(percent)},
		{msg.New("base64-decoded"), peel(decoded)},
		{msg.New("the first of the two copies"), half},
		{peeling, peeled},
		{msg.New("without invisible characters and line breaks"), strings.Map(visible, peeled)},
		{msg.New("without escape characters"), unescaped},
	}, peels...), candidate{msg.New("without anything around the intact secret"), intactWithin(raw)})
}

// visible drops characters that are never intended.
func visible(r rune) rune {
	if kind, _, ok := stray(r); ok && neverTyped(kind) {
		return -1
	}
	return r
}

// rank keeps each plausible candidate once. Formats that Entra generates come before
// values that merely may be secrets.
func rank(raw string, all []candidate) []Repair {
	seen := map[string]bool{raw: true}
	var known, possible []Repair
	for _, c := range all {
		if seen[c.s] || !plausible(c.s) || currentDamaged(c.s) {
			continue
		}
		seen[c.s] = true
		repair := Repair{Text: c.text, Value: NewValue(c.s)}
		if ValidChecksum(c.s) {
			// One intact secret is enough.
			return []Repair{repair}
		}
		if generated(c.s) {
			known = append(known, repair)
		} else {
			possible = append(possible, repair)
		}
	}
	ranked := append(known, possible...)
	return ranked[:min(len(ranked), maxRepairs)]
}

// currentDamaged reports whether Entra would certainly reject s: it has the current
// format with a wrong checksum or length.
func currentDamaged(s string) bool { return len(findCut(&subject{s: s, peeled: s})) > 0 }
