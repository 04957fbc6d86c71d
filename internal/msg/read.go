package msg

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v2"
	"golang.org/x/text/language"
)

// readLanguages reads the translations that people write: each folder below
// translations is a language, named by its BCP 47 tag, with one file or many. It
// returns the entries that are sound, and what is wrong with others.
func readLanguages(fsys fs.FS) ([]translations, error) {
	folders, err := fs.ReadDir(fsys, "translations")
	if err != nil {
		return nil, err
	}
	var (
		all     []translations
		problem []error
	)
	for _, f := range folders {
		name := f.Name()
		if _, err := language.Parse(name); err != nil || name == English {
			problem = append(problem, fmt.Errorf("translations/%s is no folder of a language other than English", name))
			continue
		}
		entries, err := readLanguage(fsys, name)
		problem = append(problem, err)
		all = append(all, translations{name, entries})
	}
	return all, errors.Join(problem...)
}

// readLanguage returns the entries of a language, each English sentence once, sorted.
func readLanguage(fsys fs.FS, lang string) ([]entry, error) {
	names, err := fs.Glob(fsys, "translations/"+lang+"/*.yaml")
	if err != nil {
		return nil, err
	}
	var problem []error
	seen := map[string]entry{}
	for _, name := range names {
		list, err := readFile(fsys, name, lang)
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
			}
		}
	}
	return sorted(slices.Collect(maps.Values(seen))), errors.Join(problem...)
}

func sorted(entries []entry) []entry {
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.English, b.English) })
	return entries
}

// readFile reads one file: a list of entries, and no key but those that an entry may
// have.
func readFile(fsys fs.FS, name, lang string) ([]entry, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(string(data)) == "" {
		return nil, fmt.Errorf("%s is empty", path.Base(name))
	}
	var list []map[string]string
	if err := yaml.UnmarshalStrict(data, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", path.Base(name), err)
	}
	entries := make([]entry, len(list))
	for i, keys := range list {
		if entries[i], err = entryOf(keys, lang); err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
	}
	return entries, nil
}

// entryOf reads an entry: the English under en and en-one, the translation under
// the language, and its plural forms under the language and the category, such as
// pl-few. What is counted is count, or else the first integer.
func entryOf(keys map[string]string, lang string) (entry, error) {
	var e entry
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		value := keys[key]
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
		case isForm && slices.Contains(slices.Collect(maps.Values(categories())), category):
			e.Forms = append(e.Forms, form{category, value})
		default:
			err = fmt.Errorf("unknown field %q", key)
		}
		if err != nil {
			return e, err
		}
	}
	if e.counts() {
		e.Count = cmp.Or(e.Count, firstInteger(e.English))
	}
	return e, nil
}
