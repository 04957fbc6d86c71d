package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
)

// samples are the JSON reports of the golden tests.
func samples(t *testing.T) map[string]result.Kind {
	t.Helper()
	return map[string]result.Kind{
		"diagnose-json": "diagnose", "failed-json": "diagnose",
		"list-secrets-json": "list-secrets", "explain-json": "explain",
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	return string(readFile(t, name))
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".golden"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestReportsKeepToTheirSchema(t *testing.T) {
	for name, kind := range samples(t) {
		t.Run(name, func(t *testing.T) { schematest.Validate(t, kind, []byte(read(t, name))) })
	}
}

func TestEmptyReportsKeepToTheirSchema(t *testing.T) {
	header := result.Header{SchemaVersion: result.SchemaVersion, Status: result.Unknown, ExitCode: 64}
	header.Error = &result.Failure{Message: msg.Literal("no service principal was given")}
	for _, res := range result.Reports() {
		res.Failed(header)
		var b bytes.Buffer
		if err := report.Write(&b, "json", res, report.Options{}); err != nil {
			t.Fatal(err)
		}
		schematest.Validate(t, res.Kind(), b.Bytes())
	}
}

// A credential with malformed dates has no status, and the schema allows that.
func TestUnreadableDatesKeepToTheSchema(t *testing.T) {
	header := result.Header{SchemaVersion: result.SchemaVersion, Status: result.Unknown, ExitCode: 3}
	creds := []result.Credential{{Kind: "password", StoredOn: "application"}}
	for kind, res := range map[result.Kind]result.Report{
		"diagnose":     &result.Diagnosis{Header: header, Credentials: creds},
		"list-secrets": &result.SecretList{Header: header, Credentials: creds},
	} {
		var b bytes.Buffer
		if err := report.Write(&b, "json", res, report.Options{}); err != nil {
			t.Fatal(err)
		}
		schematest.Validate(t, kind, b.Bytes())
	}
}

// The schema must reject reports that would break scripts.
func TestSchemaRefuses(t *testing.T) {
	for _, c := range []struct{ name, sample, old, new string }{
		{"an unknown field", "diagnose-json", `"exitCode": 2,`, `"exitCode": 2, "extra": 1,`},
		{"a missing field", "diagnose-json", `"certainty": "proven",`, ``},
		{"an unknown status", "list-secrets-json", `"status": "critical"`, `"status": "broken"`},
		{"an unknown cause", "diagnose-json", `"id": "secret-superseded"`, `"id": "secret-old"`},
		{"an unknown exit code", "diagnose-json", `"exitCode": 2`, `"exitCode": 4`},
		{"another schema version", "explain-json", `"schemaVersion": "1"`, `"schemaVersion": "2"`},
		{"null for a list", "failed-json", `"checks": []`, `"checks": null`},
		{"null for a sentence", "list-secrets-json", `"When each key`, `null, "When each key`},
		{"a time without zone", "list-secrets-json", `"2026-03-10T08:15:00Z"`, `"2026-03-10T08:15:00"`},
		{"a number as code", "explain-json", `"50012",`, `50012,`},
		{"letters in a code", "explain-json", `"code": "50012"`, `"code": "AADSTS50012"`},
		{"a key ID that is none", "list-secrets-json", `"keyId": "e5026f9c-`, `"keyId": "x5026f9c-`},
		{"days as a fraction", "list-secrets-json", `"daysLeft": 21`, `"daysLeft": 21.5`},
	} {
		valid := read(t, c.sample)
		broken := strings.Replace(valid, c.old, c.new, 1)
		if broken == valid {
			t.Errorf("%s: %s is not in %s", c.name, c.old, c.sample)
		} else if schematest.Check(samples(t)[c.sample], []byte(broken)) == nil {
			t.Errorf("%s: the schema let it through", c.name)
		}
	}
}
