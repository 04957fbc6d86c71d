// Package hostile holds every format of every report against a parser of the
// format, with what a tenant's names may hold at the worst.
package hostile

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	markdowntext "github.com/yuin/goldmark/text"
	"golang.org/x/net/html"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
)

// attacks are what a tenant's names may hold. Each is in every string of a
// result at once.
func attacks() map[string]string {
	return map[string]string{
		"terminal":  "a\x1b[31m\x1b]0;title\x07\u009b2J\x7fb",
		"bidi":      "a\u202egpj.exe\u2066\u200bb",
		"lines":     "a\nb\r\nc\rd\u2028e\x00f",
		"formula":   `=HYPERLINK("http://evil.example","x")`,
		"formula-":  "-2+3+cmd|' /C calc'!A0",
		"html":      `</code></title></style><script>alert(1)</script><img src=x onerror=alert(1)>"'>`,
		"markdown":  "# x\n\n![x](http://evil.example) [y](javascript:alert(1)) **b** `c` | d | <b> @team https://evil.example www.evil.example ~~s~~",
		"list":      "- [ ] x\n1. y",
		"fence":     "```\n~~~\n````",
		"workflow":  "x\n::error::owned\n::add-mask::a%0A::stop-commands::t",
		"labels":    "a\"} 1\nevil_metric{x=\"\\",
		"calendar":  "a\r\nEND:VEVENT\r\nBEGIN:VEVENT;x,y\\",
		"xml":       "]]><x/><!-- \ufffe\uffff & &#0;",
		"sarif":     "{0} [x](http://evil.example) {{",
		"plugin":    "x | days_left=999\nOK: fine",
		"invalid":   "a\xff\xfe\xc3(",
		"long":      strings.Repeat("長|<", 1<<14),
		"longwords": strings.Repeat("a`b ", 1<<14),
	}
}

// fill puts a text into every string of a value, two elements into every slice,
// and something into every pointer. Enumerations keep their first value, so that
// both fillings of a result have the same shape.
func fill(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), s)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), s)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case reflect.Struct:
		switch v.Type() {
		case reflect.TypeFor[time.Time]():
			v.Set(reflect.ValueOf(time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)))
			return
		case reflect.TypeFor[msg.Text]():
			v.Set(reflect.ValueOf(msg.Literal(s)))
			return
		}
		for i := range v.NumField() {
			if !v.Field(i).CanSet() {
				continue
			}
			tag := v.Type().Field(i).Tag.Get("jsonschema")
			if first, ok := strings.CutPrefix(strings.Split(tag, ",")[0], "enum="); ok && v.Field(i).Kind() == reflect.String {
				v.Field(i).SetString(first)
				continue
			}
			fill(v.Field(i), s)
		}
	case reflect.String:
		v.SetString(s)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	}
}

// filled is a result of a kind with a text everywhere. Its run did not fail, or
// formats would show nothing but that.
func filled(t *testing.T, kind result.Kind, s string) result.Report {
	t.Helper()
	all := result.Reports()
	res := all[slices.IndexFunc(all, func(r result.Report) bool { return r.Kind() == kind })]
	fill(reflect.ValueOf(res).Elem(), s)
	res.Head().Error = nil
	return res
}

// Whatever a tenant's names hold, a report stays well-formed, has the same shape
// as with harmless names, and holds nothing that acts or hides.
func TestHostileResults(t *testing.T) {
	for _, empty := range result.Reports() {
		kind := empty.Kind()
		for _, format := range report.Formats(empty) {
			t.Run(string(kind)+"/"+format, func(t *testing.T) {
				t.Parallel()
				o := report.Options{Unicode: true, Width: 100, Color: false, Version: "1"}
				harmless := shapeOf(t, format, write(t, format, filled(t, kind, "harmless"), o))
				for name, attack := range attacks() {
					out := write(t, format, filled(t, kind, attack), o)
					if i := bytes.IndexFunc(out, dangerous); i >= 0 {
						t.Errorf("%s: %q came through", name, out[i:min(i+20, len(out))])
					}
					streamed := kind == "scan" && strings.Contains(format, "json") // as it comes, in constant memory
					if len(out) > 8<<20 && !streamed {
						t.Errorf("%s: %d bytes", name, len(out))
					}
					if got := shapeOf(t, format, out); got != harmless {
						t.Errorf("%s: the shape changed\n got %s\nwant %s", name, short(got), short(harmless))
					}
				}
			})
		}
	}
}

func write(t *testing.T, format string, res result.Report, o report.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, format, res, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func short(s string) string { return neutral.Bound(s, 1500) }

// dangerous is neutral.Dangerous except for line ends, which formats have.
func dangerous(r rune) bool { return r != '\n' && r != '\r' && r != '\t' && neutral.Dangerous(r) }

// shapeOf parses a report with a parser of its format, and sums up its structure.
func shapeOf(t *testing.T, format string, out []byte) string {
	t.Helper()
	shapes := map[string]func([]byte) (string, error){
		"json": shapeJSON, "ndjson": shapeNDJSON, "csv": shapeCSV, "markdown": shapeMarkdown, "html": shapeHTML, "junit": shapeXML,
		"sarif": shapeJSON, "github": shapeGitHub, "plugin": shapePlugin, "prometheus": shapePrometheus, "ics": shapeICS,
	}
	shape, ok := shapes[format]
	if !ok {
		if format != "text" {
			t.Errorf("no parser is known for %s", format)
		}
		return ""
	}
	s, err := shape(out)
	if err != nil {
		t.Errorf("malformed: %v\n%s", err, short(string(out)))
	}
	return s
}

func shapeJSON(out []byte) (string, error) {
	d := json.NewDecoder(bytes.NewReader(out))
	var b strings.Builder
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String(), nil
		} else if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%T", tok)
		if delim, ok := tok.(json.Delim); ok {
			b.WriteString(delim.String())
		}
	}
}

