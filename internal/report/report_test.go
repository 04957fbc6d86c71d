package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/fail/failtest"
	"github.com/spcheck/spcheck/internal/result"
)

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestJSON(t *testing.T) {
	golden(t, "diagnose-json", write(t, "json", failing(), Options{Language: "de", Color: true}))
	golden(t, "failed-json", write(t, "json", failed(), Options{}))
	golden(t, "list-secrets-json", write(t, "json", list(), Options{}))
	golden(t, "explain-json", write(t, "json", explained(), Options{}))
}

func TestJSONNormalises(t *testing.T) {
	l := emptyList()
	l.ServicePrincipal.ID = strings.ToUpper(spID)
	l.ServicePrincipal.DisplayName = new(strings.ToUpper(clientID))
	l.GeneratedAt = l.GeneratedAt.In(at("2026-01-01T00:00:00+02:00").Location())
	l.Application = &result.Application{DisplayName: new("a<b>&\u009b\u202e\U000e0041\x7f")}
	before := l.GeneratedAt
	out := string(write(t, "json", l, Options{}))
	for _, want := range []string{
		`"id": "` + spID + `"`, `"credentials": []`, `"generatedAt": "2026-03-10T08:15:00Z"`, `"appId": null`,
		`"displayName": "` + strings.ToUpper(clientID) + `"`, // a name is no ID
		`"a<b>&\u009b\u202e\udb40\udc41\u007f"`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %s:\n%s", want, out)
		}
	}
	var back result.SecretList
	if err := json.Unmarshal([]byte(out), &back); err != nil || *back.Application.DisplayName != *l.Application.DisplayName {
		t.Errorf("read back %q, %v", *back.Application.DisplayName, err)
	}
	if l.Credentials != nil || l.GeneratedAt != before || l.ServicePrincipal.ID == spID {
		t.Error("the caller's result was changed")
	}
}

// A saved report must produce the same text as the original.
func TestSavedReportsReadBack(t *testing.T) {
	o := Options{Unicode: true, Width: 120}
	var d result.Diagnosis
	readBack(t, failing(), &d)
	if diff := cmp.Diff(string(write(t, "text", failing(), o)), string(write(t, "text", &d, o))); diff != "" {
		t.Errorf("diagnose:\n%s", diff)
	}
	var e result.Explanation
	readBack(t, explained(), &e)
	if diff := cmp.Diff(string(write(t, "text", explained(), o)), string(write(t, "text", &e, o))); diff != "" {
		t.Errorf("explain:\n%s", diff)
	}
}

func readBack(t *testing.T, res result.Report, into any) {
	t.Helper()
	if err := json.Unmarshal(write(t, "json", res, Options{}), into); err != nil {
		t.Fatal(err)
	}
}

func TestFormatThatMakesNoSense(t *testing.T) {
	var b bytes.Buffer
	err := Write(&b, "sarif", explained(), Options{})
	var f *fail.Error
	if !errors.As(err, &f) || failtest.Text(f) != "no output format \"sarif\" for explain\nuse one of: "+strings.Join(Formats(explained()), ", ") || b.Len() > 0 {
		t.Errorf("error %v, wrote %q", err, b.String())
	}
	if err := Check("json", &result.Diagnosis{}); err != nil {
		t.Error(err)
	}
}

func TestHostileChecksEnd(t *testing.T) {
	d := healthy()
	d.Status = result.Critical
	d.Checks = []result.Check{
		{ID: "a", CausedBy: new("b"), Status: result.Fail}, {ID: "b", CausedBy: new("a"), Status: result.Fail},
		{ID: "c", CausedBy: new("c")}, {ID: "", CausedBy: new("")}, {ID: "a", CausedBy: new("a")},
	}
	if out := write(t, "text", d, Options{}); len(out) > 4000 {
		t.Errorf("%d bytes of report", len(out))
	}
}
