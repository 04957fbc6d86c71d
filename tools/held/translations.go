package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/msg/translations"
)

type entry translations.Entry

// compileTranslations returns the Go source of the translations, after checking them.
// Each folder is a language, named by its BCP 47 tag.
func compileTranslations(fsys fs.FS) ([]byte, error) {
	folders, err := fs.Glob(fsys, "*/*.yaml")
	if err != nil {
		return nil, err
	}
	for i := range folders {
		folders[i] = path.Dir(folders[i])
	}
	out := newSource("translations", "internal/msg/translations")
	out.WriteString("// All are the languages beside English.\nvar All = []Language{\n")
	var problems []error
	for _, tag := range slices.Compact(folders) {
		if _, err := language.Parse(tag); err != nil || tag == msg.English {
			problems = append(problems, fmt.Errorf("translations/%s is not a language other than English", tag))
			continue
		}
		entries, err := readLanguage(fsys, tag)
		problems = append(problems, err)
		fmt.Fprintf(out, "{Tag: %q, Entries: []Entry{\n", tag)
		out.elements(reflect.ValueOf(entries))
		out.WriteString("}},\n")
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	out.WriteString("}\n")
	return out.formatted()
}

// readLanguage returns the entries of a language sorted by their English, each once.
func readLanguage(fsys fs.FS, lang string) ([]entry, error) {
	names, err := fs.Glob(fsys, lang+"/*.yaml")
	if err != nil {
		return nil, err
	}
	var problems []error
	seen := map[string]entry{}
	for _, name := range names {
		var list []map[string]string
		err := readAll(fsys, name, &list)
		if err == nil && len(list) == 0 {
			err = fmt.Errorf("%s is empty", path.Base(name))
		}
		problems = append(problems, err)
		for _, fields := range list {
			e, err := entryOf(fields, lang)
			if old, twice := seen[e.English]; err == nil && twice && old.Text != e.Text {
				err = fmt.Errorf("sentence %q has a different translation elsewhere", e.English)
			}
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", path.Base(name), err))
			}
			seen[e.English] = e
		}
	}
	byEnglish := func(a, b entry) int { return strings.Compare(a.English, b.English) }
	return slices.SortedFunc(maps.Values(seen), byEnglish), errors.Join(problems...)
}

// entryOf reads an entry: the English text under en and en-one, the translation under the
// language, and its plural forms under the language and the category, such as pl-few.
// The field count is the number of the argument that decides, by default the first
// integer. The field plain marks a sentence without arguments.
func entryOf(fields map[string]string, lang string) (entry, error) {
	e := entry{English: fields["en"], EnglishOne: fields["en-one"], Text: fields[lang]}
	plain := false
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		category, isForm := strings.CutPrefix(key, lang+"-")
		var err error
		switch {
		case key == "en", key == "en-one", key == lang:
		case key == "count":
			e.Count, err = strconv.Atoi(fields[key])
		case key == "plain":
			plain, err = strconv.ParseBool(fields[key])
		case isForm && slices.Contains([]string{"zero", "one", "two", "few", "many"}, category):
			e.Forms = append(e.Forms, translations.Form{Category: category, Text: fields[key]})
		default:
			err = fmt.Errorf("unknown field %q", key)
		}
		if err != nil {
			return e, err
		}
	}
	return e, e.check(lang, plain)
}

// check completes Count and says what is wrong with an entry.
func (e *entry) check(lang string, plain bool) error {
	want := verbs(e.English)
	plain = plain || len(want) == 0
	counts := e.EnglishOne != "" || len(e.Forms) > 0
	if counts {
		e.Count = cmp.Or(e.Count, firstInteger(want))
	}
	switch {
	case e.English == "" || e.Text == "":
		return fmt.Errorf("sentence %q lacks its English (en) or its translation (%s)", e.English, lang)
	case plain && counts:
		return fmt.Errorf("sentence %q has plural forms but no number", e.English)
	case plain:
		return nil
	case counts && !slices.Contains(want, fmt.Sprintf("%d:d", e.Count)):
		return fmt.Errorf("sentence %q: argument %d is not a %%d and cannot be counted", e.English, e.Count)
	case e.EnglishOne != "" && len(e.Forms) == 0 && hasSingular(lang):
		return fmt.Errorf("sentence %q has en-one and needs %s-one too", e.English, lang)
	}
	others := []string{e.Text, cmp.Or(e.EnglishOne, e.Text)}
	for _, f := range e.Forms {
		others = append(others, f.Text)
	}
	for _, other := range others {
		if !slices.Equal(verbs(other), want) {
			return fmt.Errorf("sentence %q takes the arguments %v, but %q takes %v", e.English, want, other, verbs(other))
		}
	}
	return nil
}

// hasSingular reports whether a language distinguishes one from many; Japanese does not.
func hasSingular(lang string) bool {
	return plural.Cardinal.MatchPlural(language.Make(lang), 1, 0, 0, 0, 0) != plural.Other
}

// verb matches a verb of a format: flags, argument number, width and precision, letter.
var verb = regexp.MustCompile(`%([-+# 0]*)(?:\[(\d+)\])?(\d*(?:\.\d+)?)([a-zA-Z%])`)

// verbs lists the arguments that a format takes, as "NUMBER:LETTER", each once and sorted,
// so that formats with a different word order compare equal.
func verbs(format string) []string {
	var found []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[4] == "%" {
			continue
		}
		if n, err := strconv.Atoi(m[2]); err == nil {
			next = n
		}
		found = append(found, fmt.Sprintf("%d:%s", next, m[4]))
		next++
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// firstInteger returns the number of the first argument that is printed as an integer, or
// 0.
func firstInteger(verbs []string) int {
	for _, v := range verbs {
		if n, ok := strings.CutSuffix(v, ":d"); ok {
			i, _ := strconv.Atoi(n)
			return i
		}
	}
	return 0
}
