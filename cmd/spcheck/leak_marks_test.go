package main

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// part is how many characters of a mark may not show; Entra itself shows three,
// the hint.
const part = 8

// marks are secrets that must not show, in no form.
type marks struct {
	parts *pieces            // eight characters of a form
	hexes *pieces            // sixteen hexadecimal digits, which are eight characters
	added map[[2]string]bool // names and secrets
}

func newMarks() *marks {
	return &marks{parts: newPieces(part), hexes: newPieces(2 * part), added: map[[2]string]bool{}}
}

// add takes a secret with all its forms: as it is, in base64 at each of the
// three ways in which its bytes can lie, for URLs too, and hexadecimal. Forms of
// URLs, JSON and HTML are undone by the search.
func (m *marks) add(name, secret string) {
	if len(secret) < shortestMark || m.added[[2]string{name, secret}] {
		return
	}
	m.added[[2]string{name, secret}] = true
	m.parts.add(name, secret)
	m.hexes.add(name+" (hex)", hex.EncodeToString([]byte(secret)))
	for shift := range 3 {
		text := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("-", shift) + secret))
		// The first and last characters depend on what is next to the secret.
		text = text[2 : len(text)-1]
		if shift == 0 {
			text = base64.RawStdEncoding.EncodeToString([]byte(secret))
		}
		m.parts.add(name+" (base64)", text)
		m.parts.add(name+" (base64)", strings.NewReplacer("+", "-", "/", "_").Replace(text))
	}
}

// forgive takes words out that a secret shares with something public.
func (m *marks) forgive(public string) { m.parts.forget(public) }

// find returns what a text betrays, each once.
func (m *marks) find(text string) []string { return find(text, m) }

// find returns what a text betrays of any of several marks.
func find(text string, of ...*marks) []string {
	var found []string
	note := func(name string) {
		if !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	for _, view := range views(text) {
		lower := strings.ToLower(view)
		for _, m := range of {
			m.parts.find(view, note)
			m.hexes.find(lower, note)
		}
	}
	return found
}

var (
	percent = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	escaped = regexp.MustCompile(`\\u[0-9A-Fa-f]{4}|\\.`)
	apart   = regexp.MustCompile(`[0-9A-Fa-f]{2}[: -]`)
)

// views are the ways to look at a text: as it is, with line breaks and other
// blanks taken out, and with the escapes of URLs, JSON and HTML undone.
func views(text string) []string {
	solid := strings.Map(func(r rune) rune {
		if r == 0 || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	all := []string{text, solid}
	for _, decode := range []func(string) string{unpercent, unescape, html.UnescapeString} {
		if d := decode(solid); d != solid {
			all = append(all, d)
		}
	}
	// Hexadecimal digits are often set apart in pairs.
	return append(all, apart.ReplaceAllStringFunc(text, func(s string) string { return s[:2] }))
}

func unpercent(s string) string {
	return percent.ReplaceAllStringFunc(s, func(p string) string {
		b, _ := strconv.ParseUint(p[1:], 16, 8)
		return string([]byte{byte(b)})
	})
}

func unescape(s string) string {
	return escaped.ReplaceAllStringFunc(s, func(e string) string {
		if strings.HasPrefix(e, `\u`) {
			n, _ := strconv.ParseUint(e[2:], 16, 16)
			return string(rune(n))
		}
		return e[1:]
	})
}

// The search itself is held first: a leak that it cannot see is none.
func TestLeakSearchSeesEveryForm(t *testing.T) {
	const secret = `kX7"~q<Zp&4%Lm/0Wd+9vR\t3`
	var quoted strings.Builder
	for _, r := range secret {
		fmt.Fprintf(&quoted, `\u%04x`, r)
	}
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	m := newMarks()
	m.add("mark", secret)
	for name, text := range map[string]string{
		"plain":            "token=" + secret + ".",
		"part":             "starts with " + secret[9:17],
		"base64":           b64(secret),
		"base64 after one": b64("x" + secret + "yz"), "base64 after two": b64("xy" + secret + "z"),
		"base64 of a form": b64("client_id=1&client_secret=" + secret + "&scope=x"),
		"base64 for URLs":  base64.RawURLEncoding.EncodeToString([]byte("??>" + secret)),
		"base64 in lines":  b64(secret)[:11] + "\r\n   " + b64(secret)[11:],
		"query":            url.QueryEscape(secret), "path": url.PathEscape(secret),
		"JSON": strconv.Quote(secret), "JSON all over": quoted.String(),
		"HTML": html.EscapeString(secret),
		"hex":  hex.EncodeToString([]byte(secret)), "hex in capitals": strings.ToUpper(hex.EncodeToString([]byte("ab" + secret))),
		"hex in pairs": strings.TrimSpace(fmt.Sprintf("% x", secret)), "UTF-16": strings.Join(strings.Split(secret, ""), "\x00"),
		"over two lines": secret[:12] + "\n      " + secret[12:],
	} {
		if len(m.find(text)) == 0 {
			t.Errorf("%s: not seen in %q", name, text)
		}
	}
	for _, text := range []string{"", "starts with kX7", secret[:7], "4d2f8f1b-c64a-4d2f-8f1b-c64a2d7e9035", strings.Repeat("-", 4096)} {
		if got := m.find(text); len(got) > 0 {
			t.Errorf("%q betrays %v, it says", text, got)
		}
	}
}
