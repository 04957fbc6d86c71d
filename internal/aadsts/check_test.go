package aadsts

import (
	"go/format"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const families = `
- id: secret
  title: {en: client secret, de: Geheimnis}
  about: application
  stage: credential
  meaning: {en: It was refused., de: Es wurde abgelehnt.}
  causes: {secret-wrong: likely}
`

func load(t *testing.T, codes string) (*Catalogue, error) {
	t.Helper()
	return parse(fstest.MapFS{
		"catalogue/families.yaml": {Data: []byte(families)}, "catalogue/products.yaml": {Data: []byte("[]")},
		"catalogue/codes-a.yaml": {Data: []byte(codes)}, "catalogue/codes-listed.csv": {},
	})
}

// An entry that lacks what a diagnosis asks it for is refused, with its code.
func TestLoaderRefusesWhatIsIncomplete(t *testing.T) {
	const whole = `{code: "7000999", family: secret, rule: catalogue, evidence: seen, meaning: {en: It is so., de: Es ist so.}, causes: {secret-wrong: proven}}`
	c, err := load(t, "- "+whole)
	if err != nil {
		t.Fatal(err)
	}
	if e, _ := c.Lookup("7000999"); e.Stage != StageCredential || e.About != ofApplications || !e.Is(CatalogueOnly) {
		t.Errorf("not inherited from the family: %+v", e.Standing)
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
		if _, err := load(t, "- "+strings.Replace(whole, change[0], change[1], 1)); err == nil {
			t.Errorf("%s: the entry is accepted", what)
		}
	}
	if _, err := load(t, "- "+whole+"\n- "+whole); err == nil {
		t.Error("a code that is listed twice is accepted")
	}
}

// What the program holds is what people wrote, and nothing without an example.
func TestTheCompiledCatalogueIsThatOfTheSources(t *testing.T) {
	source, err := Compile(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	want, err := format.Source(source)
	if err != nil {
		t.Fatal(err)
	}
	held, err := os.ReadFile("catalogue_held.go")
	if err != nil || string(want) != strings.ReplaceAll(string(held), "\r\n", "\n") {
		t.Fatalf("catalogue_held.go is out of date; run: make generate (%v)", err)
	}
	sources, err := parse(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	notHeld := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Tests" }, cmp.Ignore())
	if d := cmp.Diff(sources, loaded, cmp.Exporter(func(reflect.Type) bool { return true }), notHeld, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("another catalogue (-sources +compiled):\n%s", d)
	}
}

func TestWordsNeedAnExample(t *testing.T) {
	for name, list := range map[string]string{
		"catalogue/products.yaml":  "- {id: x, name: X, signs: [made up]}",
		"catalogue/phrases/a.yaml": "- {id: x, from: X, patterns: [made up], causes: {unknown: possible}, means: {en: So., de: So.}}",
	} {
		fsys := fstest.MapFS{
			"catalogue/families.yaml": {Data: []byte(families)}, "catalogue/products.yaml": {Data: []byte("[]")}, "catalogue/codes-listed.csv": {},
		}
		fsys[name] = &fstest.MapFile{Data: []byte(list)}
		if _, err := Compile(fsys); err == nil || !strings.Contains(err.Error(), "test text") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