func shapeNDJSON(out []byte) (string, error) {
	for line := range bytes.Lines(out) {
		if !json.Valid(line) {
			return "", fmt.Errorf("not JSON: %.80q", line)
		}
	}
	return strconv.Itoa(bytes.Count(out, []byte("\n"))), nil
}

func shapeCSV(out []byte) (string, error) {
	rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		for _, c := range row {
			if _, err := strconv.Atoi(c); err != nil && c != "" && strings.ContainsAny(c[:1], "=+-@\t\r\n") {
				return "", fmt.Errorf("a formula: %.80q", c)
			}
		}
	}
	return fmt.Sprintf("%d rows of %d", len(rows), len(rows[0])), nil
}

func shapeMarkdown(out []byte) (string, error) {
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(markdowntext.NewReader(out))
	var b strings.Builder
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering || n.Kind() == ast.KindText || n.Kind() == ast.KindString {
			return ast.WalkContinue, nil
		}
		if raw, ok := n.(*ast.RawHTML); ok {
			if s := string(raw.Segments.Value(out)); s != "<br>" {
				return ast.WalkStop, fmt.Errorf("raw HTML %.80q", s)
			}
		}
		if l, ok := n.(*ast.AutoLink); ok {
			if _, known := neutral.Link(string(l.URL(out))); !known {
				return ast.WalkStop, fmt.Errorf("a link to %.80q", l.URL(out))
			}
		}
		b.WriteString(n.Kind().String() + " ")
		return ast.WalkContinue, nil
	})
	return b.String(), err
}

// commandWords are those of a command, each in an element without attributes so that
// lines break between them: as many as it has.
var commandWords = regexp.MustCompile(`(?:Sspan Espan ){2,}`)

func shapeHTML(out []byte) (string, error) {
	z := html.NewTokenizer(bytes.NewReader(out))
	var b strings.Builder
	for {
		switch tt := z.Next(); tt {
		case html.ErrorToken:
			if errors.Is(z.Err(), io.EOF) {
				return commandWords.ReplaceAllString(b.String(), "Sspan Espan "), nil
			}
			return "", z.Err()
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			b.WriteString(tt.String()[:1] + tok.Data)
			for _, a := range tok.Attr {
				b.WriteString("@" + a.Key)
				if a.Key == "href" {
					if _, known := neutral.Link(a.Val); !known {
						return "", fmt.Errorf("a link to %.80q", a.Val)
					}
				}
			}
			b.WriteByte(' ')
		}
	}
}

func shapeXML(out []byte) (string, error) {
	d := xml.NewDecoder(bytes.NewReader(out))
	var b strings.Builder
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String(), nil
		} else if err != nil {
			return "", err
		}
		if s, ok := tok.(xml.StartElement); ok {
			fmt.Fprintf(&b, "%s%d ", s.Name.Local, len(s.Attr))
		}
	}
}

var workflowCommand = regexp.MustCompile(`^::(error|warning|notice) title=[^:,\r\n]*::[^\r\n]*\n$`)

func shapeGitHub(out []byte) (string, error) {
	for line := range bytes.Lines(out) {
		if !workflowCommand.Match(line) {
			return "", fmt.Errorf("not a command of ours: %.80q", line)
		}
	}
	return strconv.Itoa(bytes.Count(out, []byte("\n"))), nil
}

func shapePlugin(out []byte) (string, error) {
	s := string(out)
	if strings.Count(s, "\n") != 1 || !strings.HasSuffix(s, "\n") || strings.Count(s, "|") != 1 {
		return "", fmt.Errorf("not one line with one pipe: %.200q", s)
	}
	_, data, _ := strings.Cut(strings.TrimSpace(s), " | ")
	for pair := range strings.FieldsSeq(data) {
		if !regexp.MustCompile(`^[a-z0-9_]+=[-0-9.U]+s?(;[-0-9.:]*){0,4}$`).MatchString(pair) {
			return "", fmt.Errorf("no performance data: %q", pair)
		}
	}
	return strconv.Itoa(strings.Count(data, " ")), nil
}

func shapePrometheus(out []byte) (string, error) {
	p := expfmt.NewTextParser(model.UTF8Validation)
	families, err := p.TextToMetricFamilies(bytes.NewReader(out))
	var lines []string
	for name, f := range families {
		lines = append(lines, fmt.Sprintf("%s %d", name, len(f.Metric)))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n"), err
}

func shapeICS(out []byte) (string, error) {
	cal, err := ics.ParseCalendar(bytes.NewReader(out))
	if err != nil {
		return "", err
	}
	for line := range bytes.Lines(out) {
		if len(line) > 77 || !bytes.HasSuffix(line, []byte("\r\n")) {
			return "", fmt.Errorf("a line of %d octets", len(line))
		}
	}
	return fmt.Sprintf("%d events, %d ends", len(cal.Events()), bytes.Count(out, []byte("\nEND:"))), nil
}
