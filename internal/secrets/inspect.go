package secrets

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/msg"
)

// Lengths in characters and bytes. Graph calls a secret's text 16 to 64
// characters long; what is longer than maxInspected is not looked at in detail.
const (
	hintLength   = 3
	hintFrom     = 4 * hintLength // so that a hint is at most a quarter of the value
	maxInspected = 4096
)

// Shape is what the characters of a secret tell without any request. It can be
// printed: it shows at most the first three characters.
type Shape struct {
	// Length is in characters (code points).
	Length int
	// Hint is the first three characters, which Graph shows as hint too; empty
	// where the value is shorter than 12 characters or they cannot be printed.
	Hint string
	// Generation is the format of the value as it is, damage included.
	Generation generation
	// Damages are the findings, those that are proof by themselves first.
	Damages []Damage

	value Value
}

// Proven returns the first finding that alone proves the value damaged.
func (s Shape) Proven() (Damage, bool) {
	i := slices.IndexFunc(s.Damages, func(d Damage) bool { return d.Proof })
	if i < 0 {
		return Damage{}, false
	}
	return s.Damages[i], true
}

// Has reports whether there is a finding of the kind.
func (s Shape) Has(kind damageKind) bool {
	return slices.ContainsFunc(s.Damages, func(d Damage) bool { return d.Kind == kind })
}

// Inspect says what the shape of v alone reveals. It is pure, and quick for any
// input.
func Inspect(v Value) Shape { return InspectFor(v, "", "") }

// InspectFor does the same, and notices a client ID or tenant (the configured
// ones; either may be empty) in place of the secret.
func InspectFor(v Value, clientID, tenant string) Shape {
	s := v.Reveal()
	shape := Shape{
		Length:     utf8.RuneCountInString(s),
		Hint:       hint(s),
		Generation: generationOf(s),
		value:      v,
	}
	switch {
	case shape.Generation == generationEmpty, shape.Generation == GenerationCurrent:
		// Nothing there, or proven intact.
	case len(s) > maxInspected:
		shape.Damages = []Damage{whole(damageNotASecret, false,
			msg.New("the value has %d characters: far too many for a client secret", shape.Length))}
	default:
		shape.Damages = damages(newSubject(s, clientID, tenant))
	}
	return shape
}

// hint returns the first three characters where that is safe.
func hint(s string) string {
	if utf8.RuneCountInString(s) < hintFrom {
		return ""
	}
	end := 0
	for range hintLength {
		r, size := utf8.DecodeRuneInString(s[end:])
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ""
		}
		end += size
	}
	return s[:end]
}

// subject is a value under inspection.
type subject struct {
	s                string
	runes            []rune
	peeled           string // without blanks, quotes and prefixes around it
	intact           string // the intact current secret that lies within, or ""
	clientID, tenant string
}

func newSubject(s, clientID, tenant string) *subject {
	return &subject{
		s: s, runes: []rune(s), peeled: peel(s), intact: intactWithin(s),
		clientID: clientID, tenant: tenant,
	}
}

// A detector looks for one family of damage.
type detector func(*subject) []Damage

// damages runs the detectors. One of the first two explains the whole value,
// so that nothing else is worth a word; the others add up.
func damages(x *subject) []Damage {
	for _, find := range []detector{findUTF16, findReference} {
		if found := find(x); found != nil {
			return found
		}
	}
	var all []Damage
	for _, find := range []detector{
		findMask, findIDs, findEdges, findInner, findPrefix, findWrapping,
		findEncoding, findCut, findDoubled,
	} {
		all = append(all, find(x)...)
	}
	if len(all) == 0 {
		all = findSurrounded(x)
	}
	slices.SortStableFunc(all, func(a, b Damage) int { return proofRank(a) - proofRank(b) })
	return all
}

func proofRank(d Damage) int {
	if d.Proof {
		return 0
	}
	return 1
}

// intactWithin returns the first intact secret of the current format that lies
// within s and is not all of it. Its checksum makes a chance hit next to
// impossible, so whatever surrounds it is proven not to belong.
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
