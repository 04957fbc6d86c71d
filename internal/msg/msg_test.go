package msg

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/msg/translations"
)

func TestSentencesInBothLanguages(t *testing.T) {
	list := translations.Language{Tag: "de", Entries: []translations.Entry{
		{English: "%d of %d keys", EnglishOne: "%d of %d key", Text: "%d von %d Schlüsseln", Forms: []translations.Form{{Category: "one", Text: "%d von %d Schlüssel"}}, Count: 2},
		{English: "%s has %d keys", EnglishOne: "%s has %d key", Text: "%s hat %d Schlüssel", Count: 2},
		{English: "%s needs ${X} here", Text: "Hier braucht %s ${X}"},
		{English: "%s on %s", Text: "auf %[2]s: %[1]s"},
		{English: "100% of it", Text: "100 % davon"},
		{English: "Yes", Text: "Ja"},
		{English: "expires in %d days", EnglishOne: "expires in %d day", Text: "endet in %d Tagen", Forms: []translations.Form{{Category: "one", Text: "endet in %d Tag"}}, Count: 1},
		{English: "port %d", Text: "Port %d"},
		{English: "unset ${X}", Text: "${X} nicht gesetzt"},
	}}
	english, german := newPrinter(English, list), newPrinter("de", list)
	at := time.Date(2026, 3, 1, 13, 0, 0, 0, time.FixedZone("", 3600))
	for _, c := range []struct {
		text    Text
		en, gmn string
	}{
		{New("Yes"), "Yes", "Ja"},
		{New("100% of it"), "100% of it", "100 % davon"},
		{FromData("100% of it"), "100% of it", "100 % davon"},
		{New("%s needs ${X} here", "a%db"), "a%db needs ${X} here", "Hier braucht a%db ${X}"},
		{New("unset ${X}"), "unset ${X}", "${X} nicht gesetzt"},
		{New("%s on %s", New("Yes"), at), "Yes on 2026-03-01 12:00 UTC", "auf 2026-03-01 12:00 UTC: Ja"},
		{New("expires in %d days", 1), "expires in 1 day", "endet in 1 Tag"},
		{New("expires in %d days", 0), "expires in 0 days", "endet in 0 Tagen"},
		{New("expires in %d days", 36500), "expires in 36500 days", "endet in 36500 Tagen"},
		{New("%s has %d keys", "a", 1), "a has 1 key", "a hat 1 Schlüssel"},
		{New("%d of %d keys", 1, 2), "1 of 2 keys", "1 von 2 Schlüsseln"},
		{New("%d of %d keys", 0, 1), "0 of 1 key", "0 von 1 Schlüssel"},
		{New("port %d", 8443), "port 8443", "Port 8443"},
		{Literal("50% ${off} %s"), "50% ${off} %s", "50% ${off} %s"},
		{New("untranslated %s", errors.New("why")), "untranslated why", "untranslated why"},
		{Text{}, "", ""},
	} {
		if got := c.text.by(english); got != c.en {
			t.Errorf("English of %q = %q, want %q", c.text.Key(), got, c.en)
		}
		if got := c.text.by(german); got != c.gmn {
			t.Errorf("German of %q = %q, want %q", c.text.Key(), got, c.gmn)
		}
	}
}

func TestJSONIsEnglishAndReadsBack(t *testing.T) {
	data, err := json.Marshal(New("a <b> & %s", "c"))
	if err != nil || !strings.Contains(string(data), "a ") {
		t.Fatalf("%s, %v", data, err)
	}
	var back Text
	if err := json.Unmarshal(data, &back); err != nil || back.String() != "a <b> & c" {
		t.Errorf("read back %q, %v", back, err)
	}
	if data, _ := json.Marshal(Text{}); string(data) != "null" {
		t.Errorf("an empty sentence marshals as %s", data)
	}
	if err := json.Unmarshal([]byte("null"), &back); err != nil || !back.IsZero() {
		t.Errorf("null reads back as %q, %v", back, err)
	}
}

func TestPrintersAreSafeTogether(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := range 50 {
				if got := New("%d and %s", n*1000, "x").In("de"); !strings.HasSuffix(got, " and x") {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	wg.Wait()
}

func TestWhatCountsHasASingularInEnglish(t *testing.T) {
	singular := map[string]bool{}
	for _, list := range translations.All {
		for _, e := range list.Entries {
			singular[e.English] = singular[e.English] || e.EnglishOne != ""
		}
	}
	for _, list := range translations.All {
		for _, e := range list.Entries {
			if len(e.Forms) > 0 && !singular[e.English] {
				t.Errorf("%s: %q counts, and has no en-one in any language", list.Tag, e.English)
			}
		}
	}
}

// Both printers use the compiled translations, English for the singulars.
func TestPrintersUseTheTranslations(t *testing.T) {
	one, many := New("in %d days", 1), New("in %d days", 2)
	for _, c := range []struct{ lang, one, many string }{
		{English, "in 1 day", "in 2 days"},
		{"de", "in 1 Tag", "in 2 Tagen"},
		{"", "in 1 day", "in 2 days"},
	} {
		if a, b := one.In(c.lang), many.In(c.lang); a != c.one || b != c.many {
			t.Errorf("%q: %q and %q", c.lang, a, b)
		}
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		flag string
		env  map[string]string
		want string
	}{
		{"", nil, "en"},
		{"de", map[string]string{"LC_ALL": "en_US.UTF-8"}, "de"},
		{"DE", nil, "de"},
		{"en", map[string]string{"LANG": "de_DE.UTF-8"}, "en"},
		{"", map[string]string{"LANG": "de_DE.UTF-8"}, "de"},
		{"", map[string]string{"LANG": "de_AT@euro"}, "de"},
		{"", map[string]string{"LANG": "de"}, "de"},
		{"", map[string]string{"LANG": "C.UTF-8"}, "en"},
		{"", map[string]string{"LANG": "POSIX"}, "en"},
		{"", map[string]string{"LANG": "qaa_QM.UTF-8"}, "en"},
		{"", map[string]string{"LANG": "not a locale \x00"}, "en"},
		{"", map[string]string{"LC_ALL": "C", "LC_MESSAGES": "de_DE", "LANG": "de_DE"}, "en"},
		{"", map[string]string{"LC_ALL": "", "LC_MESSAGES": "de_CH.UTF-8", "LANG": "en_US"}, "de"},
	} {
		got, err := Language(c.flag, func(n string) (string, bool) { v, ok := c.env[n]; return v, ok })
		if err != nil || got != c.want {
			t.Errorf("Language(%q, %v) = %q, %v; want %q", c.flag, c.env, got, err, c.want)
		}
	}
	if _, err := Language("qaa", func(string) (string, bool) { return "", false }); err == nil {
		t.Error("a language that nobody has was taken")
	}
}

func TestBothLanguagesOfADataFile(t *testing.T) {
	both := Both("100 % of it", "alles, 100 %")
	for lang, want := range map[string]string{English: "100 % of it", "de": "alles, 100 %"} {
		if got := New("%s", both).In(lang); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

func TestJoinedSentencesEnd(t *testing.T) {
	if got := JoinSentences([]Text{Literal("it is the last one"), Literal("Nobody uses it.")}).String(); got != "it is the last one. Nobody uses it." {
		t.Error(got)
	}
}
