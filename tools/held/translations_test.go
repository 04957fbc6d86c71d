package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestTranslationFilesAreStrict(t *testing.T) {
	for name, c := range map[string]struct{ yaml, want string }{
		"unknown key":       {"- en: a\n  fr: b\n", "unknown field"},
		"no German":         {"- en: a\n", "or its translation (de)"},
		"no English":        {"- de: a\n", "lacks its English"},
		"lost argument":     {"- en: \"%s a\"\n  de: b\n", "takes the arguments"},
		"other verb":        {"- en: \"%s a\"\n  de: \"%d b\"\n", "takes the arguments"},
		"other in singular": {"- {en: \"%d a\", de: \"%d b\", en-one: \"%d c\", de-one: d}\n", "takes the arguments"},
		"one singular":      {"- {en: \"%d a\", de: \"%d b\", en-one: \"%d c\"}\n", "needs de-one too"},
		"counts a string":   {"- {en: \"%s a\", de: \"%s b\", en-one: \"%s c\", de-one: \"%s d\"}\n", "cannot be counted"},
		"contradiction":     {"- {en: a, de: b}\n- {en: a, de: c}\n", "different translation"},
		"not a list":        {"en: a\n", "broken.yaml"},
		"empty":             {"\n", "empty"},
	} {
		_, err := readLanguage(fstest.MapFS{"de/broken.yaml": {Data: []byte(c.yaml)}}, "de")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	same := "- {en: \"%s on %s\", de: \"auf %[2]s: %[1]s\"}\n- {en: \"%s on %s\", de: \"auf %[2]s: %[1]s\"}\n"
	got, err := readLanguage(fstest.MapFS{"de/a.yaml": {Data: []byte(same)}}, "de")
	if err != nil || len(got) != 1 {
		t.Errorf("reordered arguments and an equal repeat: %v, %v", got, err)
	}
}

func TestAFolderThatIsNotALanguageIsRefused(t *testing.T) {
	for _, name := range []string{"no language", "en"} {
		_, err := compileTranslations(fstest.MapFS{name + "/x.yaml": {Data: []byte("- {en: a, de: b}\n")}})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An entry has plural forms, a counted argument, or a per cent sign that is not a verb.
func TestTheFieldsOfAnEntry(t *testing.T) {
	made, err := compileTranslations(fstest.MapFS{"pl/a.yaml": {Data: []byte(`
- {en: "%s of %d days", en-one: "%s of %d day", pl: "%s z %d dnia", pl-few: "%s z %d dni"}
- {en: "100% of it", pl: "100% z tego", plain: true}
`)}})
	for _, want := range []string{`Forms: []Form{{Category: "few", Text: "%s z %d dni"}}, Count: 2`, `{English: "100% of it", Text: "100% z tego"}`} {
		if err != nil || !strings.Contains(string(made), want) {
			t.Errorf("no %s: %v\n%s", want, err, made)
		}
	}
}
