package aadsts

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// compiled is the file that Compile makes and the program holds.
const compiled = "catalogue.jsonl"

// record is a line of that file: one thing that people wrote down.
type record struct {
	Family  *family
	Product *Product
	Phrase  *phrase
	Entry   *Entry
}

// Compile reads the files that people write (those below catalogue/), refuses what
// is incomplete in them, and returns what the program holds in their stead: JSON, a
// line for each entry. Most runs read the catalogue, and YAML took twelve times as
// long. The long list of codes is a table of its own, which is read as it is.
func Compile(fsys fs.FS) ([]byte, error) {
	s, err := readSources(fsys)
	if err != nil {
		return nil, err
	}
	if err := s.tested(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, r := range s.records() {
		if err := json.MarshalWrite(&out, r, json.OmitZeroStructFields(true), json.Deterministic(true)); err != nil {
			return nil, err
		}
		out.WriteByte('\n')
	}
	_, err = parse(fsys)
	return out.Bytes(), err
}

// tested refuses words without an example of them.
func (s *sources) tested() error {
	for _, p := range s.phrases {
		if len(p.Tests) == 0 {
			return fmt.Errorf("phrase %s needs a test text", p.ID)
		}
	}
	for _, p := range s.products {
		if len(p.Tests) == 0 {
			return fmt.Errorf("product %s needs a test text", p.ID)
		}
	}
	return nil
}

// records are all entries but those of the table.
func (s *sources) records() (list []record) {
	for _, f := range s.families {
		list = append(list, record{Family: f})
	}
	for _, p := range s.products {
		list = append(list, record{Product: p})
	}
	for _, p := range s.phrases {
		list = append(list, record{Phrase: p})
	}
	for _, e := range s.written {
		list = append(list, record{Entry: e})
	}
	return list
}

// readCompiled reads what Compile made, and the table.
func readCompiled(fsys fs.FS) (*sources, error) {
	file, err := fsys.Open(compiled)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	s := &sources{}
	for lines := jsontext.NewDecoder(file); ; {
		var r record
		switch err := json.UnmarshalDecode(lines, &r); {
		case errors.Is(err, io.EOF):
			s.listed, err = readListed(fsys)
			return s, err
		case err != nil:
			return nil, err
		}
		s.take(r)
	}
}

func (s *sources) take(r record) {
	switch {
	case r.Family != nil:
		s.families = append(s.families, r.Family)
	case r.Product != nil:
		s.products = append(s.products, r.Product)
	case r.Phrase != nil:
		s.phrases = append(s.phrases, r.Phrase)
	case r.Entry != nil:
		s.written = append(s.written, r.Entry)
	}
}
