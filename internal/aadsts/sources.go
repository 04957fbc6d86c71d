package aadsts

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v2"
)

// sources are the entries of a catalogue as they are written, codes by number.
type sources struct {
	families []family
	products []Product
	phrases  []phrase
	entries  []Entry
}

// parse makes a catalogue of the files that people write, and refuses what is
// incomplete in them.
func parse(fsys fs.FS) (*Catalogue, error) {
	s, err := readSources(fsys)
	if err != nil {
		return nil, err
	}
	c, err := s.catalogue()
	if err != nil {
		return nil, err
	}
	return c, c.check()
}

// readSources reads families.yaml, products.yaml, the phrases, and the codes in
// codes-*.yaml and in codes-listed.csv.
func readSources(fsys fs.FS) (*sources, error) {
	s := &sources{}
	err := errors.Join(
		readYAML(fsys, "catalogue/families.yaml", &s.families), readYAML(fsys, "catalogue/products.yaml", &s.products),
		readAll(fsys, "catalogue/phrases/*.yaml", &s.phrases), readAll(fsys, "catalogue/codes-*.yaml", &s.entries),
	)
	if err != nil {
		return nil, err
	}
	for i := range s.phrases {
		s.phrases[i].read()
	}
	listed, err := readListed(fsys)
	s.entries = append(s.entries, listed...)
	slices.SortStableFunc(s.entries, func(a, b Entry) int { return compareNumbers(a.Code, b.Code) })
	return s, err
}

// readAll reads lists from all files of a pattern.
func readAll[T any](fsys fs.FS, pattern string, into *[]T) error {
	names, err := fs.Glob(fsys, pattern)
	if err != nil {
		return err
	}
	for _, name := range names {
		var list []T
		if err := readYAML(fsys, name, &list); err != nil {
			return err
		}
		*into = append(*into, list...)
	}
	return nil
}

// readYAML refuses keys that an entry does not have.
func readYAML(fsys fs.FS, name string, into any) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalStrict(data, into); err != nil {
		return fmt.Errorf("%s: %w", path.Base(name), err)
	}
	return nil
}

// readListed reads the codes of which no more is known than a family, a meaning
// and at best some causes, none more than possible.
func readListed(fsys fs.FS) ([]Entry, error) {
	file, err := fsys.Open("catalogue/codes-listed.csv")
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	r := csv.NewReader(file)
	r.FieldsPerRecord = 7
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("codes-listed.csv: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	entries := make([]Entry, 0, len(rows))
	for _, row := range rows[1:] {
		entries = append(entries, Entry{
			Code: row[0], Name: row[1], FamilyID: row[2], Evidence: evidence(row[3]), Meaning: bilingual{row[4], row[5]},
			Causes: possible(strings.Fields(row[6])),
		})
	}
	return entries, nil
}
