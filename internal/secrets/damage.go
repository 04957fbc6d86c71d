package secrets

import "github.com/spcheck/spcheck/internal/msg"

// DamageKind is a way in which a value was altered, or is not a secret's value
// at all.
type DamageKind string

// The kinds of damage. The source of each is a public report of someone whose
// sign-in it broke, or the format itself.
const (
	DamageLineBreak   DamageKind = "line-break"        // at either end or within
	DamageBlank       DamageKind = "blank"             // a space, tab or no-break space at either end or within
	DamageControl     DamageKind = "control-character" // any other control character
	DamageInvisible   DamageKind = "invisible"         // byte order mark, zero-width space and the like
	DamageTypography  DamageKind = "typography"        // typographic quotation marks and dashes
	DamageNotUTF8     DamageKind = "not-utf-8"         // bytes of another encoding
	DamageUTF16       DamageKind = "utf-16"            // text in UTF-16, as Windows PowerShell writes files
	DamageWrapped     DamageKind = "wrapped"           // quotes or brackets around it
	DamagePrefix      DamageKind = "prefix"            // "client_secret=" or "Bearer " before it
	DamageSurrounded  DamageKind = "surrounded"        // an intact secret with more text around it
	DamageMasked      DamageKind = "masked"            // the masked value that a page showed
	DamagePercent     DamageKind = "percent-encoded"   // once or twice
	DamageBase64      DamageKind = "base64"            // base64 of the value
	DamageEscaped     DamageKind = "escaped"           // backslashes or HTML entities kept
	DamageChecksum    DamageKind = "checksum"          // the current format with a wrong checksum
	DamageTooShort    DamageKind = "too-short"         // the current format with characters missing
	DamageTooLong     DamageKind = "too-long"          // the current format with characters too many
	DamageLetterCase  DamageKind = "letter-case"       // all letters made small or capital
	DamageDoubled     DamageKind = "doubled"           // pasted twice
	DamageReference   DamageKind = "reference"         // "${NAME}" and the like, not resolved
	DamagePlaceholder DamageKind = "placeholder"       // an example's text
	DamageKeyID       DamageKind = "key-id"            // a GUID: probably the Secret ID
	DamageClientID    DamageKind = "client-id"         // the configured client ID
	DamageTenantID    DamageKind = "tenant-id"         // the configured tenant
	DamageNotASecret  DamageKind = "not-a-secret"      // a token, a PEM file, a path
)

// Damage is one finding about a value. It never holds a character of the value
// but those that do not belong there.
type Damage struct {
	Kind DamageKind
	// At is the 1-based character (code point) where it stands, 0 where it is
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
func whole(kind DamageKind, proof bool, text msg.Text) Damage {
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
