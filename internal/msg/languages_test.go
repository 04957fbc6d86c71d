package msg

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/msg/translations"
)

// Everything about a language is in one list: its name, its plurals and its fallbacks.
func TestALanguageIsOneList(t *testing.T) {
	l := newLanguages([]translations.Language{
		{Tag: "de", Entries: []translations.Entry{
			{English: "%d days", EnglishOne: "%d day", Text: "%d Tage", Forms: []translations.Form{{Category: "one", Text: "%d Tag"}}, Count: 1},
		}},
		{Tag: "pl", Entries: []translations.Entry{
			{English: "%d days", Text: "%d dnia", Forms: []translations.Form{{Category: "few", Text: "%d dni"}, {Category: "many", Text: "%d dni"}, {Category: "one", Text: "%d dzień"}}, Count: 1},
			{English: "from a data file", Text: "z pliku danych"},
			{English: "the clock is %s fast", Text: "zegar spieszy o %s"},
		}},
	})
	if want := []string{"en", "de", "pl"}; !slices.Equal(l.names, want) {
		t.Fatalf("languages %v, want %v", l.names, want)
	}
	for _, c := range []struct {
		text Text
		lang string
		want string
	}{
		{New("%d days", 1), "pl", "1 dzień"},
		{New("%d days", 3), "pl", "3 dni"},
		{New("%d days", uint8(12)), "pl", "12 dni"},
		{New("%d days", 20_000_001), "pl", "20000001 dni"},
		{New("%d days", -1), "en", "-1 day"},
		{New("the clock is %s fast", 72*time.Hour), "pl", "zegar spieszy o 3 dni"},
		{New("the clock is %s fast", 72*time.Hour), "de", "the clock is 3 Tage fast"},
		{New("%d days", 1), "en", "1 day"},
		{New("%d days", 1), "xx", "1 day"},
		{Both("from a data file", "aus einer Datei"), "de", "aus einer Datei"},
		{Both("from a data file", "aus einer Datei"), "pl", "z pliku danych"},
		{Both("from a data file", "aus einer Datei"), "en", "from a data file"},
	} {
		if got := c.text.by(l.printer(c.lang)); got != c.want {
			t.Errorf("%s of %q = %q, want %q", c.lang, c.text.Key(), got, c.want)
		}
	}
	none := func(string) (string, bool) { return "", false }
	if got, err := l.choose("PL", none); got != "pl" || err != nil {
		t.Errorf("--lang PL gives %q, %v", got, err)
	}
	if got, _ := l.choose("", func(n string) (string, bool) { return "pl_PL.UTF-8", n == "LANG" }); got != "pl" {
		t.Errorf("a Polish locale gives %q", got)
	}
	if _, err := l.choose("sv", none); err == nil || !strings.Contains(err.Error(), "en, de, pl") {
		t.Errorf("--lang sv: %v", err)
	}
}

func TestDurationsAreWorded(t *testing.T) {
	for d, want := range map[time.Duration][2]string{
		0:                                   {"0 seconds", "0 Sekunden"},
		300 * time.Microsecond:              {"less than 1 ms", "weniger als 1 ms"},
		320 * time.Millisecond:              {"320 ms", "320 ms"},
		time.Second:                         {"1 second", "1 Sekunde"},
		1500 * time.Millisecond:             {"1.5 seconds", "1,5 Sekunden"},
		59800 * time.Millisecond:            {"1 minute", "1 Minute"},
		2 * time.Minute:                     {"2 minutes", "2 Minuten"},
		65*time.Minute + 2*time.Millisecond: {"1 hour 5 minutes", "1 Stunde 5 Minuten"},
		-90 * time.Second:                   {"-1 minute 30 seconds", "-1 Minute 30 Sekunden"},
		47*time.Hour + 59*time.Minute:       {"47 hours 59 minutes", "47 Stunden 59 Minuten"},
		180 * 24 * time.Hour:                {"180 days", "180 Tage"},
	} {
		t.Run(d.String(), func(t *testing.T) {
			text := New("%s", d)
			if en, de := text.In("en"), text.In("de"); en != want[0] || de != want[1] {
				t.Errorf("%q and %q, want %q", en, de, want)
			}
		})
	}
}

// worded is an error with a translated message.
type worded struct{ error }

func (worded) Text() Text { return New("%d minutes", 2) }

// The message of a wrapped error is found, also in an argument.
func TestErrorsAreWorded(t *testing.T) {
	inner := worded{errors.New("not to be seen")}
	for _, text := range []Text{Of(inner), Of(errors.Join(errors.New("outer"), inner)), New("%s", inner), New("%v", error(inner))} {
		if got := text.In("de"); got != "2 Minuten" {
			t.Errorf("%q", got)
		}
	}
	if got := Of(errors.New("plain")).In("de"); got != "plain" {
		t.Errorf("%q", got)
	}
	if !Of(nil).IsZero() {
		t.Error("no error has words")
	}
}

func TestLastStepBeforePrinting(t *testing.T) {
	hide := func(s string) string { return strings.ReplaceAll(s, "2", "*") }
	text := New("%s", Join([]Text{New("%d minutes", 2), Literal("x2")}, ", ")).Through(hide).Through(strings.ToUpper)
	if got := text.In("de"); got != "* MINUTEN, X*" {
		t.Errorf("%q", got)
	}
}
