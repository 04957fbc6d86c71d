package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
)

const (
	intruderKey = "b7c40e19-2f86-4d5b-a1e3-6098d4f7c2a5"
	ownKey      = "1d84b7e2-95a3-4c06-8f7d-e20c6b39a451"
)

var moment = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC`)

// timeless numbers the times of a text in their order, since those of a sandbox begin
// again with each run. What is left keeps its width.
func timeless(text string) string {
	all := slices.Compact(slices.Sorted(slices.Values(moment.FindAllString(text, -1))))
	return moment.ReplaceAllStringFunc(text, func(s string) string {
		label := fmt.Sprintf("[time %d", 1+slices.Index(all, s))
		return label + strings.Repeat(".", len(s)-len(label)-1) + "]"
	})
}

// The history of an intruder's secret, which is gone, beside that of the one that is
// meant to be there: the whole text, in each language.
func TestHistoryOfAnIntruder(t *testing.T) {
	t.Parallel()
	server := serve(t, "intruder")
	for _, lang := range []string{"en", "de"} {
		got := spcheck(t, server, nil, "scan", "--incident", "Identity Governance", "--lang", lang)
		path := filepath.Join("testdata", "incident."+lang+".txt")
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(path, []byte(timeless(got.stdout)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), timeless(got.stdout)); d != "" || got.code != 0 || got.stderr != "" {
			t.Errorf("%s: exit code %d, %s\n%s", lang, got.code, got.stderr, d)
		}
	}
}

// What names an application, and what names a key, lead to the same history.
func TestHistoryByEveryName(t *testing.T) {
	t.Parallel()
	server := serve(t, "intruder")
	for _, name := range []string{"Identity Governance", "8f2b61d4-0c7e-4a59-b3e8-5d94a17c60b2", "6a0d93f8-41b7-4e2c-9d65-b8f3c7201e5a", intruderKey, strings.ToUpper(intruderKey), ownKey} {
		n := history(t, server, "scan", "--incident", name)
		want := []string{ownKey, intruderKey}
		if strings.Contains(name, "-") && len(n.Histories) == 1 {
			want = []string{strings.ToLower(name)}
		}
		var keys []string
		for _, s := range n.Histories {
			keys = append(keys, s.KeyID)
		}
		if d := cmp.Diff(want, keys); d != "" || n.Status != result.OK {
			t.Errorf("%s: %s, %s", name, n.Status, d)
		}
	}
}

// history is the report as JSON.
func history(t *testing.T, server *sandbox.Server, args ...string) *result.Incident {
	t.Helper()
	got := spcheck(t, server, nil, append(args, "-o", "json")...)
	schematest.Validate(t, "incident", []byte(got.stdout))
	var n result.Incident
	if err := json.Unmarshal([]byte(got.stdout), &n); err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, got.stdout, got.stderr)
	}
	if got.code != n.ExitCode {
		t.Errorf("%v: exit code %d, %d in the report", args, got.code, n.ExitCode)
	}
	return &n
}

// The table of all events is in order of time, whoever they are of.
func TestHistoryAsATable(t *testing.T) {
	t.Parallel()
	got := spcheck(t, serve(t, "intruder"), nil, "scan", "--incident", "Identity Governance", "-o", "csv")
	lines, err := csv.NewReader(strings.NewReader(got.stdout)).ReadAll()
	if err != nil || got.code != 0 {
		t.Fatal(err, got)
	}
	var events, times []string
	for _, l := range lines[1:] {
		events, times = append(events, l[1]+" "+l[2][:4]), append(times, l[0])
	}
	want := []string{"used 1d84", "added b7c4", "used b7c4", "used b7c4", "removed b7c4", "refused b7c4", "lastUsed 1d84"}
	if slices.Sort(want); !slices.IsSorted(times) || !slices.Equal(want, slices.Sorted(slices.Values(events))) {
		t.Errorf("%q, %q", times, events)
	}
}

// What makes no sense beside a history is refused by name, before anybody is asked.
func TestHistoryRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-o", "ics"}, `no output format "ics" for incident`},
		{[]string{"-o", "sarif"}, `no output format "sarif" for incident`},
		{[]string{"--baseline", "x.json"}, "--baseline cannot be used with --incident"},
		{[]string{"--list-rules"}, "--list-rules cannot be used with --incident"},
		{[]string{"--all-profiles"}, "--all-profiles cannot be used with --incident"},
		{[]string{"--profile", "a", "--profile", "b"}, "--incident reads one tenant, but 2 profiles were given"},
		{[]string{"--since", "tomorrow"}, `--since has the value "tomorrow"`},
		{[]string{"--since", "2126-01-01"}, `--since has the value "2126-01-01"`},
	} {
		got := inside(t, nil, []string{"AZURE_TENANT_ID=contoso.example"}, "", append([]string{"scan", "--incident", "x"}, c.args...)...)
		if got.code != 64 || !strings.Contains(got.stderr, c.want) || got.stdout != "" {
			t.Errorf("%v: exit code %d\n%s%s", c.args, got.code, got.stdout, got.stderr)
		}
	}
	for _, args := range [][]string{{"--incident", " "}, {"--since", "7d"}} {
		if got := inside(t, nil, []string{"AZURE_TENANT_ID=contoso.example"}, "", append([]string{"scan"}, args...)...); got.code != 64 {
			t.Errorf("%v: exit code %d\n%s", args, got.code, got.stderr)
		}
	}
}

// Nothing of that name is no empty history.
func TestHistoryOfNothing(t *testing.T) {
	t.Parallel()
	server := serve(t, "intruder")
	got := spcheck(t, server, nil, "scan", "--incident", "11111111-2222-4333-8444-555555555555")
	if got.code != 3 || !strings.Contains(got.stderr, "nothing in the tenant matches 11111111-2222-4333-8444-555555555555") || got.stdout != "" {
		t.Errorf("%+v", got)
	}
	n := history(t, server, "scan", "--incident", "Nobody's Application")
	if n.Status != result.Unknown || n.Error == nil || !n.Error.NotFound {
		t.Errorf("%+v", n.Header)
	}
}

// Without the licence the sign-in log is closed: the history says what that means, and
// is unknown.
func TestHistoryWithoutTheSignInLog(t *testing.T) {
	t.Parallel()
	n := history(t, serve(t, "without-premium"), "scan", "--incident", "Archive Sync")
	i := slices.IndexFunc(n.Sources, func(s result.IncidentSource) bool { return s.Source == "signInLog" })
	if i < 0 || n.Sources[i].Status != "unreadable" || !strings.Contains(n.Sources[i].Meaning.String(), "it may not be known whether and from where a credential was used") {
		t.Errorf("%+v", n.Sources)
	}
	if n.Status != result.Unknown || n.ExitCode != 3 {
		t.Errorf("%+v", n.Header)
	}
}
