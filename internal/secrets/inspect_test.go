package secrets

import (
	"encoding/base64"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// good returns a made-up secret of the current format, the same every time. It
// has characters of every class.
func good() string { return directory.NewSecret(rand.NewChaCha8([32]byte{7})) }

const (
	someGUID  = "3f0c6a52-9d7e-4b18-8a40-5d1be2f7c963"
	otherGUID = "a81b7e0d-2c64-4f95-b3d2-70c9e5168f4a"
)

func previous() string { return "pQ37Q~" + "kd8Ws.fR2_ya-Lm4Xt~0bVc6NzHe1Gj" }

func TestGenerations(t *testing.T) {
	broken := []byte(good())
	broken[20] = other(broken[20])
	tests := map[string]generation{
		"":                                   generationEmpty,
		good():                               GenerationCurrent,
		string(broken):                       generationBroken,
		previous():                           GenerationPrevious,
		"aB3-" + strings.Repeat("xY7z0k", 5): generationOlder,
		"aB3=" + strings.Repeat("xY7[", 7):   generationOlder,
		base64.StdEncoding.EncodeToString([]byte("\x80\x01" + strings.Repeat("\xfe", 30))): generationOlder,
		someGUID:                           generationGUID,
		"Winter$Regen-12":                  generationOther,
		good()[:39]:                        generationOther,
		"0123456789abcdef0123456789abcdef": generationOther,
	}
	for s, want := range tests {
		if got := Inspect(NewValue(s), "", "").Generation; got != want {
			t.Errorf("%q is %s, want %s", s, got, want)
		}
		if want.Describe().IsZero() {
			t.Errorf("%s has no description", want)
		}
	}
}

// other returns another character of the alphabet.
func other(c byte) byte {
	if c == 'a' {
		return 'b'
	}
	return 'a'
}

func toUTF16(s string, bigEndian bool) string {
	out := []byte{}
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		if bigEndian {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return string(out)
}

// lose returns the secret without its i-th byte.
func lose(i int) string { return good()[:i] + good()[i+1:] }

func TestDamages(t *testing.T) {
	const hand = "Winter$Regen-12"
	percent := strings.NewReplacer("~", "%7E", "a", "%61", "Q", "%51").Replace(good())
	tests := []struct {
		name  string
		value string
		kind  damageKind
		proof bool
		says  string // in the finding's sentence or place
		first string // the first repair, "" for none
	}{
		{"line feed at the end", good() + "\n", damageLineBreak, true, "the last character is a line feed", good()},
		{"Windows line end", good() + "\r\n", damageLineBreak, true, "carriage return and a line feed", good()},
		{"line feed after one set by hand", hand + "\n", damageLineBreak, true, "line feed", hand},
		{"space at the end", good() + " ", damageBlank, true, "a space", good()},
		{"space after one set by hand", hand + " ", damageBlank, false, "a space", hand},
		{"tab at the start", "\t" + good(), damageBlank, true, "the first character is a tab", good()},
		{"no-break space", "\u00a0" + hand, damageBlank, false, "a no-break space", hand},
		{"byte order mark", "\ufeff" + hand, damageInvisible, true, "a byte order mark", hand},
		{"zero-width space", hand + "\u200b", damageInvisible, true, "a zero-width space", hand},
		{"many blanks", "  \t" + hand, damageBlank, false, "the first 3 characters", hand},
		{"only blanks", " \n ", damageBlank, true, "only of white space", ""},
		{"soft hyphen within", good()[:10] + "\u00ad" + good()[10:], damageInvisible, true, "character 11 is a soft hyphen", good()},
		{"broken over two lines", good()[:20] + "\n" + good()[20:], damageLineBreak, true, "line 2", good()},
		{"a second line", good() + "\nold: none", damageLineBreak, true, "line 2", good()},
		{"control character", "\x1b" + hand, damageControl, true, "an escape character", hand},
		{"unnamed control character", hand + "\x02", damageControl, true, "U+0002", hand},
		{"en dash", "Winter\u2013Regen\u201312", damageTypography, false, "character 7 is an en dash", ""},
		{"Latin-1", "Fr\xfchling-2031", damageNotUTF8, false, "character 3 is not UTF-8", ""},
		{"double quotation marks", `"` + good() + `"`, damageWrapped, true, "double quotation marks", good()},
		{"single quotation marks", "'" + hand + "'", damageWrapped, false, "single quotation marks", hand},
		{"typographic quotation marks", "“" + hand + "”", damageWrapped, false, "typographic", hand},
		{"braces", "{" + good() + "}", damageWrapped, true, "braces", good()},
		{"angle brackets", "<" + hand + ">", damageWrapped, false, "angle brackets", hand},
		{"square brackets", "[" + hand + "]", damageWrapped, false, "square brackets", hand},
		{"quotation marks and a line feed", `"` + hand + "\"\n", damageWrapped, false, "double quotation marks", hand},
		{"bearer", "Bearer " + good(), damagePrefix, true, "scheme", good()},
		{"setting and value", "AZURE_CLIENT_SECRET=" + hand, damagePrefix, false, "name of a setting", hand},
		{"quoted setting", "export AZURE_CLIENT_SECRET='" + hand + "'", damagePrefix, false, "name of a setting", hand},
		{"YAML", "secret: " + good(), damagePrefix, true, "name of a setting", good()},
		{"another prefix", "value8=" + good(), damageSurrounded, true, "7 characters before it and 0 after", good()},
		{"a comment behind", good() + "#new", damageSurrounded, true, "4 after", good()},
		{"portal's mask", good()[:3] + strings.Repeat("*", 20), damageMasked, true, "from character 4", ""},
		{"bullets", strings.Repeat("•", 12), damageMasked, true, "from character 1", ""},
		{"dots", good()[:3] + "..........", damageMasked, true, "from character 4", ""},
		{"percent-encoded", percent, damagePercent, true, "percent-encoded", good()},
		{"percent-encoded twice", strings.ReplaceAll(percent, "%", "%25"), damagePercent, true, "twice", good()},
		{"percent-encoded by hand", "Winter%24Regen%2D12", damagePercent, false, "percent-encoded", hand},
		{"base64", base64.StdEncoding.EncodeToString([]byte(good())), damageBase64, true, "base64", good()},
		{"base64 with line feed", base64.StdEncoding.EncodeToString([]byte(good() + "\n")), damageBase64, true, "including a line feed", good()},
		{"base64 of the previous format", base64.StdEncoding.EncodeToString([]byte(previous())), damageBase64, false, "base64", previous()},
		{"base64 by hand", base64.StdEncoding.EncodeToString([]byte(hand)), damageBase64, false, "base64", hand},
		{"base64 and a line feed after", base64.StdEncoding.EncodeToString([]byte(good())) + "\n", damageBase64, true, "base64", good()},
		{"backslashes kept", `Winter\$Regen-12`, damageEscaped, false, "backslashes", hand},
		{"HTML entity", "Winter&amp;Regen", damageEscaped, false, "HTML entities", "Winter&Regen"},
		{"UTF-16 little-endian", toUTF16(good()+"\r\n", false), damageUTF16, true, "UTF-16", good()},
		{"UTF-16 big-endian", toUTF16(hand, true), damageUTF16, true, "UTF-16", hand},
		{"UTF-16 without mark", toUTF16(hand, false)[2:], damageUTF16, true, "UTF-16", hand},
		{"first character lost", lose(0), damageTooShort, true, "the first character is missing", ""},
		{"last character lost", lose(39), damageTooShort, true, "a character is missing", ""},
		{"inner character lost", lose(17), damageTooShort, true, "a character is missing", ""},
		{"cut off", good()[:22], damageTooShort, true, "18 are missing", ""},
		{"lost and quoted", `"` + lose(39) + `"`, damageTooShort, true, "missing", ""},
		{"one inserted", good()[:20] + "zz" + good()[20:], damageTooLong, true, "42 characters", ""},
		{"one changed", good()[:39] + string(other(good()[39])), damageChecksum, true, "checksum", ""},
		{"all capitals", strings.ToUpper(good()), damageLetterCase, true, "case", ""},
		{"all small", strings.ToLower(good()), damageLetterCase, true, "case", ""},
		{"pasted twice", good() + good(), damageDoubled, true, "same 40 characters twice", good()},
		{"pasted twice by hand", hand + "\n" + hand, damageDoubled, false, "twice", hand},
		{"braced variable", "${AZURE_CLIENT_SECRET}", damageReference, false, "not resolved", ""},
		{"command substitution", "$(pass show entra)", damageReference, false, "not resolved", ""},
		{"variable", "$AZURE_CLIENT_SECRET", damageReference, false, "not resolved", ""},
		{"Windows variable", "%CLIENT_SECRET%", damageReference, false, "not resolved", ""},
		{"Key Vault reference", "@Microsoft.KeyVault(SecretUri=https://v.example/s)", damageReference, true, "App Service", ""},
		{"workflow expression", "${{ secrets.ENTRA }}", damageReference, true, "GitHub Actions", ""},
		{"template", "{{ secrets.ENTRA }}", damageReference, false, "not resolved", ""},
		{"1Password", "op://vault/item/field", damageReference, true, "1Password", ""},
		{"vault", "vault:secret/data/entra#value", damageReference, false, "not resolved", ""},
		{"placeholder", "<your-client-secret>", damagePlaceholder, false, "placeholder", ""},
		{"change me", "changeme", damagePlaceholder, false, "placeholder", ""},
		{"GUID", someGUID, DamageKeyID, false, "Secret ID", ""},
		{"quoted GUID", `"` + someGUID + `"`, DamageKeyID, false, "Secret ID", ""},
		{"token", "eyJhbGciOi.eyJpc3MiOi.c2ln", damageNotASecret, false, "token", ""},
		{"PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n", damageNotASecret, false, "PEM", ""},
		{"path", "/run/secrets/entra", damageNotASecret, false, "path", ""},
		{"far too long", strings.Repeat("longer", 1000), damageNotASecret, false, "6000 characters", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			shape := Inspect(NewValue(test.value), "", "")
			i := slices.IndexFunc(shape.Damages, func(d Damage) bool { return d.Kind == test.kind })
			if i < 0 {
				t.Fatalf("no %s among %v", test.kind, shape.Damages)
			}
			d := shape.Damages[i]
			if d.Proof != test.proof {
				t.Errorf("proof = %v, want %v", d.Proof, test.proof)
			}
			if all := d.Where.String() + ": " + d.Text.String(); !strings.Contains(all, test.says) {
				t.Errorf("%q does not say %q", all, test.says)
			}
			first := ""
			if repairs := shape.Repairs(); len(repairs) > 0 {
				first = repairs[0].Value.Reveal()
			}
			if first != test.first {
				t.Errorf("first repair %q, want %q", first, test.first)
			}
		})
	}
}

func TestHealthyValuesHaveNoDamage(t *testing.T) {
	values := []string{
		previous(), "Pa$$w0rd", "correct-horse-battery", "Frühling-2031-grün", "a(b)c[d]{e}f<g>",
		"p%ssw%rd-100%", `C0mpl\ex.Secret`, "aB3=" + strings.Repeat("xY7[", 7), "12345678",
		base64.StdEncoding.EncodeToString([]byte("\x80\x01" + strings.Repeat("\xfe", 30))),
	}
	for range 300 {
		values = append(values, directory.NewSecret(randomSource()))
	}
	for _, s := range values {
		shape := Inspect(NewValue(s), "", "")
		if len(shape.Damages) > 0 {
			t.Errorf("%q: %v", s, shape.Damages)
		}
		if n := len(shape.Repairs()); n > 0 {
			t.Errorf("%q has %d repairs", s, n)
		}
	}
}

func randomSource() *rand.ChaCha8 {
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(rand.Uint32())
	}
	return rand.NewChaCha8(seed)
}

