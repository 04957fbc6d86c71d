package msg

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed translations/de/*.yaml
var files embed.FS

// Entry is one sentence of a translation file.
type Entry struct {
	// English is the sentence as the source code has it: the key.
	English string `yaml:"en"`
	German  string `yaml:"de"`
	// EnglishOne and GermanOne are the forms for exactly one; then English and
	// German are those for every other number.
	EnglishOne string `yaml:"en-one,omitempty"`
	GermanOne  string `yaml:"de-one,omitempty"`
	// Count is the argument that is counted, from 1; the first %d without it.
	Count int `yaml:"count,omitempty"`
	// Plain marks a sentence without arguments in which a per cent sign is a
	// per cent sign.
	Plain bool `yaml:"plain,omitempty"`
}

// Translations reads the embedded translation files. It returns the entries
// that are sound, each English sentence once, and what is wrong with others.
func Translations() ([]Entry, error) { return read(files, everything) }

// everything and counting choose the entries to be parsed, by their source.
// English needs only those with a singular, a few of many, and parsing all takes
// so long that one would feel it.
func everything(string) bool      { return true }
func counting(source string) bool { return strings.Contains(source, "en-one:") }

func read(f fs.FS, wanted func(source string) bool) ([]Entry, error) {
	names, err := fs.Glob(f, "translations/de/*.yaml")
	if err != nil {
		return nil, err
	}
	var (
		entries []Entry
		problem []error
		seen    = map[string]Entry{}
	)
	for _, name := range names {
		list, err := readFile(f, name, wanted)
		problem = append(problem, err)
		for _, e := range list {
			old, twice := seen[e.English]
			switch err := e.check(); {
			case err != nil:
				problem = append(problem, fmt.Errorf("%s: %w", path.Base(name), err))
			case twice && old != e:
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
// but those of Entry.
func readFile(f fs.FS, name string, wanted func(source string) bool) ([]Entry, error) {
	data, err := fs.ReadFile(f, name)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(string(data)) == "" {
		return nil, fmt.Errorf("%s is empty", path.Base(name))
	}
	lines := strings.SplitAfter(string(data), "\n")
	var list []Entry
	if err := yaml.UnmarshalWithOptions([]byte(pick(lines, wanted)), &list, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %s", path.Base(name), yaml.FormatError(err, false, true))
	}
	return list, nil
}

// pick leaves out the entries that are not wanted. An entry starts with a hyphen
// at the beginning of a line.
func pick(lines []string, wanted func(source string) bool) string {
	var picked, entry strings.Builder
	flush := func() {
		if source := entry.String(); wanted(source) {
			picked.WriteString(source)
		}
		entry.Reset()
	}
	for _, line := range lines {
		if strings.HasPrefix(line, "- ") {
			flush()
		}
		entry.WriteString(line)
	}
	flush()
	return picked.String()
}
