package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
)

// hostileNames are what an application may be called by somebody who means harm.
func hostileNames() map[string]string {
	return map[string]string{
		"escape":   "Bad\x1b[2J\x1b]0;owned\x07\u009b31m App",
		"lines":    "Bad\r\n::error::owned\n# HELP owned\nowned 1\r",
		"bidi":     "Bad \u202eppA\u2066 \u200b\u00ad\ufeff",
		"formula":  "=HYPERLINK(\"https://evil.invalid\")",
		"formula2": "@SUM(1+1)*cmd|' /C calc'!A0",
		"html":     "<script>alert(1)</script><img src=x onerror=alert(2)>",
		"markdown": "[x](javascript:alert(1)) ![](https://evil.invalid/p.png) | `a` | <b> @everyone",
		"workflow": "%0A::set-env name=PATH::/evil ::stop-commands::x",
		"labels":   "\"} owned{a=\"1\"} 1 \\",
		"plugin":   "a|'owned'=1;2;3",
		"long":     "Grows on the way",
		"invalid":  "zero \u0000 and \ufffd\uffff",
		"ends":     "Bad \u0085\u2028\u2029\u007f\u061c ]]> --> */ App",
		"half":     "Half of a pair",
	}
}

const hostileScenario = `title: A hostile tenant
tenants:
  - name: %[1]s
    domains: [hostile.example]
    apps:
      - name: %[1]s
        appId: 4f8f6c1e-2d3b-4b7a-9e50-6a1d7c92e8b3
        application:
          passwords:
            - {as: used, name: %[1]s, start: -400d, end: -3d}
            - {name: %[1]s, start: -40d, end: +3d}
          certificates: [{name: %[1]s, start: -10d, end: +4d}]
          federated: [{name: build, issuer: "https://issuer.example", subject: %[1]s, audience: "api://AzureADTokenExchange"}]
        servicePrincipal: {}
client:
  secret: {of: used}
reader:
  roles: [Application.ReadWrite.All]
refusals:
  - {status: 400, error: invalid_request, codes: [90014], text: %[2]s}
`

// TestHostileTenant lets a tenant with such names through every format.
func TestHostileTenant(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it runs the program hundreds of times")
	}
	for i, kind := range slices.Sorted(maps.Keys(hostileNames())) {
		name := hostileNames()[kind]
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			quoted, _ := json.Marshal(name) // a JSON string is one of YAML
			text, _ := json.Marshal("AADSTS90014: " + name)
			file := filepath.Join(t.TempDir(), "hostile.yaml")
			putFile(t, file, fmt.Sprintf(hostileScenario, quoted, text))
			place := newFront(t, serveFile(t, file), editing(func(*http.Request) bool { return unwritable[kind] != "" },
				func(_ *http.Request, body []byte) []byte {
					return bytes.ReplaceAll(body, []byte(name), []byte(unwritable[kind]))
				}))
			for _, c := range hostileCommands(t.TempDir()) {
				for j, format := range report.Formats(schematest.Empty(c.kind)) {
					if !thorough() && (i+j)%3 != 0 {
						continue // the tests of the formats themselves leave none out
					}
					args := append(c.args, "-o", format, "--reader", "environment", "--debug")
					got := spcheckAt(t, place, args...)
					if got.code > 3 || got.stdout == "" || strings.Contains(got.stderr, "panic:") {
						t.Errorf("%v: exit code %d\n%.2000s", args, got.code, got.stderr)
						continue
					}
					holdHarmless(t, format, got.stdout)
					holdHarmless(t, "standard error", got.stderr)
					if t.Failed() {
						t.Fatalf("%v", args)
					}
				}
			}
		})
	}
}

// unwritable are names that no scenario file holds, in the JSON of the answers:
// such files are bounded, and valid Unicode.
var unwritable = map[string]string{
	"long": "Grows on the way, " + strings.Repeat("on and on ", 100_000),
	"half": `Half \ud800 of \udc00 a \udfff\ud800 pair`,
}

type hostileCommand struct {
	kind result.Kind
	args []string
}

