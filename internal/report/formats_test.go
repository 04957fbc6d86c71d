package report

import (
	"bytes"
	"encoding/csv"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/spcheck/spcheck/internal/result"
)

func TestFormats(t *testing.T) {
	for name, c := range map[string]struct {
		format string
		res    result.Report
		o      Options
	}{
		"diagnose-csv":         {"csv", failing(), Options{}},
		"list-secrets-csv":     {"csv", list(), Options{}},
		"explain-csv":          {"csv", explained(), Options{}},
		"diagnose-markdown":    {"markdown", failing(), Options{}},
		"diagnose-de-markdown": {"markdown", failing(), Options{Language: "de"}},
		"failed-markdown":      {"markdown", failed(), Options{}},
		"list-secrets-md":      {"markdown", list(), Options{}},
		"explain-markdown":     {"markdown", explained(), Options{}},
		"diagnose-junit":       {"junit", failing(), Options{Language: "de"}},
		"list-secrets-junit":   {"junit", list(), Options{}},
		"failed-junit":         {"junit", failed(), Options{}},
		"diagnose-sarif":       {"sarif", failing(), Options{Version: "1.2.3"}},
		"list-secrets-sarif":   {"sarif", list(), Options{}},
		"failed-sarif":         {"sarif", failed(), Options{}},
		"diagnose-github":      {"github", failing(), Options{}},
		"healthy-github":       {"github", healthy(), Options{}},
		"list-secrets-github":  {"github", list(), Options{Language: "de"}},
		"diagnose-prometheus":  {"prometheus", failing(), Options{}},
		"failed-prometheus":    {"prometheus", failed(), Options{}},
		"list-secrets-prom":    {"prometheus", list(), Options{}},
		"diagnose-ics":         {"ics", failing(), Options{Within: 36 * time.Hour}},
		"list-secrets-ics":     {"ics", list(), Options{Language: "de"}},
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, unixLines(c.format, write(t, c.format, c.res, c.o))) })
	}
}

// unixLines replaces CR LF, because Git may change the line ends of golden files. Other
// tests check the line ends.
func unixLines(format string, out []byte) []byte {
	if format == "csv" || format == "ics" {
		return bytes.ReplaceAll(out, []byte("\r\n"), []byte("\n"))
	}
	return out
}

func TestPlugin(t *testing.T) {
	warning := list()
	warning.Status, warning.ExitCode = result.Warning, 1
	hidden := list()
	hidden.ExitCode = 0 // by --fail-on never
	dateless := emptyList()
	dateless.Status, dateless.ExitCode = result.Unknown, 3
	dateless.Credentials = []result.Credential{{Kind: "password", StoredOn: "application"}}
	for _, c := range []struct {
		name string
		res  result.Report
		o    Options
		want string
	}{
		{"diagnosis", failing(), Options{Language: "de"}, "SPCHECK CRITICAL: " + clientID + ": An older, expired secret is still configured, although a newer one is valid. (proven)" +
			" | days_left=21;30:;0: usable=3;;1:;0 expiring=1;;;0 expired=2;;;0 tenant_time=0.084s;;;0 sign_in_time=1.210s;;;0"},
		{"healthy", healthy(), Options{Within: 12 * time.Hour}, "SPCHECK OK: " + clientID + ": Healthy: the sign-in works | days_left=712;0.5:;0: usable=1;;1:;0 expiring=0;;;0 expired=0;;;0"},
		{"warning", warning, Options{}, "SPCHECK WARNING: MailStoreSP: 3 usable (1 of them expiring soon), 2 expired | days_left=21;30:;0: usable=3;;1:;0 expiring=1;;;0 expired=2;;;0"},
		{"hidden by --fail-on", hidden, Options{}, "SPCHECK OK: MailStoreSP: The credential in use has expired: 3 usable (1 of them expiring soon), 2 expired | days_left=21;30:;0: usable=3;;1:;0 expiring=1;;;0 expired=2;;;0"},
		{"dates unknown", dateless, Options{}, "SPCHECK UNKNOWN: Not everything could be read. | days_left=U;30:;0: usable=U;;1:;0 expiring=0;;;0 expired=0;;;0"},
		{"none", emptyList(), Options{}, "SPCHECK CRITICAL: No credential is usable: no credentials | days_left=U;30:;0: usable=0;;1:;0 expiring=0;;;0 expired=0;;;0"},
		{"failed", failed(), Options{}, `SPCHECK UNKNOWN: <your\x07 id>: the time limit was reached`},
	} {
		want := strings.NewReplacer("<", "(", ">", ")").Replace(c.want) + "\n"
		if got := string(write(t, "plugin", c.res, c.o)); got != want {
			t.Errorf("%s:\n got %s want %s", c.name, got, want)
		}
	}
}

