package result

import (
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// Document is what people read of a report. Nothing in it is translated or made
// harmless yet: each format does both as it prints.
type Document struct {
	// Kind says what the report is, Title what it is about.
	Kind, Title msg.Text
	// Status is empty where the report judges nothing. Tone is that of the headline.
	Status Status
	Tone   Tone
	// Headline is the finding in one sentence; Remark goes in brackets behind it.
	Headline, Remark msg.Text
	Lead             []msg.Text
	Parts            []Part
	At               time.Time
}

// A Part is one section, with as many kinds of content as it has.
type Part struct {
	ID    string // an anchor, or empty
	Title msg.Text
	Brief brief
	// Below says that the part belongs to the one before.
	Below  bool
	Text   []msg.Text
	Facts  []Fact
	Items  []Item
	Steps  []Remedy
	Checks []Check
	Spans  []Span
	// Figures are counts that say at a glance how bad it is.
	Figures []Segment
	Charts  []Chart
	Table   *Table
	Quote   string
}

// brief says what a short text report shows of a part. Every other format shows
// all of it.
type brief int

// Whole is everything; First the first step or item; Hidden nothing, but that
// there is more; Overview nothing in any text report, since it is a picture.
const (
	whole brief = iota
	First
	Hidden
	Overview
)

// Tone is how something is to be taken, for its colour and its mark.
type Tone string

// The tones. Over is what is past and harms nothing.
const (
	plain     Tone = ""
	Good      Tone = "ok"
	Attention Tone = "warning"
	Bad       Tone = "critical"
	Unsure    Tone = "unknown"
	noted     Tone = "info"
	Over      Tone = "over"
)

// A Fact is a value with its name; nothing is shown where there is no value.
type Fact struct{ Label, Value msg.Text }

// An Item is one of a list: Text, then Value, which is to be copied, and Detail
// below it. Aside is below as well, for those who want to know more: a text
// report shows it with -v only.
type Item struct {
	Status                     CheckStatus // empty is none
	Text, Value, Detail, Aside msg.Text
	Numbered                   bool
}

// A Span is a bar of a timeline. From is nil where the beginning is not known.
type Span struct {
	Label, Detail msg.Text
	From          *time.Time
	To            time.Time
	Tone          Tone
}

// A Chart counts things by kind.
type Chart struct {
	Title msg.Text
	Bars  []Bar
}

// A Bar is one count of a chart, in segments of different tones.
type Bar struct {
	Label    msg.Text
	Segments []Segment
}

// Segment is a part of a bar, or a count of its own.
type Segment struct {
	Count int
	Tone  Tone
	Label msg.Text
}

// A Table is fitted to the width of the terminal by leaving columns out.
type Table struct {
	Columns []Column
	Rows    [][]Cell
	Caption msg.Text
	// More is a sentence about rows that were left out.
	More msg.Text
}

// A Column of a table. Those with the highest Spare go first where the terminal
// is narrow; one with 0 never goes. One that has nothing in it is left out.
type Column struct {
	Title msg.Text
	Spare int
	// Lead is what a row is called by where a table does not fit at all.
	Lead, Right, Code bool
	// State says that the cells are states, which a page marks by a point.
	State bool
	// Wraps says that the cells are prose or names, which may be broken.
	Wraps bool
	// Groups says that a text report puts rows with the same cell under one
	// heading.
	Groups bool
}

// A Cell of a table is a text or a day. Sort is what it is sorted by where that
// is not what it shows; Note is said once of a group.
type Cell struct {
	Text msg.Text
	Full msg.Text // in place of Text where there is room, or nothing
	Day  *time.Time
	Sort string
	Tone Tone
	Note msg.Text
	// Marks says that the text is a sign, and what it means.
	Marks msg.Text
}

// Empty reports whether there is nothing in the cell.
func (c Cell) Empty() bool { return c.Text.IsZero() && c.Day == nil }

// fill leaves out columns that are empty in every row.
func (t *Table) fill() *Table {
	for i := len(t.Columns) - 1; i >= 0; i-- {
		used := false
		for _, r := range t.Rows {
			used = used || !r[i].Empty()
		}
		if used {
			continue
		}
		t.Columns = append(t.Columns[:i:i], t.Columns[i+1:]...)
		for n, r := range t.Rows {
			t.Rows[n] = append(r[:i:i], r[i+1:]...)
		}
	}
	return t
}

func newDocument(h *Header, kind msg.Text) *Document {
	d := &Document{Kind: kind, Status: known(h.Status), Tone: toneOf(h.Status), At: h.GeneratedAt}
	if f := h.Error; f != nil {
		d.Lead = append(append(d.Lead, f.Message), f.Hints...)
	}
	return d
}

// known keeps a status of a saved report that nobody knows from being shown.
func known(s Status) Status {
	switch s {
	case OK, Warning, Critical:
		return s
	}
	return Unknown
}

func toneOf(s Status) Tone { return Tone(known(s)) }

// add appends a part unless there is nothing in it.
func (d *Document) add(x Part) {
	var facts []Fact
	for _, f := range x.Facts {
		if !f.Value.IsZero() {
			facts = append(facts, f)
		}
	}
	x.Facts = facts
	if len(x.Text)+len(x.Facts)+len(x.Items)+len(x.Steps)+len(x.Checks)+len(x.Spans)+len(x.Charts)+len(x.Figures) == 0 && x.Quote == "" && (x.Table == nil || len(x.Table.Rows) == 0) {
		return
	}
	d.Parts = append(d.Parts, x)
}

func (d *Document) notes(list []msg.Text, below bool) {
	var items []Item
	for _, n := range list {
		items = append(items, Item{Text: n})
	}
	d.add(Part{ID: "notes", Title: msg.New("Notes"), Below: below, Items: items})
}

// Total counts all segments.
func (b Bar) Total() int {
	n := 0
	for _, s := range b.Segments {
		n += s.Count
	}
	return n
}
