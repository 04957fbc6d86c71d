package aadsts

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// pattern is one wording of a phrase: the squashed pieces between the wildcards. The text is
// searched for the anchor, the rarest stretch of the longest piece. The tools compute all
// of it, so that no run has to.
type pattern struct {
	Pieces []string
	Breaks [][]int // where words begin inside a piece; they must be separate in the text too
	Main   int     // the piece with the anchor
	Skip   int     // where the anchor begins in it
	Stop   int     // where it ends
	Begins bool    // the first piece begins a word
	Ends   bool    // the last piece ends one
	Word   bool    // a single word, which must not contain punctuation
	Name   bool    // a name with underscores, for which blanks do not stand
}

// maxGap bounds the text that a wildcard matches, in letters and digits.
const maxGap = 220

// weight returns the length of the wording. If two wordings match, the longer one is more
// specific.
func (pat *pattern) weight() int { return len(strings.Join(pat.Pieces, "")) }

// newPattern reads a wording such as "The client * does not have authorization".
func newPattern(wording string) pattern {
	var pat pattern
	first, _ := utf8.DecodeRuneInString(wording)
	last, _ := utf8.DecodeLastRuneInString(wording)
	// Squashed text has no letters such as é, so a word may end before one.
	pat.Begins, pat.Ends = first != '*' && first < utf8.RuneSelf, last != '*' && last < utf8.RuneSelf
	pat.Word = len(squashString(wording)) == len(strings.Trim(wording, "*"))
	pat.Name = strings.Contains(strings.Trim(wording, "*_"), "_") && !strings.ContainsAny(strings.Trim(wording, "*"), " *")
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

// squashWords squashes a piece of a wording. It returns where words begin in it, and which
// letters follow a sign that encoders replace.
func squashWords(piece string) (letters string, words, signs []int) {
	s := squash([]byte(piece))
	next := 0 // the letter that comes next
	parted, sign := false, false
	for i, r := range piece {
		parted = parted || !isAlphanumeric(r)
		sign = sign || strings.ContainsRune("'\"<>&=()[]{}|\\/#+", r)
		if next == len(s.at) || int(s.at[next]) != i {
			continue // squash drops it
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

func (pat *pattern) anchor() string { return pat.Pieces[pat.Main][pat.Skip:pat.Stop] }

// find matches the whole wording around its anchor, which is at a place of the squashed
// text, and returns its bounds.
func (pat *pattern) find(s squashed, at int) (from, to int, ok bool) {
	text := s.text
	piece := pat.Pieces[pat.Main]
	from = at - pat.Skip
	if from < 0 || !bytes.HasPrefix(text[from:], []byte(piece)) || !s.separates(from, pat.Breaks[pat.Main]) {
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

// separates reports whether the text has something before the letter at each of these
// places, counted from a place of the squashed text.
func (s squashed) separates(from int, places []int) bool {
	return !slices.ContainsFunc(places, func(n int) bool { return s.at[from+n]-s.at[from+n-1] < 2 })
}

// common are stretches that occur in many lines of logs.
var common = []string{
	"error", "failed", "token", "access", "https", "login", "microsoft", "online", "client", "request", "server", "connection",
	"message", "exception", "authenti", "timestamp", "applic", "system", "the", "ation", "service", "certificate", "secret",
	"credential", "configuration", "principal", "established", "process", "services", "invalid", "azure", "resource", "permission", "user", "unable", "cannot", "could", "with", "this", "that",
}

// often is the approximate frequency of letters in English, in per mille.
var often = [256]int{
	'e': 120, 't': 90, 'a': 80, 'o': 75, 'i': 70, 'n': 68, 's': 63, 'r': 60, 'h': 40, 'd': 42, 'l': 40, 'c': 30, 'u': 28, 'm': 25,
	'w': 20, 'f': 22, 'g': 20, 'y': 18, 'p': 20, 'b': 15, 'v': 10, 'k': 8, 'x': 3, 'q': 2, 'j': 2, 'z': 2,
}

// rarest returns the bounds of the stretch of a piece that occurs least often in other
// text. It contains a sign only if it must.
func rarest(piece string, signs []int) (from, to int) {
	cost := make([]int, len(piece)) // of each letter
	for i := range cost {
		cost[i] = often[piece[i]]
	}
	for _, c := range common {
		for at := range piece {
			if strings.HasPrefix(piece[at:], c) {
				for i := range c {
					cost[at+i] += 100
				}
			}
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
	// The longer the stretch, the fewer other words contain it.
	for from > 0 && to-from < maxAnchor && !slices.Contains(signs, from) {
		from--
	}
	return from, to
}

// The length of an anchor. Short stretches occur in many words; a wording may be shorter,
// though. Beyond the maximum, comparing is left to find.
const leastAnchor, maxAnchor = 10, 16
