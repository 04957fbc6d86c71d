package aadsts

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pattern is one wording of a phrase, squashed: the pieces between the
// wildcards, in their order. The rarest stretch of the longest piece is what the
// text is searched for. Compile works them out, so that no run has to.
type pattern struct {
	Pieces []string
	Breaks [][]int // where words begin inside a piece; the text has to part them too
	Main   int     // the piece that holds the anchor
	Skip   int     // the anchor's place in it, and where it ends
	Stop   int
	Begins bool // the first piece begins a word
	Ends   bool // the last piece ends one
	Word   bool // a single word, which punctuation may not part

	phrase *phrase
	weight int // letters in all: of two wordings at one place the longer is the more specific
}

// maxGap bounds what a wildcard stands for, in letters and digits.
const maxGap = 220

// newPattern reads a wording such as "The client * does not have authorization".
func newPattern(wording string) *pattern {
	pat := &pattern{}
	first, _ := utf8.DecodeRuneInString(wording)
	last, _ := utf8.DecodeLastRuneInString(wording)
	// Squashed text lacks letters such as é, so that a word may end before it.
	pat.Begins, pat.Ends = first != '*' && first < utf8.RuneSelf, last != '*' && last < utf8.RuneSelf
	pat.Word = len(squashString(wording)) == len(strings.Trim(wording, "*"))
	var signs []int // of the longest piece
	for piece := range strings.SplitSeq(wording, "*") {
		s, breaks, its := squashWords(piece)
		if s == "" {
			continue
		}
		if len(pat.Pieces) == 0 || len(s) > len(pat.Pieces[pat.Main]) {
			pat.Main, signs = len(pat.Pieces), its
		}
		pat.Pieces = append(pat.Pieces, s)
		pat.Breaks = append(pat.Breaks, breaks)
	}
	if len(pat.Pieces) > 0 {
		pat.Skip, pat.Stop = rarest(pat.Pieces[pat.Main], signs)
	}
	return pat
}

// of makes the pattern one of a phrase.
func (pat *pattern) of(p *phrase) {
	pat.phrase, pat.weight = p, 0
	for _, piece := range pat.Pieces {
		pat.weight += len(piece)
	}
}

// squashWords squashes a piece of a wording and says where words begin in it, and
// before which of its letters stands a sign that encoders replace.
func squashWords(piece string) (letters string, words, signs []int) {
	s := squash([]byte(piece))
	next := 0 // the letter that comes next
	parted, sign := false, false
	for i, r := range piece {
		parted = parted || !unicode.IsLetter(r) && !unicode.IsDigit(r)
		sign = sign || strings.ContainsRune("'\"<>&=()[]{}|\\/#+", r)
		if next == len(s.at) || int(s.at[next]) != i {
			continue // it is dropped
		}
		if parted && next > 0 && r < utf8.RuneSelf {
			words = append(words, next)
		}
		if sign {
			signs = append(signs, next)
		}
		parted, sign = false, false
		next += utf8.RuneLen(r)
	}
	return string(s.text), words, signs
}

// anchor is the stretch to search for.
func (pat *pattern) anchor() string { return pat.Pieces[pat.Main][pat.Skip:pat.Stop] }

// find looks for the whole wording around its anchor, which is at a place of
// the squashed text, and returns its bounds there.
func (pat *pattern) find(s squashed, at int) (from, to int, ok bool) {
	text := s.text
	piece := pat.Pieces[pat.Main]
	from = at - pat.Skip
	if from < 0 || !bytes.HasPrefix(text[from:], []byte(piece)) {
		return 0, 0, false
	}
	if !s.parts(from, pat.Breaks[pat.Main]) {
		return 0, 0, false
	}
	to = from + len(piece)
	for i := pat.Main - 1; i >= 0; i-- {
		low := max(0, from-maxGap-len(pat.Pieces[i]))
		k := bytes.LastIndex(text[low:from], []byte(pat.Pieces[i]))
		if k < 0 {
			return 0, 0, false
		}
		from = low + k
	}
	for _, next := range pat.Pieces[pat.Main+1:] {
		k := bytes.Index(text[to:min(len(text), to+maxGap+len(next))], []byte(next))
		if k < 0 {
			return 0, 0, false
		}
		to += k + len(next)
	}
	return from, to, true
}

// parts reports whether something is between the letters before and at each
// of these places, counted from a place of the squashed text.
func (s squashed) parts(from int, places []int) bool {
	for _, n := range places {
		if s.at[from+n]-s.at[from+n-1] < 2 {
			return false
		}
	}
	return true
}

// common are the stretches that are in half the lines of a log.
var common = []string{
	"error", "failed", "token", "access", "https", "login", "microsoft", "online", "client", "request", "server", "connection",
	"message", "exception", "authenti", "timestamp", "applic", "system", "the", "ation", "service", "certificate", "secret",
	"credential", "configuration", "principal", "established", "process", "services", "invalid", "azure", "resource", "permission", "user", "unable", "cannot", "could", "with", "this", "that",
}

// often is how often a letter is in English, roughly, in per mille.
var often = [256]int{
	'e': 120, 't': 90, 'a': 80, 'o': 75, 'i': 70, 'n': 68, 's': 63, 'r': 60, 'h': 40, 'd': 42, 'l': 40, 'c': 30, 'u': 28, 'm': 25,
	'w': 20, 'f': 22, 'g': 20, 'y': 18, 'p': 20, 'b': 15, 'v': 10, 'k': 8, 'x': 3, 'q': 2, 'j': 2, 'z': 2,
}

// rarest is the place in a piece from which a search wakes least often for
// nothing, and where the stretch to search for ends: no sign should be in it.
func rarest(piece string, signs []int) (from, to int) {
	cost := make([]int, len(piece)) // of each letter
	for i := range cost {
		cost[i] = often[piece[i]]
	}
	for _, c := range common {
		for from := strings.Index(piece, c); from >= 0 && from < len(piece); {
			for i := range c {
				cost[from+i] += 100
			}
			next := strings.Index(piece[from+1:], c)
			if next < 0 {
				break
			}
			from += 1 + next
		}
	}
	best := 1 << 30
	least := max(keySize, min(len(piece), leastAnchor))
	for i := 0; i+least <= len(piece); i++ {
		n := 0
		for _, c := range cost[i : i+least] {
			n += c
		}
		end := min(len(piece), i+maxAnchor)
		for _, sign := range signs {
			switch {
			case sign > i && sign < i+least:
				n += 1000
			case sign >= i+least:
				end = min(end, sign)
			}
		}
		if n < best {
			best, from, to = n, i, end
		}
	}
	// The more letters, the fewer other words hold them.
	for from > 0 && to-from < maxAnchor && !slices.Contains(signs, from) {
		from--
	}
	return from, to
}

// What is searched for has at least so many letters, where the wording has, since
// short stretches are in many words, and at most so many; the rest is compared
// when it was found.
const leastAnchor, maxAnchor = 10, 16
