package msg

import "os"

// What the test of coverage needs of this package; it is outside because it
// asks packages that import this one.

type Entry = entry

// Translations are the entries of a language as people wrote them.
func Translations(lang string) ([]Entry, error) { return readLanguage(os.DirFS("."), lang) }

// IsPlain reports whether the sentence takes no arguments.
func (e entry) IsPlain() bool { return e.plain() }

// WithoutVerbs is a format without what it takes from its arguments.
func WithoutVerbs(format string) string { return verbPattern().ReplaceAllString(format, "") }
