package secrets

import (
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// wrappers are pairs of characters that templates, shells and documents put
// around a value.
var wrappers = []struct {
	open, closing string
	name          msg.Text
}{
	{`"`, `"`, msg.New("double quotation marks")},
	{`'`, `'`, msg.New("single quotation marks")},
	{"`", "`", msg.New("backquotes")},
	{"{", "}", msg.New("braces")},
	{"<", ">", msg.New("angle brackets")},
	{"[", "]", msg.New("square brackets")},
	{"\u201c", "\u201d", msg.New("typographic quotation marks")},
	{"\u201e", "\u201c", msg.New("typographic quotation marks")},
	{"\u201d", "\u201d", msg.New("typographic quotation marks")},
	{"\u2018", "\u2019", msg.New("typographic single quotation marks")},
	{"\u201a", "\u2018", msg.New("typographic single quotation marks")},
	{"\u00ab", "\u00bb", msg.New("angle quotation marks")},
}

// prefixPattern matches what comes before a value in the files and headers that people
// copy from. The name of the setting has a maximum length, so that a secret that
// happens to contain a colon is not cut.
var prefixPattern = lazyregexp.New(
	`^(?i:bearer\s+|(?:export\s+|set\s+|\$env:)?(?:[a-z]+[a-z_. -]{0,40})?(?:secret|password|passwd|pwd)(?:[_ -]?value)?["']?\s*[:=]\s*|value\s*[:=]\s*)`)

// unwrap removes one pair of wrappers.
func unwrap(s string) (inner string, name msg.Text, ok bool) {
	for _, w := range wrappers {
		if len(s) > len(w.open)+len(w.closing) && strings.HasPrefix(s, w.open) && strings.HasSuffix(s, w.closing) {
			return s[len(w.open) : len(s)-len(w.closing)], w.name, true
		}
	}
	return s, msg.Text{}, false
}

// stripPrefix removes the name of a setting or header scheme.
func stripPrefix(s string) (rest string, ok bool) {
	if loc := prefixPattern().FindStringIndex(s); loc != nil && loc[1] < len(s) {
		return s[loc[1]:], true
	}
	return s, false
}

// trim removes blank, invisible and control characters at both ends.
func trim(s string) string { return strings.TrimFunc(s, onEdge) }

// peel removes everything around a value, layer by layer.
func peel(s string) string {
	const layers = 4
	for range layers {
		before := s
		s = trim(s)
		s, _ = stripPrefix(s)
		s, _, _ = unwrap(s)
		if s == before {
			break
		}
	}
	return trim(s)
}

// findWrapping looks for quotation marks and brackets around the value.
func findWrapping(x *subject) []Damage {
	s := trim(x.s)
	s, _ = stripPrefix(s)
	_, name, ok := unwrap(s)
	if !ok {
		return nil
	}
	return []Damage{{
		Kind: damageWrapped, At: 1, Where: msg.New("first and last character"), Proof: x.intact != "",
		Text: msg.New("the value is wrapped in %s, which are not part of a secret", name),
	}}
}

// findPrefix looks for the name of a setting before the value.
func findPrefix(x *subject) []Damage {
	rest, ok := stripPrefix(trim(x.s))
	if !ok || !plausible(peel(rest)) {
		return nil
	}
	return []Damage{{
		Kind: damagePrefix, At: 1, Where: msg.New("start"), Proof: x.intact != "",
		Text: msg.New("the value starts with the name of a setting or a scheme, as in a header or a configuration file"),
	}}
}

// findSurrounded reports an intact secret inside a longer text. It is used if nothing
// more exact is known about the rest.
func findSurrounded(x *subject) []Damage {
	if x.intact == "" {
		return nil
	}
	before, after, _ := strings.Cut(x.s, x.intact)
	return whole(damageSurrounded, true, msg.New(
		"the value contains an intact client secret, with %d characters before it and %d after it that do not belong to it",
		len([]rune(before)), len([]rune(after))))
}
