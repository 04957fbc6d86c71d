package msg

import (
	"reflect"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/spcheck/spcheck/internal/msg/translations"
)

// entry is one sentence.
type entry translations.Entry

func find(l translations.Language, english string) (entry, bool) {
	i, found := slices.BinarySearchFunc(l.Entries, english, func(e translations.Entry, key string) int {
		return strings.Compare(e.English, key)
	})
	if !found {
		return entry{}, false
	}
	return entry(l.Entries[i]), true
}

// in returns the format in a language for these arguments.
func (e entry) in(tag language.Tag, args []any) string {
	forms, other := e.Forms, e.Text
	if tag == language.English {
		forms, other = []translations.Form{{Category: "one", Text: e.EnglishOne}}, e.English
	}
	category := e.category(tag, args)
	for _, f := range forms {
		if f.Category == category && f.Text != "" {
			return f.Text
		}
	}
	return other
}

// category returns the plural category of the number that the sentence counts.
func (e entry) category(tag language.Tag, args []any) string {
	if e.Count < 1 || e.Count > len(args) {
		return ""
	}
	n, ok := size(args[e.Count-1])
	if !ok {
		return ""
	}
	names := map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}
	return names[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)]
}

// size returns the absolute value of an integer. A large one is replaced by a smaller one
// with the same last digits; no plural depends on more.
func size(a any) (int, bool) {
	const enough = 10_000_000
	var n uint64
	switch v := reflect.ValueOf(a); {
	case v.CanInt() && v.Int() < 0:
		n = -uint64(v.Int())
	case v.CanInt():
		n = uint64(v.Int())
	case v.CanUint():
		n = v.Uint()
	default:
		return 0, false
	}
	if n > enough {
		n = enough + n%enough
	}
	return int(n), true
}

// printer prints in one language. It is safe for concurrent use.
type printer struct {
	*message.Printer
	language string
	tag      language.Tag
	lists    []translations.Language // where it looks up sentences; all of them for English
}

func newPrinter(lang string, lists ...translations.Language) *printer {
	tag := language.Make(lang)
	return &printer{message.NewPrinter(tag), lang, tag, lists}
}

// format returns the format of a sentence for these arguments. A sentence without a
// translation stays English.
func (p *printer) format(english string, args []any) string {
	if p.language == English && !slices.ContainsFunc(args, mayCount) {
		return english
	}
	for _, list := range p.lists {
		if e, ok := find(list, english); ok && (p.language != English || e.EnglishOne != "") {
			return e.in(p.tag, args)
		}
	}
	return english
}
