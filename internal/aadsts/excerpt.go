package aadsts

import (
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/neutral"
)

// excerptLength bounds an excerpt, in characters.
const excerptLength = 200

// Secrets can stand beside a message in a log, or in the place of a client ID; no
// excerpt and no value repeats them.
var secretShapes = []*lazyregexp.Regexp{
	lazyregexp.New(`(?i)((?:client_?secret|client_?assertion|password|passwd|pwd|access_?token|refresh_?token|id_?token|authorization|api_?key|sig)\b["']?\s*[=:]\s*["']?(?:bearer\s+|basic\s+)?)([^\s"'&,;}]+)`),
	lazyregexp.New(`()(eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*)`),
	lazyregexp.New(`(?i)(bearer\s+)([A-Za-z0-9._~+/-]{16,}=*)`),
}

// redacted stands in the place of a secret.
const redacted = "[redacted]"

func redact(s string) string {
	for _, shape := range secretShapes {
		s = shape.ReplaceAllString(s, "${1}"+redacted)
	}
	return neutral.WithoutSecrets(s)
}

// excerpt makes a line of bounded length from a piece of text, without control
// characters and without anything that looks like a secret.
func excerpt(s string) string {
	s = redact(clip(collapse(s), 4*excerptLength))
	return clip(strings.TrimRight(s, " \"`*|,{\\"), excerptLength)
}
