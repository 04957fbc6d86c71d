package neutral

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzNeutral checks that no dangerous character passes.
func FuzzNeutral(f *testing.F) {
	f.Add("plain \x1b[2J\u202e\r\nx\xff\xfe", 20)
	f.Add("\u2028\U000e0041\u3164\u0600", 1)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		for name, out := range map[string]string{"Line": Line(s), "Bound": Bound(s, 1+limit&0xff), "Block": Block(s)} {
			if !utf8.ValidString(out) {
				t.Errorf("%s: invalid text", name)
			}
			for _, r := range out {
				if Dangerous(r) && (name != "Block" || r != '\n' && r != '\t') {
					t.Errorf("%s: %U in %q", name, r, out)
				}
			}
		}
	})
}

// FuzzLink looks for links to other hosts, and for links that break out of an attribute or
// of Markdown.
func FuzzLink(f *testing.F) {
	for _, s := range []string{
		"https://learn.microsoft.com/entra?x=1#y", "https://github.com/spcheck/spcheck/blob/main/docs/scan.md",
		"https://GitHub.com/other/x", "https://github.com/spcheck/spcheck/../../other/x", "https://aka.ms:443/x", "https://a@aka.ms/x",
		"https://aka.ms/%2e%2e/x", "https://aka.ms\\@evil.example/", "javascript:alert(1)", "https://aka.ms/\"><b>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		link, ok := Link(s)
		if !ok {
			if link != "" {
				t.Errorf("%q is refused as %q", s, link)
			}
			return
		}
		u, err := url.Parse(link)
		if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" || !slices.Contains(knownHosts, strings.ToLower(u.Hostname())) {
			t.Errorf("%q leads to %v, %v", link, u, err)
		}
		if strings.EqualFold(u.Hostname(), "github.com") && u.Path != "/spcheck/spcheck" && !strings.HasPrefix(path.Clean(u.Path), "/spcheck/spcheck") {
			t.Errorf("%q leads to another repository", link)
		}
		if strings.ContainsAny(link, " <>\"'`()[]{}|\\") || strings.ContainsFunc(link, func(r rune) bool { return r < '!' || r > '~' }) {
			t.Errorf("%q needs escaping", link)
		}
		if again, ok := Link(link); !ok || again != link {
			t.Errorf("%q becomes %q", link, again)
		}
	})
}
