package main

import (
	"os"
	"path"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/spcheck/spcheck/internal/aadsts"
)

const families = `
- id: secret
  title: {en: client secret, de: Geheimnis}
  about: application
  stage: credential
  meaning: {en: It was refused., de: Es wurde abgelehnt.}
  causes: [secret-wrong: likely]
`

func load(codes string) (*aadsts.Catalogue, error) {
	c, err := readCatalogue(fstest.MapFS{
		"catalogue/families.yaml": {Data: []byte(families)}, "catalogue/codes-a.yaml": {Data: []byte(codes)},
	})
	if err != nil {
		return nil, err
	}
	return c, c.Prepare()
}

// An incomplete or wrong entry is refused.
func TestLoaderRefusesWhatIsIncomplete(t *testing.T) {
	const whole = `{code: "7000999", family: secret, rule: catalogue, evidence: seen, meaning: {en: It is so., de: Es ist so.}, causes: [secret-wrong: proven]}`
	c, err := load("- " + whole)
	if err != nil {
		t.Fatal(err)
	}
	if e, _ := c.Lookup("7000999"); e.Stage != aadsts.StageCredential || e.About != "application" || !e.Is(aadsts.CatalogueOnly) {
		t.Errorf("not inherited from the family: %+v", e)
	}
	for what, change := range map[string][2]string{
		"no rule":                {"rule: catalogue, ", ""},
		"a rule nobody knows":    {"rule: catalogue", "rule: astrology"},
		"no evidence":            {"evidence: seen, ", ""},
		"no such family":         {"family: secret", "family: secrets"},
		"one language":           {", de: Es ist so.", ""},
		"no sentence":            {"It is so.", "It is so"},
		"no such cause":          {"secret-wrong", "secret-stolen"},
		"no such strength":       {"proven", "certain"},
		"proven without a proof": {"evidence: seen", "evidence: unverified"},
		"a stage nobody knows":   {"rule:", "stage: backstage, rule:"},
		"said of nobody":         {"rule:", "about: nobody, rule:"},
		"a number too short":     {"7000999", "999"},
		"a field nobody reads":   {"rule:", "colour: blue, rule:"},
	} {
		if _, err := load("- " + strings.Replace(whole, change[0], change[1], 1)); err == nil {
			t.Errorf("%s: the entry is accepted", what)
		}
	}
	if _, err := load("- " + whole + "\n- " + whole); err == nil {
		t.Error("a code that is listed twice is accepted")
	}
}

// The generated files match the sources.
func TestTheCompiledFilesAreFresh(t *testing.T) {
	for file, compile := range compilers {
		source, err := compile(os.DirFS("../../internal/" + path.Dir(file)))
		if err != nil {
			t.Fatal(err)
		}
		held, err := os.ReadFile("../../internal/" + file)
		if err != nil || string(source) != strings.ReplaceAll(string(held), "\r\n", "\n") {
			t.Errorf("%s is out of date; run: make generate (%v)", file, err)
		}
	}
}

// The program loads the catalogue of the YAML files.
func TestTheProgramHasTheCatalogueOfTheSources(t *testing.T) {
	sources, err := readCatalogue(os.DirFS("../../internal/aadsts"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sources.Prepare(); err != nil {
		t.Fatal(err)
	}
	notHeld := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Tests" }, cmp.Ignore())
	if d := cmp.Diff(sources, aadsts.Load(), cmp.Exporter(func(reflect.Type) bool { return true }), notHeld, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("another catalogue (-sources +program):\n%s", d)
	}
}

func TestWordsNeedAnExample(t *testing.T) {
	for name, list := range map[string]string{
		"catalogue/products/a.yaml": "- {id: x, name: X, signs: [made up]}",
		"catalogue/phrases/a.yaml":  "- {id: x, from: X, patterns: [made up], causes: [unknown: possible], means: {en: So., de: So.}}",
	} {
		fsys := fstest.MapFS{"catalogue/families.yaml": {Data: []byte(families)}, name: {Data: []byte(list)}}
		if _, err := compileCatalogue(fsys); err == nil || !strings.Contains(err.Error(), "test text") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
