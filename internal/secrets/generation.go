package secrets

import (
	"encoding/base64"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// generation is which of Entra's formats a value has. Microsoft has changed the
// format of generated secrets several times; secrets set by hand have none.
type generation string

// The generations, from facts of microsoft/security-utilities and, for the
// oldest two, of public issues.
const (
	generationEmpty    generation = "empty"
	GenerationCurrent  generation = "current"              // 40 characters with 8Q~, checksum right
	generationBroken   generation = "current-bad-checksum" // the same, checksum wrong
	GenerationPrevious generation = "previous"             // 37 characters with 7Q~, no checksum
	generationOlder34  generation = "older34"              // 34 URL-safe characters, obsolete
	generationOlder32  generation = "older32"              // 32 characters with symbols, about 2019; weakly known
	generationBase64   generation = "base64-44"            // 32 bytes in base64, before 2019
	generationGUID     generation = "guid"                 // an ID, not a secret
	generationOther    generation = "other"                // set by hand, damaged, or no secret at all
)

var (
	guidPattern    = lazyregexp.New(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	older32Pattern = lazyregexp.New(`^[0-9A-Za-z.=\-:\[_@*\]+?]{32}$`)
)

// generationOf names the format of s by its characters alone.
func generationOf(s string) generation {
	switch {
	case s == "":
		return generationEmpty
	case ValidChecksum(s):
		return GenerationCurrent
	case currentShape(s):
		return generationBroken
	case previousShape(s):
		return GenerationPrevious
	case guidPattern().MatchString(s):
		return generationGUID
	case len(s) == 34 && inAlphabet(s) && strings.ContainsAny(s, "-_.~") && mixed(s):
		return generationOlder34
	case older32Pattern().MatchString(s) && strings.ContainsAny(s, ".=-:[_@*]+?") && mixed(s):
		return generationOlder32
	case base64Shape(s):
		return generationBase64
	}
	return generationOther
}

// generated reports whether s has a format that only Entra makes, as far as its
// characters tell.
func generated(s string) bool {
	switch generationOf(s) {
	case GenerationCurrent, GenerationPrevious, generationOlder34, generationOlder32, generationBase64:
		return true
	}
	return false
}

// base64Shape reports whether s is the base64 of 32 bytes.
func base64Shape(s string) bool {
	if len(s) != 44 {
		return false
	}
	raw, err := base64.StdEncoding.DecodeString(s)
	return err == nil && len(raw) == 32
}

// mixed reports whether s has a digit and letters of both cases, as a random
// string of more than thirty characters practically always does.
func mixed(s string) bool {
	return strings.ContainsAny(s, "0123456789") &&
		strings.ToLower(s) != s && strings.ToUpper(s) != s
}

// Describe says in a sentence what the format of the value tells, and what it
// cannot tell.
func (g generation) Describe() msg.Text {
	switch g {
	case generationEmpty:
		return msg.New("there is no value at all")
	case GenerationCurrent:
		return msg.New("the value has the current format of client secrets and a correct checksum: it is intact")
	case generationBroken:
		return msg.New("the value has the current format of client secrets, but its checksum is wrong: at least one character was changed")
	case GenerationPrevious:
		return msg.New("the value has the previous format of client secrets; that format has no checksum, so a changed character cannot be detected offline")
	case generationOlder34, generationOlder32, generationBase64:
		return msg.New("the value resembles an older format of client secrets; that format has no checksum, so spcheck cannot check offline whether it is intact")
	case generationGUID:
		return msg.New("the value is a GUID; client secrets are not GUIDs, but the Secret ID shown beside each secret is")
	}
	return msg.New("the value has none of the formats that Entra creates; a secret that was set by hand has no checksum, so spcheck cannot check offline whether it is intact")
}
