package msg

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"github.com/spcheck/spcheck/internal/msg/translations"
)

// English is the language that every sentence is written in.
const English = "en"

// languages are English and the languages of some translations.
type languages struct {
	names    []string // their tags, English first
	printers map[string]func() *printer
}

var builtin = sync.OnceValue(func() *languages { return newLanguages(translations.All) })

// newLanguages returns English and the languages of the lists. English has no list: a
// sentence is its own key, and its singular is in the other lists.
func newLanguages(lists []translations.Language) *languages {
	l := &languages{[]string{English}, map[string]func() *printer{
		English: sync.OnceValue(func() *printer { return newPrinter(English, lists...) }),
	}}
	for _, list := range lists {
		l.names = append(l.names, list.Tag)
		l.printers[list.Tag] = sync.OnceValue(func() *printer { return newPrinter(list.Tag, list) })
	}
	return l
}

// printer returns the printer of a language, by default the English one.
func (l *languages) printer(lang string) *printer {
	if p, ok := l.printers[lang]; ok {
		return p()
	}
	return l.printers[English]()
}

// Languages returns the languages of reports, as --lang takes them, the default first.
func Languages() []string { return slices.Clone(builtin().names) }

// Language chooses the language of a report: the flag, or the first of LC_ALL,
// LC_MESSAGES and LANG that is set, in the order of POSIX. A locale that has no
// translation means English. A flag that has none is an error.
func Language(flag string, env func(name string) (string, bool)) (string, error) {
	return builtin().choose(flag, env)
}

func (l *languages) choose(flag string, env func(name string) (string, bool)) (string, error) {
	if flag != "" {
		i := slices.IndexFunc(l.names, func(name string) bool { return strings.EqualFold(flag, name) })
		if i < 0 {
			return "", Error(New("unknown language %q: it must be one of %s", flag, strings.Join(l.names, ", ")))
		}
		return l.names[i], nil
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
	if err != nil { // such as C and POSIX
		return English
	}
	tags := make([]language.Tag, len(l.names))
	for i, n := range l.names {
		tags[i] = language.Make(n)
	}
	_, i, _ := language.NewMatcher(tags).Match(wanted)
	return l.names[i]
}
