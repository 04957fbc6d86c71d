package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

//go:embed html/page.html
var pageTemplate string

//go:embed html/page.css
var pageStyle string

//go:embed html/page.js
var pageScript string

// htmlPage is the data of the page template.
type htmlPage struct {
	*result.Document
	Language, Version, Policy string
	Style                     template.CSS
	Script                    template.JS
}

// pageRows is the maximum number of findings on a page. Browsers handle this many easily.
const pageRows = 10_000

// writeHTML writes a self-contained page. It loads nothing, and its content security
// policy allows only its own style and script, by their hashes. html/template escapes all
// text.
func writeHTML(w io.Writer, r result.Report, o Options) error {
	d, err := r.Document(result.View{Rows: pageRows, All: true, GroupBy: o.GroupBy})
	if err != nil {
		return err
	}
	parsed, err := parsedPage()
	if err != nil {
		return err
	}
	t, err := parsed.Clone()
	if err != nil {
		return err
	}
	style, script := strings.ReplaceAll(pageStyle, "\r\n", "\n"), strings.ReplaceAll(pageScript, "\r\n", "\n")
	if o.Language == "" {
		o.Language = msg.English
	}
	return t.Funcs(pageFuncs(o, d.At)).Execute(w, htmlPage{
		Document: d, Language: o.Language, Version: o.Version, Policy: contentPolicy(style, script),
		Style: template.CSS(style), Script: template.JS(script), //nolint:gosec // files of this package
	})
}

var parsedPage = sync.OnceValues(func() (*template.Template, error) {
	return template.New("page").Funcs(pageFuncs(Options{}, time.Time{})).Parse(pageTemplate)
})

// pageFuncs are the functions that the template calls.
func pageFuncs(o Options, now time.Time) template.FuncMap {
	say := func(t msg.Text) string { return neutral.Line(o.say(t)) }
	words := pageWords()
	return template.FuncMap{
		"say": say, "guid": isGUID, "link": linkOf, "commands": mergeShells, "nested": nested, "quote": neutral.Line,
		"word":     func(name string) string { return say(words[name]) },
		"timeline": func(list []result.Span) *timeline { return timelineOf(list, now) },
		"left":     func(n int) string { return say(msg.New("%d more are in the table.", n)) },
		"sign":     func(s result.CheckStatus) string { return checkSymbols[s].unicode },
		"time":     func(t time.Time) string { return say(msg.New("%s", t)) },
		"class":    checkClass,
		"bars":     barsOf,
		"dates":    datesIn,
		"cells":    func(t *result.Table) *htmlTable { return newHTMLTable(say, t.Columns) },
		"split":    func(command string) []string { return strings.Split(command, " ") },
	}
}

// stretch is a part of a text. Browsers must not break a date at the end of a line.
type stretch struct {
	Text string
	Date bool
}

var date = lazyregexp.New(`\d{4}-\d{2}-\d{2}( \d{2}:\d{2} UTC)?`)

// datesIn splits a text before and after its dates.
func datesIn(text string) []stretch {
	var out []stretch
	at := 0
	for _, found := range date().FindAllStringIndex(text, -1) {
		out = append(out, stretch{Text: text[at:found[0]]}, stretch{Text: text[found[0]:found[1]], Date: true})
		at = found[1]
	}
	return append(out, stretch{Text: text[at:]})
}

// checkClass returns the CSS class of a status. A status that spcheck does not know, from a
// saved report, gets the class of unknown.
func checkClass(s result.CheckStatus) result.CheckStatus {
	if _, known := checkSymbols[s]; known {
		return s
	}
	return result.CheckUnknown
}

// contentPolicy allows only the page's own style and script.
func contentPolicy(style, script string) string {
	const policy = "default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'"
	return fmt.Sprintf(policy, hash(style), hash(script))
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// pageWords are the words in the page itself, by name.
func pageWords() map[string]msg.Text {
	return map[string]msg.Text{
		"generated": msg.New("Written by spcheck"), "filter": msg.New("Filter"), "rows": msg.New("rows shown"), "sort": msg.New("sort by this column"),
		"copy": msg.New("Copy"), "copied": msg.New("Copied"), "follows": msg.New("follows from the check above"), "today": msg.New("today"),
	}
}
