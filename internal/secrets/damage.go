package secrets

import "github.com/spcheck/spcheck/internal/msg"

// damageKind is a way in which a value was altered, or a reason why it is not a secret
// at all.
type damageKind string

// The kinds of damage. Each comes from a public report of a sign-in that it broke, or
// from the format itself.
const (
	damageLineBreak   damageKind = "line-break"        // at either end or inside
	damageBlank       damageKind = "blank"             // a space, tab or no-break space at either end or inside
	damageControl     damageKind = "control-character" // any other control character
	damageInvisible   damageKind = "invisible"         // byte order mark, zero-width space and the like
	damageTypography  damageKind = "typography"        // typographic quotation marks and dashes
	damageNotUTF8     damageKind = "not-utf-8"         // bytes of another encoding
	damageUTF16       damageKind = "utf-16"            // UTF-16, as Windows PowerShell writes files
	damageWrapped     damageKind = "wrapped"           // quotes or brackets around it
	damagePrefix      damageKind = "prefix"            // "client_secret=" or "Bearer " before it
	damageSurrounded  damageKind = "surrounded"        // an intact secret with more text around it
	damageMasked      damageKind = "masked"            // the masked value from a page
	damagePercent     damageKind = "percent-encoded"   // once or twice
	damageBase64      damageKind = "base64"            // base64 of the value
	damageEscaped     damageKind = "escaped"           // backslashes or HTML entities kept
	damageChecksum    damageKind = "checksum"          // the current format with a wrong checksum
	damageTooShort    damageKind = "too-short"         // the current format with characters missing
	damageTooLong     damageKind = "too-long"          // the current format with too many characters
	damageLetterCase  damageKind = "letter-case"       // all letters changed to lower or upper case
	damageDoubled     damageKind = "doubled"           // pasted twice
	damageReference   damageKind = "reference"         // "${NAME}" and the like, not resolved
	damagePlaceholder damageKind = "placeholder"       // text from an example
	DamageKeyID       damageKind = "key-id"            // a GUID: probably the Secret ID
	DamageClientID    damageKind = "client-id"         // the configured client ID
	DamageTenantID    damageKind = "tenant-id"         // the configured tenant
	damageNotASecret  damageKind = "not-a-secret"      // a token, a PEM file, a path
)

// Damage is one finding about a value. It contains no characters of the value except
// those that do not belong in it.
type Damage struct {
	Kind damageKind
	// At is the 1-based position in characters (code points), or 0 if the finding is
	// about the whole value.
	At int
	// Where is the position in words: "last character", "line 2".
	Where msg.Text
	// Text is a sentence that says what was found.
	Text msg.Text
	// Proof means that the finding alone proves that the value was altered. Otherwise
	// it is only a suspicion: a secret set by hand may look like this, or the value is
	// intact but not a secret.
	Proof bool
}

// whole returns one Damage about the whole value.
func whole(kind damageKind, proof bool, text msg.Text) []Damage {
	return []Damage{{Kind: kind, Where: msg.New("the whole value"), Text: text, Proof: proof}}
}

// wherever puts a position into words, given the number of characters.
func wherever(at, of int) msg.Text {
	switch at {
	case 1:
		return msg.New("first character")
	case of:
		return msg.New("last character")
	}
	return msg.New("character %d", at)
}
