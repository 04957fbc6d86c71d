package msg

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
)

// The languages that reports can be written in, as --lang takes them.
const (
	English = "en"
	German  = "de"
)

// Languages lists them, the default first.
func Languages() []string { return []string{English, German} }

// Language chooses the language of a report: that of the flag where one is
// given, else the first that is set of LC_ALL, LC_MESSAGES and LANG, as POSIX
// orders them. A locale without a translation gives English; a flag without one
// is an error.
func Language(flag string, env func(name string) (string, bool)) (string, error) {
	if flag != "" {
		for _, l := range Languages() {
			if strings.EqualFold(flag, l) {
				return l, nil
			}
		}
		return "", fmt.Errorf("unknown language %q: use %s", flag, strings.Join(Languages(), " or "))
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale, _ := env(name); locale != "" {
			return ofLocale(locale), nil
		}
	}
	return English, nil
}

// ofLocale maps a POSIX locale such as de_AT.UTF-8@euro to a language.
func ofLocale(locale string) string {
	name, _, _ := strings.Cut(locale, "@")
	name, _, _ = strings.Cut(name, ".")
	wanted, err := language.Parse(name)
	if err != nil { // C and POSIX too
		return English
	}
	matcher := language.NewMatcher([]language.Tag{language.English, language.German})
	_, i, _ := matcher.Match(wanted)
	return Languages()[i]
}
