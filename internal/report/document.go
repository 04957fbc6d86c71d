package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// A document is what the formats for people beside the terminal show of a
// result: Markdown and HTML. All of its texts are in the reader's language and
// neutral; each format escapes them by its own rules.
type document struct {
	Language string
	// Kind says what the report is, Title names what it is about.
	Kind, Title string
	Status      result.Status
	StatusText  string
	// Headline is the finding in one sentence; Remark goes in brackets behind it.
	Headline, Remark string
	Lead             []string
	Parts            []part
	Generated        string
	Version          string
}

// A part is one section, with as many kinds of content as it has.
type part struct {
	ID, Title string
	// Level is that of the heading: 2, or 3 below another part.
	Level      int
	Paragraphs []string
	Facts      []fact
	Bullets    []item
	Steps      []step
	Checks     []checkLine
	Timeline   *timeline
	Table      *grid
	Quote      string
}

// A fact is a value with its name. Code is one that is to be copied.
type fact struct {
	Label, Value string
	Code         bool
}

// An item is one of a list: Text, then Value as code, and Detail below it.
type item struct{ Text, Value, Detail string }

// A step is one thing to do.
type step struct {
	Title    string
	Commands []shellCommand
	Link     string
}

// shellCommand is a command with the shells that take it as it stands.
type shellCommand struct {
	Shells, Language, Command string
}

// A checkLine is one check; Depth tells how far it follows from others.
type checkLine struct {
	Status              result.CheckStatus
	StatusText, Symbol  string
	Title, Summary, Tag string
	Depth               int
}

// A grid is a table.
type grid struct {
	Caption string
	Head    []string
	Rows    [][]cell
	// More is a sentence about rows that were left out.
	More string
}

// A cell is one of a table. Sort is what it is sorted by, Class its look.
type cell struct {
	Text, Sort, Class string
	Code, Right       bool
	// Marks says that the text is a sign, which a page puts into words too.
	Marks bool
}

// Right reports whether a column is set against the right edge.
func (g *grid) Right(column int) bool { return len(g.Rows) > 0 && g.Rows[0][column].Right }

// GUID reports whether the cell is one, which a page may break in the middle.
func (c cell) GUID() bool { return c.Code && guid.MatchString(c.Text) }

// Classes are those of the cell in HTML.
func (c cell) Classes() string {
	classes := c.Class
	if c.Right {
		classes += " right"
	}
	if c.GUID() {
		classes += " id"
	}
	if c.Text == "" || c.Text == absent {
		classes += " empty"
	}
	return strings.TrimSpace(classes)
}

// absent stands in a cell where there is nothing to tell.
const absent = "–"

// newDocument makes a document of a result, or an error where none is known.
func newDocument(res any, o Options) (*document, error) {
	o.Unicode, o.Color, o.Width = true, false, 0
	p := newPage(o)
	d := &document{Language: o.Language, Version: o.Version}
	if d.Language == "" {
		d.Language = msg.English
	}
	switch r := res.(type) {
	case *result.Diagnosis:
		p.documentDiagnosis(d, r)
	case *result.SecretList:
		p.documentList(d, r)
	case *result.Explanation:
		p.documentExplanation(d, r)
	case *result.Renewal:
		p.documentRenewal(d, r)
	case *result.Removal:
		p.documentRemoval(d, r)
	case *ScanSource:
		return d, p.documentScan(d, r)
	default:
		return nil, fmt.Errorf("no document is known for a %T", res)
	}
	return d, nil
}

// head fills in what every document has.
func (p *page) head(d *document, h *result.Header, kind msg.Text) {
	d.Kind, d.Status, d.StatusText = p.say(kind), result.Status(statusClass(h.Status)), p.say(statusText(h.Status))
	d.Generated = p.say(msg.New("%s", h.GeneratedAt))
	if f := h.Error; f != nil {
		d.Lead = append(d.Lead, p.say(f.Message))
		for _, hint := range f.Hints {
			d.Lead = append(d.Lead, p.say(hint))
		}
	}
}

// add appends a part unless there is nothing in it.
func (d *document) add(x part) {
	if len(x.Paragraphs)+len(x.Facts)+len(x.Bullets)+len(x.Steps)+len(x.Checks) == 0 && x.Timeline == nil && x.Table == nil && x.Quote == "" {
		return
	}
	if x.Level == 0 {
		x.Level = 2
	}
	d.Parts = append(d.Parts, x)
}

// facts turns named values into facts, leaving out what is absent.
func (p *page) facts(rows []row) []fact {
	var list []fact
	for _, r := range rows {
		if r.value != "" {
			list = append(list, fact{Label: p.say(r.label), Value: r.value, Code: guid.MatchString(r.value)})
		}
	}
	return list
}

// credentialParts shows credentials as a timeline and as a table.
func (p *page) credentialParts(d *document, list []result.Credential, h *result.Header) {
	if len(list) == 0 {
		return
	}
	list = ordered(list)
	d.add(part{ID: "timeline", Title: p.say(msg.New("When they end")), Timeline: p.timeline(list, h.GeneratedAt)})
	d.add(part{ID: "credentials", Title: p.say(msg.New("Credentials")), Table: p.credentialGrid(list)})
}

func (p *page) credentialGrid(list []result.Credential) *grid {
	columns := p.used(credentialColumns(), list)
	g := &grid{Caption: p.say(msg.New("Order: usable ones first, the nearest end atop; ended ones last."))}
	if slices.ContainsFunc(list, isConfigured) {
		g.Caption = marker().unicode + " " + p.say(msg.New("the configured one")) + ". " + g.Caption
	}
	for _, col := range columns {
		g.Head = append(g.Head, p.say(col.title))
	}
	for _, c := range list {
		var cells []cell
		for _, col := range columns {
			cells = append(cells, p.gridCell(col, c))
		}
		g.Rows = append(g.Rows, cells)
	}
	return g
}

func (p *page) gridCell(col column, c result.Credential) cell {
	x := cell{Text: col.cell(p, c), Right: col.right, Code: col.code}
	if col.sort != nil {
		x.Sort = col.sort(c)
	}
	if col.style != nil {
		x.Class = "status " + credentialClass(c)
	}
	if col.title.Key() == "name" {
		x.Class = "text"
	}
	if col.title.IsZero() {
		x.Marks, x.Class = x.Text != "", "mark"
	}
	return dashed(x)
}

// credentialClass names the look of a credential's state.
func credentialClass(c result.Credential) string {
	if leftover(c) {
		return "over"
	}
	switch c.Status {
	case result.Valid, result.NeverExpires:
		return "ok"
	case result.Expiring:
		return "warning"
	case result.Expired:
		return "critical"
	}
	return "unknown"
}

// link is a link that may be shown as one, or nothing.
func (p *page) link(l *string) string {
	if l == nil {
		return ""
	}
	good, _ := neutral.Link(*l)
	return good
}
