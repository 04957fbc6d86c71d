package neutral

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/redact"
)

func TestLineShowsWhatWouldActOrHide(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain text and umlauts stay", "Müller & Söhne 邮件 ✉", "Müller & Söhne 邮件 ✉"},
		{"terminal colour", "\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"C1 control sequence introducer", "a\u009b2Jb", `a\u{9b}2Jb`},
		{"title of the window, ended by BEL", "\x1b]0;x\a", `\x1b]0;x\x07`},
		{"line breaks and tabs", "a\r\nb\tc", `a\r\nb\tc`},
		{"delete", "a\x7fb", `a\x7fb`},
		{"right-to-left override", "txt.\u202eexe", `txt.\u{202e}exe`},
		{"isolates and marks", "\u2066a\u2069\u200f\u061c", `\u{2066}a\u{2069}\u{200f}\u{61c}`},
		{"zero width", "a\u200b\u200d\ufeffb", `a\u{200b}\u{200d}\u{feff}b`},
		{"line and paragraph separators", "a\u2028b\u2029c", `a\u{2028}b\u{2029}c`},
		{"soft hyphen, filler, tag", "\u00ad\u3164\U000e0041", `\u{ad}\u{3164}\u{e0041}`},
		{"invalid UTF-8", "a\xff\xc3b", "a\ufffd\ufffdb"},
		{"a path is left alone", `C:\new\x`, `C:\new\x`},
	} {
		if got := Line(c.in); got != c.want {
			t.Errorf("%s: Line(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestNothingDangerousIsLeft(t *testing.T) {
	var all strings.Builder
	for r := rune(0); r <= 0x10ffff; r += 1 + r/0x4000 {
		all.Reset()
		all.WriteRune(r)
		for _, out := range []string{
			Line(all.String()), Block(all.String()), Label(all.String()),
		} {
			for _, o := range out {
				if Dangerous(o) && o != '\n' && o != '\t' {
					t.Fatalf("U+%04X came through as %q", r, out)
				}
			}
		}
	}
}

func TestLengthIsBounded(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	if got := Line(long); utf8.RuneCountInString(got) != maxLine || !strings.HasSuffix(got, "x…") {
		t.Errorf("Line kept %d characters ending in %q", utf8.RuneCountInString(got), got[len(got)-8:])
	}
	if got := Bound("abcdef", 6); got != "abcdef" {
		t.Errorf("what fits exactly was cut: %q", got)
	}
	if got := Bound("abcdef", 5); got != "abcd…" {
		t.Errorf("Bound(5) = %q", got)
	}
	if got := Bound("ab\xff", 3); got != "ab\ufffd" {
		t.Errorf("an invalid last byte that fits was cut: %q", got)
	}
}

func TestBlockKeepsLines(t *testing.T) {
	if got, want := Block("a\r\nb\tc\rd\x1b"), "a\nb\tc\\rd\\x1b"; got != want {
		t.Errorf("Block = %q, want %q", got, want)
	}
}

func TestLink(t *testing.T) {
	for in, ok := range map[string]bool{
		"https://learn.microsoft.com/entra/identity-platform/": true,
		"https://aka.ms/x":                                                           true,
		"https://portal.azure.us/#view/a/b":                                          true,
		"https://github.com/spcheck/spcheck/issues":                                  true,
		"https://github.com/spcheck/spcheck-evil":                                    false,
		"https://github.com/mallory/x":                                               false,
		"https://GitHub.com/mallory/x":                                               false,
		"https://github.com/spcheck/spcheck/%2e%2e/%2e%2e/mallory/x":                 false,
		"https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=x": false,
		"http://learn.microsoft.com/":                                                false,
		"https://learn.microsoft.com@evil.example/":                                  false,
		"https://learn.microsoft.com.evil.example/":                                  false,
		"https://learn.microsoft.com:8443/":                                          false,
		"https://evil.example/":                                                      false,
		"javascript:alert(1)":                                                        false,
		"//learn.microsoft.com/":                                                     false,
		"https://aka.ms/x)](":                                                        false,
		"https://aka.ms/a\nb":                                                        false,
		"":                                                                           false,
	} {
		if got, is := Link(in); is != ok {
			t.Errorf("Link(%q) = %q, %v", in, got, is)
		}
	}
}

// Metrics are compressed, so a Writer cannot find a secret in them.
func TestLabelsHideWhatIsKnownToBeSecret(t *testing.T) {
	const secret = "hh38Q~Zt4mN_0vB.pR2kL-yW9sH3dF6gJ1cX5aTe"
	redact.Hide(secret)
	if got := Label("app " + secret); strings.Contains(got, secret[8:20]) {
		t.Errorf("a label shows it: %d characters", len(got))
	}
}
