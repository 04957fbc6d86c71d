package scan

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// since creates a baseline of a tenant as it was ten days ago.
func since(t *testing.T, f *fake) *Baseline {
	t.Helper()
	out, _ := scanOf(t, Options{Inventory: true}, f)
	report := *out.Scan
	report.GeneratedAt = now.Add(-10 * day)
	report.Findings, report.Inventory = []result.Finding{}, inventory(t, out)
	data, err := json.Marshal(&report)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "baseline.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := ReadBaseline(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Changes are matched with the audit log by key ID. Those made by applications come first.
func TestWhoChangedCredentials(t *testing.T) {
	b := since(t, &fake{objects: []objects.Listed{app("x", secret("old", 200*day)), app("y"), app("z")}})
	key := func(name string) []objects.ChangedKey { return []objects.ChangedKey{{ID: guid("k" + name)}} }
	f := &fake{
		objects: []objects.Listed{app("x", secret("person", 200*day)), app("y", secret("itself", 200*day)), app("z", secret("other", 200*day), secret("unseen", 200*day))},
		changes: []objects.Change{
			{Time: now.Add(-2 * day), Actor: "ada@example.org", IPAddress: "203.0.113.9", Client: "az/2", Added: key("person")},
			{Time: now.Add(-3 * day), Actor: "Y", ByAppID: guid("cy"), Added: key("itself")},
			{Time: now.Add(-3 * day), Actor: "Deploy", ByAppID: guid("cdeploy"), Added: key("other")},
			{Time: now.Add(-4 * day), Actor: "bo@example.org", Removed: key("old")},
			{Time: now.Add(-40 * day), Actor: "eve@example.org", Added: key("unseen")},
		},
	}
	out, _ := scanOf(t, Options{Baseline: b}, f)
	var got []string
	for _, c := range out.Scan.Changes.List {
		who := "?"
		if c.By != nil {
			who = fmt.Sprint(*c.By.Actor, " ", c.By.ActorType, " ", c.By.Itself)
		}
		got = append(got, c.Change+" "+who)
	}
	want := []string{"new Y application true", "new Deploy application false", "new ?", "renewed ada@example.org user false", "gone bo@example.org user false"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for f, err := range out.Findings() {
		if err != nil {
			t.Fatal(err)
		}
		if f.Rule == "appeared" && *f.DisplayName == "x" && (f.ChangedBy == nil || *f.ChangedBy.IPAddress != "203.0.113.9" || *f.ChangedBy.Client != "az/2") {
			t.Errorf("%+v", f.ChangedBy)
		}
	}
}

// If the log cannot be read, one note says so, and no author is named.
func TestTheLogCannotBeRead(t *testing.T) {
	b := since(t, &fake{objects: []objects.Listed{app("x"), app("y", secret("kept", 200*day))}})
	f := &fake{objects: []objects.Listed{app("x", secret("1", 200*day), secret("2", 200*day)), app("y", secret("kept", 200*day))}, broken: map[string]error{"changes": errors.New("no licence")}}
	out, got := scanOf(t, Options{Baseline: b}, f)
	notes := out.Scan.Tenants[0].Notes
	if len(got) != 2 || len(notes) != 1 || !strings.Contains(notes[0].String(), "no licence") || out.Scan.Status != result.Warning {
		t.Errorf("%v, %v, %s", got, notes, out.Scan.Status)
	}
}
