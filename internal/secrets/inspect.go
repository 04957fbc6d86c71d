package secrets

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/msg"
)

// Lengths in characters and bytes. According to Graph, the text of a secret has 16 to
// 64 characters. Values longer than maxInspected are not inspected in detail.
const (
	hintLength   = 3
	hintFrom     = 4 * hintLength // so that a hint shows at most a quarter of the value
	maxInspected = 4096
)

// Shape is what can be learned from the characters of a secret without any request. It
// is safe to print: it shows at most the first three characters.
type Shape struct {
	// Length is the number of characters (code points).
	Length int
	// Hint is the first three characters, which are also Graph's hint. It is empty if
	// the value has fewer than 12 characters or they cannot be printed.
	Hint string
	// Generation is the format of the value as it is, including any damage.
	Generation generation
	// Damages are the findings. Those that are proof come first.
	Damages []Damage

	value Value
}

// Proven returns the first finding that proves damage by itself.
func (s Shape) Proven() (Damage, bool) {
	i := slices.IndexFunc(s.Damages, func(d Damage) bool { return d.Proof })
	if i < 0 {
		return Damage{}, false
	}
	return s.Damages[i], true
}

// Has reports whether there is a finding of this kind.
func (s Shape) Has(kind damageKind) bool {
	return slices.ContainsFunc(s.Damages, func(d Damage) bool { return d.Kind == kind })
}

// Is reports whether the value is the given ID, ignoring case and surrounding blanks
// and quotation marks. A caller can recognise a Secret ID without seeing the value.
func (s Shape) Is(id string) bool {
	return id != "" && strings.EqualFold(peel(s.value.Reveal()), id)
}

// Inspect examines the characters of v. It recognises the configured client ID or tenant
// in place of the secret; both may be empty. It is fast for any input.
func Inspect(v Value, clientID, tenant string) Shape {
	s := v.Reveal()
	shape := Shape{
		Length:     utf8.RuneCountInString(s),
		Hint:       hint(s),
		Generation: generationOf(s),
		value:      v,
	}
	switch {
	case shape.Generation == generationEmpty, shape.Generation == GenerationCurrent:
		// Empty, or proven intact.
	case len(s) > maxInspected:
		shape.Damages = whole(damageNotASecret, false,
			msg.New("the value has %d characters: far too many for a client secret", shape.Length))
	default:
		shape.Damages = damages(&subject{
			s: s, runes: []rune(s), peeled: peel(s), intact: intactWithin(s), clientID: clientID, tenant: tenant,
		})
	}
	return shape
}

// hint returns the first three characters if that is safe.
func hint(s string) string {
	runes := []rune(s)
	if len(runes) < hintFrom {
		return ""
	}
	first := runes[:hintLength]
	if slices.ContainsFunc(first, func(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }) {
		return ""
	}
	return string(first)
}

// subject is a value under inspection.
type subject struct {
	s                string
	runes            []rune
	peeled           string // without surrounding blanks, quotes and prefixes
	intact           string // the intact current secret inside, or ""
	clientID, tenant string
}

// damages runs the detectors. If one of the first two finds something, it explains the
// whole value and the rest is skipped. The findings of the others add up.
func damages(x *subject) []Damage {
	for _, find := range []func(*subject) []Damage{findUTF16, findReference} {
		if found := find(x); found != nil {
			return found
		}
	}
	var proven, suspected []Damage
	for _, find := range []func(*subject) []Damage{
		findMask, findIDs, findEdges, findInner, findPrefix, findWrapping, findEncoding, findCut, findDoubled,
	} {
		for _, d := range find(x) {
			if d.Proof {
				proven = append(proven, d)
			} else {
				suspected = append(suspected, d)
			}
		}
	}
	if all := append(proven, suspected...); len(all) > 0 {
		return all
	}
	return findSurrounded(x)
}

// intactWithin returns the first intact secret of the current format that is inside s
// but not all of it. Its checksum practically rules out a chance match, so whatever
// surrounds it does not belong to it.
func intactWithin(s string) string {
	for from := 0; from < len(s); {
		i := strings.Index(s[from:], currentMarker)
		if i < 0 {
			return ""
		}
		start := from + i - markerAt
		end := start + currentLength
		if start >= 0 && end <= len(s) && len(s) > currentLength && ValidChecksum(s[start:end]) {
			return s[start:end]
		}
		from += i + 1
	}
	return ""
}
