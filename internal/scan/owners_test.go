package scan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/objects"
)

func TestFindingsCarryTheirOwners(t *testing.T) {
	f := &fake{
		objects: []objects.Listed{
			app("owned", secret("1", -day), secret("2", 3*day)), app("nobody", secret("3", -day)),
			app("denied", secret("4", -day)), app("fine", secret("5", 90*day)), app("info", never("6")),
		},
		owners: map[string]objects.Ownership{
			guid("aowned"):  {Owners: []objects.Owner{{ID: guid("u1"), DisplayName: "Zoe"}, {ID: guid("u2"), UserPrincipalName: "ada@example.org"}}, Notes: " ask first "},
			guid("anobody"): {},
			guid("ainfo"):   {Owners: []objects.Owner{{ID: guid("u1")}}},
		},
	}
	out, _ := scanOf(t, Options{Owners: OwnersOfUrgent}, f)
	got := map[string]string{}
	for f, err := range out.Findings() {
		if err != nil {
			t.Fatal(err)
		}
		what := "not known"
		if f.Owners != nil {
			var names []string
			for _, o := range *f.Owners {
				names = append(names, o.Name())
			}
			what = "[" + strings.Join(names, " ") + "]"
		}
		if f.Notes != nil {
			what += " " + *f.Notes
		}
		got[*f.DisplayName+" "+f.Rule] = what
	}
	want := map[string]string{
		"owned ended": "[Zoe ada@example.org] ask first", "owned ending": "[Zoe ada@example.org] ask first",
		"nobody ended": "[]", "denied ended": "not known", "info never-ends": "not known",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	slices.Sort(f.asked)
	if d := cmp.Diff([]string{guid("adenied"), guid("anobody"), guid("aowned")}, f.asked); d != "" {
		t.Errorf("asked for: %s", d)
	}
	if notes := out.Scan.Tenants[0].Notes; len(notes) != 1 || !strings.Contains(notes[0].String(), "owners of 1 object") {
		t.Errorf("notes: %v", notes)
	}
}

// If there are too many objects, the owners of the most important ones are read.
func TestOwnersAreBounded(t *testing.T) {
	w := wanted{of: OwnersOfAll}
	for i := range ownedMost + 5 {
		o := app("x")
		o.ID = fmt.Sprintf("00000000-0000-4000-8000-%012d", i)
		w.note(&record{object: o, severity: "info"})
	}
	urgent := principal("p")
	w.note(&record{object: urgent, severity: "critical"})
	byKind, left := w.lists()
	if len(byKind[objects.OnServicePrincipal]) != 1 || len(byKind[objects.OnApplication]) != ownedMost-1 || left != 6 {
		t.Errorf("%d and %d, %d left", len(byKind[objects.OnServicePrincipal]), len(byKind[objects.OnApplication]), left)
	}
}