// The schema is from the SARIF standard; see testdata/sarif.
func sarifSchemaOf(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(filepath.Join("testdata", "sarif", "sarif-schema-2.1.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func checkSARIF(t *testing.T, schema *jsonschema.Schema, out []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("no valid SARIF: %v", err)
	}
}

func TestSARIFIsValid(t *testing.T) {
	schema := sarifSchemaOf(t)
	for _, res := range []result.Report{failing(), healthy(), failed(), list(), emptyList()} {
		checkSARIF(t, schema, write(t, "sarif", res, Options{Version: "1.0"}))
	}
	broken, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"version":"2.1.0","runs":[{"tool":{}}]}`))
	if err != nil || schema.Validate(broken) == nil {
		t.Error("the schema lets a run without a driver through")
	}
}

// If fingerprints changed from day to day, every run would open new alerts.
func TestSARIFFingerprintsAreStable(t *testing.T) {
	later := list()
	later.GeneratedAt = later.GeneratedAt.AddDate(0, 0, 1)
	for i := range later.Credentials {
		if d := later.Credentials[i].DaysLeft; d != nil {
			later.Credentials[i].DaysLeft = new(*d - 1)
		}
	}
	prints := func(l *result.SecretList) string {
		var lines []string
		for line := range strings.Lines(string(write(t, "sarif", l, Options{}))) {
			if strings.Contains(line, "spcheck/v1") {
				lines = append(lines, strings.TrimSpace(line))
			}
		}
		return strings.Join(lines, "\n")
	}
	if a, b := prints(list()), prints(later); a != b || strings.Count(a, "\n") < 2 {
		t.Errorf("fingerprints changed overnight:\n%s\n\n%s", a, b)
	}
}

func TestPromtoolTakesTheMetrics(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed (Debian: apt-get install prometheus)")
	}
	for _, res := range []result.Report{failing(), healthy(), failed(), list(), emptyList()} {
		cmd := exec.Command(promtool, "check", "metrics")
		cmd.Stdin = bytes.NewReader(write(t, "prometheus", res, Options{}))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool: %v\n%s", err, out)
		}
	}
}

func TestCSVFollowsRFC4180(t *testing.T) {
	out := string(write(t, "csv", list(), Options{}))
	if strings.Count(out, "\r\n") != strings.Count(out, "\n") {
		t.Error("not every line ends in CR LF")
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != 1+len(credentials()) {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func TestCalendarsUpdateEachOther(t *testing.T) {
	uids := func(res result.Report, o Options) map[string]string {
		out := write(t, "ics", res, o)
		for line := range bytes.Lines(out) {
			if len(line) > 77 || !bytes.HasSuffix(line, []byte("\r\n")) {
				t.Errorf("a line of %d octets: %q", len(line), line)
			}
		}
		cal, err := ics.ParseCalendar(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, e := range cal.Events() {
			start, err := e.GetStartAt()
			if err != nil {
				t.Error(err)
			}
			if stamp, err := e.GetDtStampTime(); err != nil || !stamp.Equal(*at("2026-03-10T08:15:00Z")) {
				t.Errorf("DTSTAMP %v, %v", stamp, err)
			}
			found[e.Id()] = start.Format(time.RFC3339)
			if future := start.After(*at("2026-03-10T08:15:00Z")); future != (len(e.Alarms()) == 1) {
				t.Errorf("%d alarms for an event on %s", len(e.Alarms()), start)
			}
		}
		return found
	}
	a, b := uids(list(), Options{}), uids(failing(), Options{Language: "de", Within: time.Hour})
	if len(a) != 4 || len(b) != 4 { // five credentials, of which one never ends
		t.Fatalf("%d and %d events", len(a), len(b))
	}
	for id, end := range a {
		if b[id] != end {
			t.Errorf("the event %s of one report is not in the other", id)
		}
	}
}

func TestFailedRunsAreShownOrNotWritten(t *testing.T) {
	for _, f := range registry() {
		if f.name == "text" || !ShowsFailures(f.name) {
			continue
		}
		out := string(write(t, f.name, failed(), Options{}))
		told := strings.Contains(out, "the time limit was reached") || f.name == "prometheus" && strings.Contains(out, `report="diagnose"} 3`)
		if !told {
			t.Errorf("%s does not tell of the failure:\n%s", f.name, out)
		}
	}
	for _, silent := range []string{"csv", "ics", "text"} {
		if ShowsFailures(silent) {
			t.Errorf("%s would look empty", silent)
		}
	}
}

// Even a calendar without events needs a component (RFC 5545 §3.6).
func TestEmptyCalendarIsACalendar(t *testing.T) {
	cal, err := ics.ParseCalendar(bytes.NewReader(write(t, "ics", emptyList(), Options{})))
	if err != nil || len(cal.Components) != 1 || len(cal.Events()) != 0 {
		t.Errorf("%v, %d components", err, len(cal.Components))
	}
}