// hostileCommands are those that repeat what a tenant says.
func hostileCommands(dir string) []hostileCommand {
	const app = "4f8f6c1e-2d3b-4b7a-9e50-6a1d7c92e8b3"
	return []hostileCommand{
		{"diagnose", []string{"diagnose", "--verbose"}},
		{"list-secrets", []string{"list-secrets", "--sp", app}},
		{"scan", []string{"scan"}},
		{"renew-secret", []string{"renew-secret", "--sp", app, "--dry-run", "--to", "file:" + filepath.Join(dir, "new")}},
		{"remove-secret", []string{"remove-secret", "--sp", app, "--expired", "--dry-run"}},
	}
}

// spcheckAt runs the program against a front: what is hidden by value is the
// process's, and other tests' secrets are not this tenant's.
func spcheckAt(t *testing.T, f *front, args ...string) ran {
	t.Helper()
	env := []string{"NO_COLOR=1"}
	for _, v := range f.env() {
		env = append(env, v.Name+"="+v.Value)
	}
	return spcheckIn(t, nil, env, "", args...)
}

// rawFormat are those whose own syntax escapes what a terminal must not see.
var rawFormat = map[string]bool{"json": true, "ndjson": true, "sarif": true}

func holdHarmless(t *testing.T, format, out string) {
	t.Helper()
	if len(out) > 512<<10 {
		t.Errorf("%s: %d bytes", format, len(out))
	}
	for i, r := range out {
		lineEnd := r == '\n' || r == '\t' || r == '\r' && strings.HasPrefix(out[i+1:], "\n") && (format == "csv" || format == "ics")
		if unicode.IsControl(r) && !lineEnd || !rawFormat[format] && unicode.Is(unicode.Cf, r) {
			t.Errorf("%s: the character %U in %q", format, r, out[max(0, i-40):min(len(out), i+40)])
			return
		}
	}
	holdSyntax(t, format, out)
}

var ownWorkflowCommand = regexp.MustCompile(`^::(error|warning|notice|group|endgroup)( |::)`)

func holdSyntax(t *testing.T, format, out string) {
	t.Helper()
	switch format {
	case "csv":
		holdCells(t, out)
	case "html":
		for _, bad := range []string{"<script>alert", "<img", "javascript:alert(1)\"", "evil.invalid\""} {
			if strings.Contains(out, bad) {
				t.Errorf("html: %s", bad)
			}
		}
	case "markdown":
		if bad := liveMarkup.FindString(codeSpan.ReplaceAllString(out, "`code`")); bad != "" {
			t.Errorf("markdown: %s", bad)
		}
	case "github":
		for line := range strings.Lines(out) {
			if strings.HasPrefix(line, "::") && !ownWorkflowCommand.MatchString(line) || strings.HasPrefix(line, "::error::owned") {
				t.Errorf("github: %s", line)
			}
		}
	case "prometheus":
		parser := expfmt.NewTextParser(model.UTF8Validation)
		families, err := parser.TextToMetricFamilies(strings.NewReader(out))
		if err != nil || families["owned"] != nil {
			t.Errorf("prometheus: %v", err)
		}
	case "plugin":
		if _, data, _ := strings.Cut(out, "|"); strings.Contains(data, "owned") {
			t.Errorf("plugin: %s", out)
		}
	case "junit":
		if err := xml.NewDecoder(strings.NewReader(out)).Decode(new(struct{ XMLName xml.Name })); err != nil && err != io.EOF {
			t.Errorf("junit: %v", err)
		}
	case "json", "sarif":
		if !json.Valid([]byte(out)) {
			t.Errorf("%s is not valid", format)
		}
	}
}

// codeSpan is what Markdown shows as it stands.
var codeSpan = regexp.MustCompile("``[^\n]*?``|`[^`\n]*`")

// liveMarkup is markup without a backslash before it.
var liveMarkup = regexp.MustCompile(`(?:^|[^\\])(?:<script|<img|<b>|\](?:\(javascript|\(https://evil))`)

// holdCells looks for formulas.
func holdCells(t *testing.T, out string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "\ufeff"))).ReadAll()
	if err != nil {
		t.Errorf("csv: %v", err)
	}
	number := regexp.MustCompile(`^-?\d+$`)
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) && !number.MatchString(cell) {
				t.Errorf("csv: a formula: %.60q", cell)
			}
		}
	}
}
