package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want = bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n")) // a checkout on Windows
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s differs (-want +got; -update writes it anew):\n%s", path, d)
	}
}

func write(t *testing.T, format string, res result.Report, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, res, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestText(t *testing.T) {
	for name, c := range map[string]struct {
		res result.Report
		o   Options
	}{
		"diagnose-80":         {failing(), Options{Unicode: true, Width: 80}},
		"diagnose-140":        {failing(), Options{Unicode: true, Width: 140}},
		"diagnose-de-140":     {failing(), Options{Unicode: true, Width: 140, Language: "de"}},
		"diagnose-ascii":      {failing(), Options{Shell: "powershell"}},
		"diagnose-color":      {failing(), Options{Unicode: true, Width: 100, Color: true}},
		"diagnose-verbose":    {failing(), Options{Unicode: true, Verbose: true}},
		"healthy":             {healthy(), Options{Unicode: true, Width: 80}},
		"healthy-de":          {healthy(), Options{Unicode: true, Width: 120, Language: "de"}},
		"failed":              {failed(), Options{Unicode: true}},
		"list-secrets-40":     {list(), Options{Unicode: true, Width: 40}},
		"list-secrets-80":     {list(), Options{Unicode: true, Width: 80}},
		"list-secrets-de-80":  {list(), Options{Unicode: true, Width: 80, Language: "de"}},
		"list-secrets-120":    {list(), Options{Unicode: true, Width: 120}},
		"list-secrets-de-140": {list(), Options{Unicode: true, Width: 140, Language: "de"}},
		"list-secrets-ascii":  {list(), Options{}},
		"list-secrets-none":   {emptyList(), Options{Unicode: true}},
		"diagnose-quiet":      {failing(), Options{Unicode: true, Width: 60, Quiet: true}},
		"list-secrets-quiet":  {list(), Options{Unicode: true, Width: 60, Quiet: true}},
		"explain":             {explained(), Options{Unicode: true, Width: 80}},
		"explain-de":          {explained(), Options{Unicode: true, Width: 80, Language: "de"}},
		"explain-none":        {&result.Explanation{Header: header(result.Unknown, 3)}, Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			out := write(t, "text", c.res, c.o)
			golden(t, name, out)
			checkLines(t, string(out), c.o)
		})
	}
}

// checkLines checks that a text report has no control characters, and no line that could
// have been wrapped but is wider than the terminal.
func checkLines(t *testing.T, out string, o Options) {
	t.Helper()
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if strings.TrimRight(line, " ") != line {
			t.Errorf("trailing blanks: %q", line)
		}
		if o.Color {
			line = ansi.ReplaceAllString(line, "")
		}
		if strings.ContainsFunc(line, neutral.Dangerous) {
			t.Errorf("not neutral: %q", line)
		}
		commandOrLink := strings.Contains(line, "az ad") || strings.Contains(line, "https://") || strings.Contains(line, "--display-name")
		if o.Width > 0 && !o.Quiet && columnsOf(line) > o.Width && !commandOrLink && strings.Contains(strings.TrimSpace(line), " ") {
			t.Errorf("%d columns on a terminal of %d: %q", columnsOf(line), o.Width, line)
		}
	}
}
