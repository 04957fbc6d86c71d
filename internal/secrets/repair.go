package secrets

import (
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
	unescaped := unescape(peeled)
	percent, _ := percentDecode(peeled)
	decoded, _, _ := base64Decode(peeled)
	half, doubled := halve(peeled)
	if !doubled {
		half = ""
	}
	unwrapped, _, _ := unwrap(trimmed)
	stripped, _ := stripPrefix(trimmed)
	return []candidate{
		{msg.New("percent-decoded"), peel(changed(peeled, percent))},
		{msg.New("base64-decoded"), peel(decoded)},
		{msg.New("the first of the two copies"), half},
		{peelText(trimmed, peeled), peeled},
		{msg.New("without invisible characters and line breaks"), strings.Map(visible, peeled)},
		{msg.New("without escape characters"), changed(peeled, unescaped)},
		{msg.New("without the quotation marks or brackets around it"), trim(unwrapped)},
		{msg.New("without the name before it"), trim(stripped)},
		{msg.New("without the surrounding spaces or line breaks"), trimmed},
		{msg.New("without anything around the intact secret"), intactWithin(raw)},
	}
}

// changed returns the decoded value, or nothing if decoding changed nothing. In that
// case another repair helped and is named instead.
func changed(from, to string) string {
	if from == to {
		return ""
	}
	return to
}

// peelText says what peeling removed.
func peelText(trimmed, peeled string) msg.Text {
	if trimmed == peeled {
		return msg.New("without the surrounding spaces or line breaks")
	}
	if inner, _, ok := unwrap(trimmed); ok && trim(inner) == peeled {
		return msg.New("without the quotation marks or brackets around it")
	}
	if rest, ok := stripPrefix(trimmed); ok && trim(rest) == peeled {
		return msg.New("without the name before it")
	}
	return msg.New("without anything around it")
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
