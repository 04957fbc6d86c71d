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

	"github.com/spcheck/spcheck/internal/msg"
)

//go:embed html/page.html
var pageTemplate string

//go:embed html/page.css
var pageStyle string

//go:embed html/page.js
var pageScript string

// htmlPage is what the template of the page sees.
type htmlPage struct {
	*document
	Policy string
	Style  template.CSS
	Script template.JS
	Words  words
}

// words are the sentences of the page itself.
type words struct {
	Generated, Filter, Rows, Copy, Copied, Sort, Follows, Configured string
}

// writeHTML writes a page that stands by itself: it fetches nothing and may run
// its own script only, by a content security policy with the hashes of both. All
// that is foreign goes through html/template.
func writeHTML(w io.Writer, res any, o Options) error {
	d, err := newDocument(res, o)
	if err != nil {
		return err
	}
	t, err := parsedPage()
	if err != nil {
		return err
	}
	style, script := strings.ReplaceAll(pageStyle, "\r\n", "\n"), strings.ReplaceAll(pageScript, "\r\n", "\n")
	return t.Execute(w, htmlPage{
		document: d, Policy: contentPolicy(style, script), Words: pageWords(newPage(o)),
		Style: template.CSS(style), Script: template.JS(script), //nolint:gosec // our own files, embedded at build time
	})
}

var parsedPage = sync.OnceValues(func() (*template.Template, error) {
	return template.New("page").Parse(pageTemplate)
})

// contentPolicy allows the page its own style and script, and nothing else.
func contentPolicy(style, script string) string {
	return fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", hash(style), hash(script))
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func pageWords(p *page) words {
	p.Unicode = true
	return words{
		Generated: p.say(msg.New("Written by spcheck")),
		Filter:    p.say(msg.New("Filter")), Rows: p.say(msg.New("rows shown")), Sort: p.say(msg.New("sort by this column")),
		Copy: p.say(msg.New("Copy")), Copied: p.say(msg.New("Copied")), Follows: p.say(msg.New("follows from the check above")),
		Configured: p.say(msg.New("the configured one")),
	}
}
