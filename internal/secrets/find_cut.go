package secrets

import (
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// maskPattern matches what pages and logs show instead of a value. Real secrets may
// contain full stops, so more of them are required.
var maskPattern = lazyregexp.New(`^\*+$|\*{4}|[•●∙·]{3}|…|\.{6}|^[xX]{6,}$`)

// findMask looks for a masked value.
func findMask(x *subject) []Damage {
	loc := maskPattern().FindStringIndex(x.s)
	if loc == nil {
		return nil
	}
	at := len([]rune(x.s[:loc[0]])) + 1
	// A word processor turns three full stops into a single ellipsis.
	proof := x.s[loc[0]:loc[1]] != "…"
	return []Damage{{
		Kind: damageMasked, At: at, Where: wherever(at, len(x.runes)), Proof: proof,
		Text: msg.New("the value is masked from character %d on: it was copied from a page that hides the value", at),
	}}
}

// findCut checks a value with the marker of the current format against that format.
func findCut(x *subject) []Damage {
	s := x.peeled
	switch {
	case x.intact != "", ValidChecksum(s):
		return nil
	case recased(s):
		return whole(damageLetterCase, true, msg.New(
			"the value has the length and the marker of a client secret, but its letters are all lower case or all upper case: something changed their case"))
	case currentShape(s):
		return whole(damageChecksum, true, msg.New(
			"the value has the current format of client secrets, but the checksum in its last three characters is wrong: at least one character was changed"))
	case !inAlphabet(s):
		return nil
	}
	switch at, length := strings.Index(s, currentMarker), len(s); {
	case at < 0 || at > markerAt+1:
		return nil
	case at < markerAt && length+markerAt-at < currentLength:
		return lost(1, msg.New("characters are missing at the start and further on: the value has %d characters instead of 40", length))
	case at < markerAt-1:
		return lost(1, msg.New("the first %d characters are missing: the marker of the current format is too early", markerAt-at))
	case at < markerAt:
		return lost(1, msg.New("the first character is missing: the marker of the current format is one character too early"))
	case at > markerAt:
		return extra(1, msg.New("the marker of the current format is one character too late: there is an extra character at the start"))
	case length == currentLength-1:
		return lost(length, msg.New("a character is missing, either the last or one after the sixth: the value has 39 characters instead of 40"))
	case length < currentLength:
		return lost(length, msg.New("the value has %d characters instead of 40: %d are missing, at the end or after the sixth", length, currentLength-length))
	case length > currentLength:
		return extra(length, msg.New("the value has the marker of the current format but %d characters instead of 40", length))
	}
	return nil
}

// lost reports missing characters before or after the marker.
func lost(at int, text msg.Text) []Damage {
	return []Damage{{Kind: damageTooShort, At: at, Where: wherever(at, at), Text: text, Proof: true}}
}

func extra(at int, text msg.Text) []Damage {
	return []Damage{{Kind: damageTooLong, At: at, Where: wherever(at, max(at, currentLength)), Text: text, Proof: true}}
}

// recased reports whether s is a secret of the current format with all letters in one
// case. A random secret has both cases.
func recased(s string) bool {
	if len(s) != currentLength || !inAlphabet(s) {
		return false
	}
	if !strings.EqualFold(s[markerAt:markerAt+len(currentMarker)], currentMarker) {
		return false
	}
	return s == strings.ToLower(s) || s == strings.ToUpper(s)
}

// findDoubled looks for a value that was pasted twice.
func findDoubled(x *subject) []Damage {
	half, ok := halve(x.peeled)
	if !ok {
		return nil
	}
	return whole(damageDoubled, ValidChecksum(half), msg.New("the value consists of the same %d characters twice: it was pasted twice", len([]rune(half))))
}

func halve(s string) (string, bool) {
	half := strings.TrimRightFunc(s[:len(s)/2], onEdge)
	if len(half) < shortestPlausible || !plausible(half) || strings.Count(half, half[:1]) == len(half) {
		return "", false
	}
	rest := strings.TrimPrefix(s, half)
	return half, strings.TrimLeftFunc(rest, onEdge) == half
}
