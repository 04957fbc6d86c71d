package msg

import (
	"slices"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// A printer prints in one language. It is safe for concurrent use.
type printer struct {
	*message.Printer
	language string
	tag      language.Tag
	// lists are where it looks sentences up.
	lists []translations
}

func newPrinter(lang string, lists ...translations) *printer {
	tag := language.Make(lang)
	return &printer{message.NewPrinter(tag), lang, tag, lists}
}

// format returns the words of a sentence for these arguments, in English where there
// are no others.
func (p *printer) format(english string, args []any) string {
	if p.language == English && !slices.ContainsFunc(args, mayCount) {
		return english
	}
	for _, list := range p.lists {
		e, ok := list.find(english)
		switch {
		case ok && p.language != English:
			return e.format(p.tag, args)
		case ok && e.EnglishOne != "":
			return e.english(args)
		}
	}
	return english
}