func TestAnyChangedCharacterIsProven(t *testing.T) {
	missed := 0
	for i := range 40 {
		s := []byte(good())
		s[i] = other(s[i])
		if _, ok := Inspect(NewValue(string(s)), "", "").Proven(); !ok && (i < 3 || i > 5) {
			missed++
		}
		if _, ok := Inspect(NewValue(lose(i)), "", "").Proven(); !ok && (i < 3 || i > 5) {
			t.Errorf("the loss of character %d was not seen", i+1)
		}
	}
	if missed > 0 {
		t.Errorf("%d changes were not seen", missed)
	}
}

func TestIDsInPlaceOfTheSecret(t *testing.T) {
	tests := []struct {
		value string
		want  damageKind
	}{
		{someGUID, DamageClientID},
		{strings.ToUpper(otherGUID), DamageTenantID},
		{"{" + someGUID + "}", DamageClientID},
		{"5e6d1c90-0a7b-4c33-9f21-be48d3a60c17", DamageKeyID},
	}
	for _, test := range tests {
		if shape := Inspect(NewValue(test.value), someGUID, otherGUID); !shape.Has(test.want) {
			t.Errorf("%s: no %s among %v", test.value, test.want, shape.Damages)
		}
	}
}

func TestIsComparesWithoutWhatIsAround(t *testing.T) {
	for _, s := range []string{someGUID, strings.ToUpper(someGUID), " " + someGUID + "\n", `"` + someGUID + `"`} {
		if shape := Inspect(NewValue(s), "", ""); !shape.Is(someGUID) || shape.Is(otherGUID) || shape.Is("") {
			t.Errorf("%q is not recognised", s)
		}
	}
	if Inspect(Value{}, "", "").Is("") {
		t.Error("nothing equals nothing")
	}
}

