package secrets

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/msg"
)

// characterNames names characters that get into a value by accident. Letters and digits
// are left out, because naming one would reveal part of the secret.
var characterNames = map[rune]struct {
	kind damageKind
	name msg.Text
}{
	'\n':     {damageLineBreak, msg.New("a line feed")},
	'\r':     {damageLineBreak, msg.New("a carriage return")},
	'\u0085': {damageLineBreak, msg.New("a next-line character")},
	'\u2028': {damageLineBreak, msg.New("a line separator")},
	' ':      {damageBlank, msg.New("a space")},
	'\t':     {damageBlank, msg.New("a tab")},
	'\u00a0': {damageBlank, msg.New("a no-break space")},
	'\u202f': {damageBlank, msg.New("a narrow no-break space")},
	'\u3000': {damageBlank, msg.New("an ideographic space")},
	'\x00':   {damageControl, msg.New("a zero byte")},
	'\x1a':   {damageControl, msg.New("an end-of-file character (Ctrl+Z)")},
	'\x1b':   {damageControl, msg.New("an escape character")},
	'\x7f':   {damageControl, msg.New("a delete character")},
	'\ufeff': {damageInvisible, msg.New("a byte order mark")},
	'\u200b': {damageInvisible, msg.New("a zero-width space")},
	'\u200c': {damageInvisible, msg.New("a zero-width non-joiner")},
	'\u200d': {damageInvisible, msg.New("a zero-width joiner")},
	'\u2060': {damageInvisible, msg.New("a word joiner")},
	'\u00ad': {damageInvisible, msg.New("a soft hyphen")},
	'\u200e': {damageInvisible, msg.New("a left-to-right mark")},
	'\u200f': {damageInvisible, msg.New("a right-to-left mark")},
	'\u201c': {damageTypography, msg.New("a typographic opening quotation mark")},
	'\u201d': {damageTypography, msg.New("a typographic closing quotation mark")},
	'\u201e': {damageTypography, msg.New("a typographic low quotation mark")},
	'\u2018': {damageTypography, msg.New("a typographic opening single quotation mark")},
	'\u2019': {damageTypography, msg.New("a typographic apostrophe")},
	'\u2010': {damageTypography, msg.New("a typographic hyphen")},
	'\u2011': {damageTypography, msg.New("a no-break hyphen")},
	'\u2013': {damageTypography, msg.New("an en dash")},
	'\u2014': {damageTypography, msg.New("an em dash")},
	'\u2026': {damageTypography, msg.New("an ellipsis")},
	'\u223c': {damageTypography, msg.New("a tilde operator (not the tilde of the keyboard)")},
	'\u02dc': {damageTypography, msg.New("a small tilde (not the tilde of the keyboard)")},
}

// stray returns the name of r if r does not belong in a secret. It ignores the
// replacement character, which stands for invalid UTF-8 and is checked elsewhere.
func stray(r rune) (damageKind, msg.Text, bool) {
	if c, ok := characterNames[r]; ok {
		return c.kind, c.name, true
	}
	code := msg.New("the character U+%s", fmt.Sprintf("%04X", r))
	switch {
	case unicode.IsControl(r):
		return damageControl, code, true
	case unicode.Is(unicode.Cf, r):
		return damageInvisible, code, true
	case unicode.IsSpace(r):
		return damageBlank, code, true
	}
	return "", msg.Text{}, false
}

// neverTyped reports whether a character of this kind can never be intended in a
// secret, not even in one that was set by hand.
func neverTyped(kind damageKind) bool {
	return kind == damageLineBreak || kind == damageControl || kind == damageInvisible
}

// onEdge reports whether r is trimmed from the ends of a value.
func onEdge(r rune) bool {
	kind, _, ok := stray(r)
	return ok && kind != damageTypography
}

// invalidAt returns the 1-based position of the first character that is not valid
// UTF-8, or 0.
func invalidAt(s string) int {
	for at := 1; s != ""; at++ {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			return at
		}
		s = s[size:]
	}
	return 0
}
