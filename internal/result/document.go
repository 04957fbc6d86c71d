package result

import (
	"cmp"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// Document is a report for people. Its texts are neither translated nor neutralised
// yet; each format does both when it prints them.
type Document struct {
	// Kind names the type of report, and Title its subject.
	Kind, Title msg.Text
	// Status is empty if the report makes no judgement. Tone applies to the headline.
	Status, Tone Status
	// Headline is the finding in one sentence. Remark follows it in brackets.
	Headline, Remark msg.Text
	Lead             []msg.Text
	Parts            []Part
	At               time.Time
}

// A Part is one section. It may have several kinds of content.
type Part struct {
	ID    string // an anchor, or empty
	Title msg.Text
	Brief brief
	// Below means that the part belongs to the one before it.
	Below  bool
	Text   []msg.Text
	Facts  []Fact
	Items  []Item
	Steps  []Remedy
	Checks []Check
	// Noticed are the checks that a short report shows even if it hides the others.
	Noticed []Check
	Spans   []Span
	// Figures are counts that show the state at a glance.
	Figures []Segment
	Charts  []Chart
	Table   *Table
	Quote   string
}

// brief says how much of a part the short text report shows. All other formats show all
// of it.
type brief int

// whole shows everything. First shows the first step or item. Hidden shows only that
// there is more. Overview is a chart, which no text report shows.
const (
	whole brief = iota
	First
	Hidden
	Overview
)

// A tone decides the colour and the symbol. It is a status, empty, or one of these values.
// Over is for expired credentials that do no harm.
const (
	noted Status = "info"
	Over  Status = "over"
)

// A Fact is a value with a label. It is not shown if the value is empty.
type Fact struct{ Label, Value msg.Text }

// An Item is an entry of a list: Text, then Value, which is meant to be copied, then
// Detail below. Aside has further details, which the text report shows only with -v.
type Item struct {
	Status                     CheckStatus // empty for none
	Text, Value, Detail, Aside msg.Text
	Numbered                   bool
}

// A Span is a bar of a timeline. From is nil if the start is not known.
type Span struct {
	Label, Detail msg.Text
	From          *time.Time
	To            time.Time
	Tone          Status
}

// A Chart shows counts by category.
type Chart struct {
	Title msg.Text
	Bars  []Bar
}

// A Bar is one row of a chart. Its segments have different tones.
type Bar struct {
	Label    msg.Text
	Segments []Segment
}

// Segment is a part of a bar, or a count on its own.
type Segment struct {
	Count int
	Tone  Status
	Label msg.Text
}

// A Table fits the width of the terminal by dropping columns.
type Table struct {
	Columns []Column
	Rows    [][]Cell
	Caption msg.Text
	// More is a sentence about rows that are not shown.
	More msg.Text
}

// A Column of a table. On a narrow terminal the columns with the highest Spare are
// dropped first; a column with Spare 0 never is. An empty column is left out.
type Column struct {
	Title msg.Text
	Spare int
	// Lead marks the column that names the row if the table does not fit at all.
	Lead, Right, Code bool
	// State marks a column of states. HTML shows them with a dot.
	State bool
	// Wraps allows line breaks within cells, for prose and names.
	Wraps bool
	// Below shows the cell in lines below its row where the table is too narrow for it.
	Below bool
	// Groups puts rows with the same cell under one heading in the text report.
	Groups bool
}

// A Cell is a text or a date. Sort is the sort key if it differs from what is shown.
// Note is shown once per group.
type Cell struct {
	Text msg.Text
	Full msg.Text // shown instead of Text if there is room; may be empty
	Day  *time.Time
	Sort string
	Tone Status
	Note msg.Text
	// Marks means that the text is a symbol, and gives its meaning.
	Marks msg.Text
}

// Empty reports whether the cell has neither a text nor a date.
func (c Cell) Empty() bool { return c.Text.IsZero() && c.Day == nil }

// fill removes columns that are empty in every row.
func (t *Table) fill() *Table {
	for i := len(t.Columns) - 1; i >= 0; i-- {
		if slices.ContainsFunc(t.Rows, func(r []Cell) bool { return !r[i].Empty() }) {
			continue
		}
		t.Columns = slices.Delete(t.Columns, i, i+1)
		for n, r := range t.Rows {
			t.Rows[n] = append(r[:i:i], r[i+1:]...)
		}
	}
	return t
}

func newDocument(h *Header, kind msg.Text) *Document {
	status := cmp.Or(h.Status, Unknown)
	d := &Document{Kind: kind, Status: status, Tone: status, At: h.GeneratedAt}
	if f := h.Error; f != nil {
		d.Lead = append(append(d.Lead, f.Message), f.Hints...)
	}
	return d
}

// add appends a part unless it is empty.
func (d *Document) add(x Part) {
	x.Facts = slices.DeleteFunc(x.Facts, func(f Fact) bool { return f.Value.IsZero() })
	if len(x.Text)+len(x.Facts)+len(x.Items)+len(x.Steps)+len(x.Checks)+len(x.Spans)+len(x.Charts)+len(x.Figures) == 0 && x.Quote == "" && (x.Table == nil || len(x.Table.Rows) == 0) {
		return
	}
	d.Parts = append(d.Parts, x)
}

func (d *Document) notes(list []msg.Text, below bool) {
	x := Part{ID: "notes", Title: msg.New("Notes"), Below: below}
	for _, n := range list {
		x.Items = append(x.Items, Item{Text: n})
	}
	d.add(x)
}

// limited shortens a list to the rows of a view, and adds an entry that counts the rest.
func limited[T any](list []T, v View, more func(n int) T) []T {
	if n := len(list) - v.Rows; n > 0 {
		return append(list[:v.Rows:v.Rows], more(n))
	}
	return list
}

// Total adds up all segments.
func (b Bar) Total() int {
	n := 0
	for _, s := range b.Segments {
		n += s.Count
	}
	return n
}