func TestHint(t *testing.T) {
	tests := map[string]string{
		"": "", "short": "", "elevenchars": "", "twelve-chars": "twe", good(): good()[:3],
		"\nsecret-behind-a-break": "", "\xff\xfesecret-in-utf16": "", "äöüäöüäöüäöü": "äöü",
	}
	for s, want := range tests {
		if got := Inspect(NewValue(s), "", "").Hint; got != want {
			t.Errorf("hint of %q is %q, want %q", s, got, want)
		}
	}
}

func TestRepairsAreFewAndDifferent(t *testing.T) {
	shape := Inspect(NewValue(` "Bearer 'Winter%24\$Regen'" `+"\n"), "", "")
	repairs := shape.Repairs()
	if len(repairs) == 0 || len(repairs) > maxRepairs {
		t.Fatalf("%d repairs", len(repairs))
	}
	seen := map[Value]bool{}
	for _, r := range repairs {
		if seen[r.Value] || r.Value == shape.value {
			t.Errorf("a repair is offered twice, or changes nothing: %v", r.Text)
		}
		seen[r.Value] = true
	}
}

// A repair that worked tells the administrator what to leave out, so it has to
// name the damage that was there.
func TestRepairNamesWhatItUndid(t *testing.T) {
	for damaged, want := range map[string]string{
		good() + "\n":      "without the spaces, line breaks or invisible characters around it",
		"'" + good() + "'": "without the quotation marks or brackets around it",
		"Winter-Regen-24 ": "without the spaces, line breaks or invisible characters around it",
		"Winter%24Regen":   "percent-decoded",
		`Winter\$Regen`:    "without escape characters",
		base64.StdEncoding.EncodeToString([]byte(good())): "base64-decoded",
		"client_secret=" + previous():                     "without the name before it",
		"Winter-\u200bRegen-24":                           "without invisible characters and line breaks",
	} {
		repairs := Inspect(NewValue(damaged), "", "").Repairs()
		if len(repairs) == 0 || repairs[0].Text.String() != want {
			t.Errorf("%q: repairs are %v, want %q first", damaged, repairs, want)
		}
	}
}

func FuzzInspect(f *testing.F) {
	for _, s := range []string{"", good(), `"` + good() + "\"\r\n", "%25%37", "\xff\xfea\x00", "${A}", "****", previous() + previous()} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		shape := Inspect(NewValue(s), someGUID, otherGUID)
		if shape.Length > len(s) || len([]rune(shape.Hint)) > hintLength {
			t.Errorf("length %d, hint %q", shape.Length, shape.Hint)
		}
		repairs := shape.Repairs()
		if len(repairs) > maxRepairs {
			t.Errorf("%d repairs", len(repairs))
		}
		for _, r := range repairs {
			if r.Value.Reveal() == s || r.Text.IsZero() {
				t.Error("a repair changes nothing or has no name")
			}
		}
		for _, d := range shape.Damages {
			if d.Text.IsZero() || d.Where.IsZero() || d.At < 0 {
				t.Errorf("a finding without words: %v", d)
			}
		}
	})
}
