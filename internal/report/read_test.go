package report_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
)

func TestSavedReportsAreRecognised(t *testing.T) {
	for name, kind := range samples(t) {
		res, err := report.ReadSaved(strings.NewReader(read(t, name)))
		if err != nil || res.Kind() != kind {
			t.Errorf("%s: %v, %v", name, res, err)
			continue
		}
		var b bytes.Buffer
		if err := report.Write(&b, "json", res, report.Options{}); err != nil {
			t.Fatal(err)
		}
		if b.String() != strings.ReplaceAll(read(t, name), "\r\n", "\n") {
			t.Errorf("%s is another report when it is written again", name)
		}
	}
}

// A report of each kind can be recognised by its fields, even if it is empty.
func TestEveryKindIsToldFromTheOthers(t *testing.T) {
	h := result.Header{SchemaVersion: result.SchemaVersion, Status: result.Unknown, ExitCode: 3}
	for _, res := range result.Reports() {
		res.Failed(h)
		var b bytes.Buffer
		if err := report.Write(&b, "json", res, report.Options{}); err != nil {
			t.Fatal(err)
		}
		if got, err := report.ReadSaved(&b); err != nil || got.Kind() != res.Kind() {
			t.Errorf("a report of %s is read as %v, %v", res.Kind(), got, err)
		}
	}
}

// Windows PowerShell writes UTF-16 with a byte order mark, and some tools write UTF-8 with
// one.
func TestSavedByWindows(t *testing.T) {
	text := strings.ReplaceAll(read(t, "list-secrets-json"), "\n", "\r\n")
	for name, e := range map[string]interface{ String(string) (string, error) }{
		"UTF-16 LE":         unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(),
		"UTF-16 BE":         unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(),
		"UTF-8 with a mark": unicode.UTF8BOM.NewEncoder(),
	} {
		encoded, err := e.String(text)
		if err != nil {
			t.Fatal(err)
		}
		res, err := report.ReadSaved(strings.NewReader(encoded))
		if err != nil || *res.(*result.SecretList).ServicePrincipal.DisplayName != "MailStoreSP" {
			t.Errorf("%s: %v, %v", name, res, err)
		}
	}
}

func TestSavedReportsThatAreNone(t *testing.T) {
	good := read(t, "diagnose-json")
	for name, c := range map[string]struct{ data, want string }{
		"nothing":           {"", "no JSON report: it ends too early"},
		"another program's": {`{"name": "x"}`, "no schemaVersion"},
		"a list":            {`[1]`, "no JSON report"},
		"cut off":           {good[:len(good)/2], "it ends too early"},
		"more behind it":    {good + "{}", "malformed"},
		"a later version":   {strings.Replace(good, `"schemaVersion": "1"`, `"schemaVersion": "2"`, 1), `schema version is "2"`},
		"an unknown field":  {strings.Replace(good, `"exitCode"`, `"colour": "red", "exitCode"`, 1), "colour"},
		"an unknown status": {strings.Replace(good, `"status": "critical"`, `"status": "fine"`, 1), `status has the unknown value "fine"`},
		"an unknown check":  {strings.Replace(good, `"status": "pass"`, `"status": "passed"`, 1), `checks.status has the unknown value`},
		"a wrong type":      {strings.Replace(good, `"exitCode": 2`, `"exitCode": "2"`, 1), "exitCode has the wrong type"},
		"a missing part":    {strings.Replace(good, `"checks"`, `"cheques"`, 1), "no report of spcheck that this version knows"},
		"deep nesting":      {`{"schemaVersion":"1","checks":` + strings.Repeat("[", 1<<20), "malformed"},
	} {
		_, err := report.ReadSaved(strings.NewReader(c.data))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want something of %q", name, err, c.want)
		}
	}
}

// Any report that can be read can be written in every format that applies to it.
func FuzzReadSaved(f *testing.F) {
	for _, name := range []string{"diagnose-json", "failed-json", "list-secrets-json", "explain-json"} {
		f.Add(readFile(f, name))
	}
	f.Add([]byte(`{"schemaVersion":"1","generatedAt":"0001-01-01T00:00:00Z","status":"ok","exitCode":0,"matches":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		res, err := report.ReadSaved(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, format := range report.Formats(res) {
			var b bytes.Buffer
			if err := report.Write(&b, format, res, report.Options{Language: "de", Unicode: true, Width: 80}); err != nil {
				t.Errorf("%s of %s: %v", format, res.Kind(), err)
			}
		}
	})
}
