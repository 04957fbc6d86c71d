package origin

import "testing"

// A saved report can be rendered in another language.
func TestAnOriginSurvivesBeingSaved(t *testing.T) {
	for _, o := range []struct {
		origin   Origin
		de, text string
	}{
		{Origin{Place: Environment, Name: "AZURE_CLIENT_SECRET"}, "Umgebungsvariable AZURE_CLIENT_SECRET", "environment AZURE_CLIENT_SECRET"},
		{Origin{Place: Profile, Name: "prod", Kept: &Origin{Place: Keyring, Name: "mail (new)"}}, "Profil prod (Schlüsselbund mail (new))", "profile prod (keyring mail (new))"},
		{Origin{Place: Flag, Name: "--client-secret-file", Kept: &Origin{Place: Stdin}}, "Option --client-secret-file (Standardeingabe)", "flag --client-secret-file (standard input)"},
		{Origin{Place: File, Name: "a (b)"}, "Datei a (b)", "file a (b)"},
		{Origin{Place: Default}, "Standard", "default"},
		{Origin{}, "", ""},
		{Origin{Name: "elsewhere"}, "elsewhere", "elsewhere"},
	} {
		if got := o.origin.String(); got != o.text {
			t.Errorf("%+v is saved as %s", o.origin, got)
		}
		if back := Parse(o.text); back.String() != o.text || back.Text().In("de") != o.de {
			t.Errorf("%s is read as %+v, %q", o.text, back, back.Text().In("de"))
		}
	}
}
