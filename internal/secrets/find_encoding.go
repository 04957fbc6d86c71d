package secrets

import (
	"encoding/base64"
	"html"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	utf16 "golang.org/x/text/encoding/unicode"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

var (
	percentPattern = lazyregexp.New(`%[0-9A-Fa-f]{2}`)
	entityPattern  = lazyregexp.New(`&(?:amp|lt|gt|quot|apos|#\d{1,5}|#[xX][0-9A-Fa-f]{1,4});`)
	escapePattern  = lazyregexp.New(`\\([$"'\\&!#;(){}<>|*?~^\x60 ])`)
)

// shortestPlausible is the minimum length of a text that counts as a secret set by
// hand.
const shortestPlausible = 8

// plausible reports whether s may be a secret: it has a known format, or it is
// printable, has no blanks and is long enough.
func plausible(s string) bool {
	if len(s) < shortestPlausible || len(s) > maxInspected || !utf8.ValidString(s) {
		return false
	}
	if guidPattern().MatchString(s) || maskPattern().MatchString(s) || referenced(s) {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		_, _, odd := stray(r)
		return odd || r == utf8.RuneError || !unicode.IsPrint(r)
	}) < 0
}

// printable reports whether every byte of s is visible ASCII.
func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// percentDecode decodes percent-encoding up to twice, and returns how often it did.
func percentDecode(s string) (decoded string, times int) {
	const most = 2
	for times < most && percentPattern().MatchString(s) {
		next, err := url.PathUnescape(s)
		if err != nil {
			break
		}
		s, times = next, times+1
	}
	return s, times
}

// base64Decode returns the plausible secret in base64 text, and whether a line break
// was encoded with it.
func base64Decode(s string) (decoded string, lineBreak, ok bool) {
	if len(s) < base64.StdEncoding.EncodedLen(shortestPlausible) {
		return "", false, false
	}
	for _, e := range []*base64.Encoding{
		base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding,
	} {
		raw, err := e.Strict().DecodeString(s)
		if err != nil {
			continue
		}
		text := trim(string(raw))
		if plausible(text) && printable(text) {
			return text, strings.HasSuffix(string(raw), "\n"), true
		}
	}
	return "", false, false
}

// unescape removes backslashes before punctuation, and decodes HTML entities.
func unescape(s string) string {
	return escapePattern().ReplaceAllString(html.UnescapeString(s), "$1")
}

// utf16Decode decodes s if it is UTF-16: with a byte order mark, or with every second
// byte zero.
func utf16Decode(s string) (string, bool) {
	order := utf16.LittleEndian
	switch {
	case strings.HasPrefix(s, "\xff\xfe"), zeroEverySecond(s, 1):
	case strings.HasPrefix(s, "\xfe\xff"), zeroEverySecond(s, 0):
		order = utf16.BigEndian
	default:
		return "", false
	}
	text, err := utf16.UTF16(order, utf16.UseBOM).NewDecoder().String(s[:len(s)&^1])
	return text, err == nil
}

func zeroEverySecond(s string, from int) bool {
	const enough = 8
	for i := from; i < len(s); i += 2 {
		if s[i] != 0 {
			return false
		}
	}
	return len(s) >= enough && strings.Trim(s, "\x00") != ""
}

// findUTF16 looks for a value in UTF-16.
func findUTF16(x *subject) []Damage {
	if _, ok := utf16Decode(x.s); !ok {
		return nil
	}
	return whole(damageUTF16, true, msg.New(
		"the value is UTF-16 text, as Windows PowerShell's > and Out-File write it; a product that reads bytes sends them as they are"))
}

// findEncoding looks for percent-encoding, base64, escapes and HTML entities.
func findEncoding(x *subject) []Damage {
	var found []Damage
	add := func(kind damageKind, decoded string, text msg.Text) {
		found = append(found, whole(kind, ValidChecksum(peel(decoded)), text)...)
	}
	if decoded, times := percentDecode(x.peeled); times > 0 && plausible(trim(decoded)) {
		text := msg.New("the value is percent-encoded, as in a web address or a form's body")
		if times > 1 {
			text = msg.New("the value is percent-encoded twice")
		}
		add(damagePercent, decoded, text)
	}
	if decoded, lineBreak, ok := base64Decode(x.peeled); ok && !generated(x.peeled) {
		text := msg.New("the value is the base64 encoding of something that looks like a secret")
		if lineBreak {
			text = msg.New("the value is the base64 encoding of something that looks like a secret, including a line feed at its end")
		}
		add(damageBase64, decoded, text)
	}
	if decoded := unescape(x.peeled); decoded != x.peeled && plausible(decoded) {
		text := msg.New("the value has backslashes before punctuation, as a shell or a JSON file needs; here they are part of the secret")
		if entityPattern().MatchString(x.peeled) {
			text = msg.New("the value contains HTML entities such as &amp; instead of characters")
		}
		add(damageEscaped, decoded, text)
	}
	return found
}
