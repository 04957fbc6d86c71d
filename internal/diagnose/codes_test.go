package diagnose_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// For every code in the catalogue, pasted or live, and every kind of credential, the
// diagnosis must name a cause that the code allows.
func TestNoKnownCodeEndsAsUnknown(t *testing.T) {
	for _, e := range aadsts.Load().Entries {
		for _, kind := range []string{objects.Password, objects.Certificate, objects.Federated} {
			for name, f := range map[string]*diagnose.Facts{"live": live(e.Code, kind), "live, nobody reads": noReader(live(e.Code, kind)), "text": pasted(t, e.Code, kind)} {
				d := diagnose.Judge(f)
				switch {
				case d.RootCause == nil || !allows(&e, causes.ID(d.RootCause.ID)):
					t.Errorf("%s, %s, %s: %+v is none of %v", e.Code, name, kind, d.RootCause, e.Causes)
				case d.RootCause.Certainty == result.Proven && len(e.When) == 0 && strongest(&e) != result.Proven && e.Is(aadsts.CatalogueOnly):
					t.Errorf("%s, %s, %s: proven, though the code supports less", e.Code, name, kind)
				}
			}
		}
	}
}

// A diagnosis of a pasted code must give the same advice as explain.
func TestDiagnoseAdvisesWhatExplainDoes(t *testing.T) {
	for _, e := range aadsts.Load().Entries {
		f := pasted(t, e.Code, "")
		want := f.Text.Value[0].Causes[0]
		d := diagnose.Judge(f)
		if d.RootCause == nil || d.RootCause.ID != string(want.ID) {
			t.Errorf("%s: root cause %+v, explain has %s", e.Code, d.RootCause, want.ID)
			continue
		}
		if got := d.RootCause.Remedies[0].Title.String(); got != want.Remedy.String() {
			t.Errorf("%s: diagnose advises %q, explain %q", e.Code, got, want.Remedy)
		}
	}
}

// One code has two meanings; the wording shows whether the application is unknown or
// disabled.
func TestDisabledIsNotTakenForUnknown(t *testing.T) {
	found, err := aadsts.FindString("AADSTS70001: Application '" + appID + "'(Archive) is disabled.")
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	f := world("70001", intact)
	f.SignIn.Value.Refusal.Match = found[0]
	if d := diagnose.Judge(f); d.RootCause == nil || d.RootCause.ID != string(causes.AppDisabled) {
		t.Errorf("root cause %+v, want %s", d.RootCause, causes.AppDisabled)
	}
}

// Rules must use the families of the catalogue instead of codes.
func TestNoCodeIsWrittenIntoTheRules(t *testing.T) {
	code := regexp.MustCompile(`"(?:AADSTS)?\d{5,8}"`)
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, found := range code.FindAllString(string(source), -1) {
			t.Errorf("%s: %s is a code", path, found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// live returns a sign-in with an intact credential that was refused with the code.
func live(code, kind string) *diagnose.Facts {
	f := world(code, intact)
	if f.Setup.Kind = kind; kind != objects.Password {
		f.Secret = fact.Fact[secrets.Shape]{}
	}
	return f
}

// pasted returns a text that contains only the code.
func pasted(t *testing.T, code, kind string) *diagnose.Facts {
	t.Helper()
	found, err := aadsts.FindString("the product says AADSTS" + code + ".")
	if err != nil || len(found) != 1 {
		t.Fatalf("AADSTS%s is not found: %v", code, err)
	}
	f := noReader(world("", intact))
	f.SignIn = fact.Fact[diagnose.SignIn]{}
	f.Setup.Kind, f.Text = kind, fact.Of(found)
	return f
}

func allows(e *aadsts.Entry, id causes.ID) bool {
	for _, c := range e.Causes {
		if c.ID == id {
			return true
		}
	}
	for _, w := range e.When {
		for _, c := range w.Causes {
			if c.ID == id {
				return true
			}
		}
	}
	return false
}

func strongest(e *aadsts.Entry) result.Certainty {
	for _, c := range e.Causes {
		if c.Most == result.Proven {
			return result.Proven
		}
	}
	return e.Causes[0].Most
}
