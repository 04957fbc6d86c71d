package neutral

import (
	"testing"
	"unicode/utf8"
)

// FuzzNeutral holds that nothing dangerous comes through, whatever it is made of.
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
