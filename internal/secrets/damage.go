package secrets

import "github.com/spcheck/spcheck/internal/msg"

// damageKind is a way in which a value was altered, or is not a secret's value
// at all.
type damageKind string

// The kinds of damage. The source of each is a public report of someone whose
// sign-in it broke, or the format itself.
const (
	damageLineBreak   damageKind = "line-break"        // at either end or within
	damageBlank       damageKind = "blank"             // a space, tab or no-break space at either end or within
	damageControl     damageKind = "control-character" // any other control character
	damageInvisible   damageKind = "invisible"         // byte order mark, zero-width space and the like
	damageTypography  damageKind = "typography"        // typographic quotation marks and dashes
	damageNotUTF8     damageKind = "not-utf-8"         // bytes of another encoding
	damageUTF16       damageKind = "utf-16"            // text in UTF-16, as Windows PowerShell writes files
	damageWrapped     damageKind = "wrapped"           // quotes or brackets around it
	damagePrefix      damageKind = "prefix"            // "client_secret=" or "Bearer " before it
	damageSurrounded  damageKind = "surrounded"        // an intact secret with more text around it
	damageMasked      damageKind = "masked"            // the masked value that a page showed
	damagePercent     damageKind = "percent-encoded"   // once or twice
	damageBase64      damageKind = "base64"            // base64 of the value
	damageEscaped     damageKind = "escaped"           // backslashes or HTML entities kept
	damageChecksum    damageKind = "checksum"          // the current format with a wrong checksum
	damageTooShort    damageKind = "too-short"         // the current format with characters missing
	damageTooLong     damageKind = "too-long"          // the current format with characters too many
	damageLetterCase  damageKind = "letter-case"       // all letters made small or capital
	damageDoubled     damageKind = "doubled"           // pasted twice
	damageReference   damageKind = "reference"         // "${NAME}" and the like, not resolved
	damagePlaceholder damageKind = "placeholder"       // an example's text
	DamageKeyID       damageKind = "key-id"            // a GUID: probably the Secret ID
	DamageClientID    damageKind = "client-id"         // the configured client ID
	DamageTenantID    damageKind = "tenant-id"         // the configured tenant
	damageNotASecret  damageKind = "not-a-secret"      // a token, a PEM file, a path
)

// Damage is one finding about a value. It never holds a character of the value
// but those that do not belong there.
type Damage struct {
	Kind damageKind
	// At is the 1-based character (code point) where it is, 0 where it is
	// about the value as a whole.
	At int
	// Where says the same for people: "last character", "line 2".
	Where msg.Text
	// Text is a sentence that names what was found.
	Text msg.Text
	// Proof tells that the finding alone proves the value to be altered on its
	// way. Otherwise it is a suspicion: a secret set by hand may be like that, or
	// the value is intact but something else than a secret.
	Proof bool
}

// whole is a Damage about the value as such.
func whole(kind damageKind, proof bool, text msg.Text) Damage {
	return Damage{Kind: kind, Where: msg.New("the whole value"), Text: text, Proof: proof}
}

// wherever words a position for people, given the number of characters.
func wherever(at, of int) msg.Text {
	switch at {
	case 1:
		return msg.New("first character")
	case of:
		return msg.New("last character")
	}
	return msg.New("character %d", at)
}
