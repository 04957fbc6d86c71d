package msg

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// English is the language that every sentence is written in.
const English = "en"

// languages are those of a set of translations.
type languages struct {
	// names are their tags, English first.
	names []string
	// printers are made once, when they are first needed.
	printers map[string]func() *printer
}

// builtin are the languages of the program.
var builtin = sync.OnceValue(func() *languages { return languagesOf(held) })

// languagesOf are English and those of the lists. English has no list: an English
// sentence is its own key, and its singular stands beside the translations.
func languagesOf(lists []translations) *languages {
	l := &languages{names: []string{English}, printers: map[string]func() *printer{}}
	l.printers[English] = sync.OnceValue(func() *printer { return newPrinter(English, lists...) })
	for _, list := range lists {
		l.names = append(l.names, list.Language)
		l.printers[list.Language] = sync.OnceValue(func() *printer { return newPrinter(list.Language, list) })
	}
	return l
}

// printer returns that of a language; of one that is not there, the English one.
func (l *languages) printer(lang string) *printer {
	if p, ok := l.printers[lang]; ok {
		return p()
	}
	return l.printers[English]()
}

// Languages lists the languages that reports can be written in, as --lang takes
// them, the default first.
func Languages() []string { return slices.Clone(builtin().names) }

// Language chooses the language of a report: that of the flag where one is
// given, else the first that is set of LC_ALL, LC_MESSAGES and LANG, as POSIX
// orders them. A locale without a translation gives English; a flag without one
// is an error.
func Language(flag string, env func(name string) (string, bool)) (string, error) {
	return builtin().choose(flag, env)
}

func (l *languages) choose(flag string, env func(name string) (string, bool)) (string, error) {
	if flag != "" {
		for _, name := range l.names {
			if strings.EqualFold(flag, name) {
				return name, nil
			}
		}
		return "", Error(New("unknown language %q: it must be one of %s", flag, strings.Join(l.names, ", ")))
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale, _ := env(name); locale != "" {
			return l.ofLocale(locale), nil
		}
	}
	return English, nil
}

// ofLocale maps a POSIX locale such as de_AT.UTF-8@euro to a language.
func (l *languages) ofLocale(locale string) string {
	name, _, _ := strings.Cut(locale, "@")
	name, _, _ = strings.Cut(name, ".")
	wanted, err := language.Parse(name)
	if err != nil { // C and POSIX too
		return English
	}
	tags := make([]language.Tag, len(l.names))
	for i, n := range l.names {
		tags[i] = language.Make(n)
	}
	_, i, _ := language.NewMatcher(tags).Match(wanted)
	return l.names[i]
}

// in prints a sentence in one of the languages.
func (l *languages) in(t Text, lang string) string { return t.by(l.printer(lang)) }
