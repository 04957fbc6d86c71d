package msg

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v2"
)

// Each folder below translations is a language, named by its BCP 47 tag. Whoever
// adds one adds that folder, with one file or many, and nothing else.
//
//go:embed translations
var embedded embed.FS

// Entry is one sentence of a translation file.
type Entry struct {
	// English is the sentence as the source code has it: the key.
	English string
	// EnglishOne is its form for exactly one, where it counts something.
	EnglishOne string
	// Forms are the translation's forms by plural category of CLDR (zero, one, two,
	// few, many); Text is that for every other number, and the only one where
	// nothing is counted.
	Forms map[string]string
	Text  string
	// Count is the argument that is counted, from 1; 0 means the first %d.
	Count int
	// Plain marks a sentence without arguments in which a per cent sign is a per
	// cent sign.
	Plain bool
}

// Translations reads the embedded files of a language. It returns the entries that
// are sound, each English sentence once, and what is wrong with others.
func Translations(lang string) ([]Entry, error) { return read(embedded, lang, everything) }

// everything and counting choose the entries to be parsed, by their source.
// English needs only those with a singular, a few of many, and parsing all takes
// so long that one would feel it.
func everything(string) bool      { return true }
func counting(source string) bool { return strings.Contains(source, "en-one:") }

func read(f fs.FS, lang string, wanted func(source string) bool) ([]Entry, error) {
	names, err := fs.Glob(f, "translations/"+lang+"/*.yaml")
	if err != nil {
		return nil, err
	}
	var (
		entries []Entry
		problem []error
		seen    = map[string]Entry{}
	)
	for _, name := range names {
		list, err := readFile(f, name, lang, wanted)
		problem = append(problem, err)
		for _, e := range list {
			old, twice := seen[e.English]
			switch err := e.check(lang); {
			case err != nil:
				problem = append(problem, fmt.Errorf("%s: %w", path.Base(name), err))
			case twice && old.Text != e.Text:
				problem = append(problem, fmt.Errorf("%s: sentence %q is translated differently elsewhere", path.Base(name), e.English))
			case !twice:
				seen[e.English] = e
				entries = append(entries, e)
			}
		}
	}
	return entries, errors.Join(problem...)
}

// readFile reads the wanted entries of one file: a list of entries, and no key
// but those that an entry may have.
func readFile(f fs.FS, name, lang string, wanted func(source string) bool) ([]Entry, error) {
	data, err := fs.ReadFile(f, name)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(string(data)) == "" {
		return nil, fmt.Errorf("%s is empty", path.Base(name))
	}
	var list []map[string]string
	if err := yaml.UnmarshalStrict([]byte(pick(string(data), wanted)), &list); err != nil {
		return nil, fmt.Errorf("%s: %w", path.Base(name), err)
	}
	entries := make([]Entry, len(list))
	for i, keys := range list {
		if entries[i], err = entryOf(keys, lang); err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
	}
	return entries, nil
}

// entryOf reads an entry: the English under en and en-one, the translation under
// the language, and its plural forms under the language and the category, such as
// pl-few.
func entryOf(keys map[string]string, lang string) (Entry, error) {
	e := Entry{Forms: map[string]string{}}
	for key, value := range keys {
		category, isForm := strings.CutPrefix(key, lang+"-")
		var err error
		switch {
		case key == "en":
			e.English = value
		case key == "en-one":
			e.EnglishOne = value
		case key == lang:
			e.Text = value
		case key == "count":
			e.Count, err = strconv.Atoi(value)
		case key == "plain":
			e.Plain, err = strconv.ParseBool(value)
		case isForm && strings.Contains("|zero|one|two|few|many|", "|"+category+"|"):
			e.Forms[category] = value
		default:
			err = fmt.Errorf("unknown field %q", key)
		}
		if err != nil {
			return e, err
		}
	}
	return e, nil
}

// pick leaves out the entries that are not wanted. An entry starts with a hyphen
// at the beginning of a line.
func pick(text string, wanted func(source string) bool) string {
	var picked strings.Builder
	for len(text) > 0 {
		entry := text
		if end := strings.Index(text, "\n- "); end >= 0 {
			entry = text[:end+1]
		}
		if wanted(entry) {
			picked.WriteString(entry)
		}
		text = text[len(entry):]
	}
	return picked.String()
}
