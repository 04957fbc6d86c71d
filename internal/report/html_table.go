package report

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// htmlCell is a cell of a table as the page shows it. A page can have a hundred thousand of
// them, so what a cell looks like is decided here and not in the template, which takes
// three times as long.
type htmlCell struct {
	Label string // the title of the column, for narrow screens
	Sort  string
	Class string
	Text  string
	// Parts is a GUID where it may be broken.
	Parts []string
	Code  bool
	// Marks is the meaning of a symbol.
	Marks string
}

// htmlTable makes the cells of a table's rows with the page's language.
type htmlTable struct {
	say     func(msg.Text) string
	columns []result.Column
	labels  []string
}

func newHTMLTable(say func(msg.Text) string, columns []result.Column) *htmlTable {
	t := &htmlTable{say: say, columns: columns}
	for _, c := range columns {
		t.labels = append(t.labels, say(c.Title))
	}
	return t
}

// Row makes the cells of a row.
func (t *htmlTable) Row(cells []result.Cell) []htmlCell {
	out := make([]htmlCell, len(cells))
	for i := range cells {
		out[i] = t.cell(i, &cells[i])
	}
	return out
}

func (t *htmlTable) cell(i int, c *result.Cell) htmlCell {
	column := &t.columns[i]
	out := htmlCell{Label: t.labels[i], Sort: c.Sort}
	guid := false
	switch {
	case c.Day != nil:
		out.Text = c.Day.UTC().Format(time.DateOnly)
	case !c.Empty():
		out.Text, out.Marks, out.Code = t.say(c.Text), t.say(c.Marks), column.Code
		if guid = out.Code && isGUID(out.Text); guid {
			out.Parts = []string{out.Text[:14], out.Text[14:24], out.Text[24:]}
		}
	case out.Label != "":
		out.Text = "–"
	}
	out.Class = cellClass(column, c, guid, out.Marks != "")
	return out
}

// cellClass returns the CSS classes of a cell.
func cellClass(column *result.Column, c *result.Cell, guid, mark bool) string {
	var list []string
	if c.Tone != "" && !column.Wraps {
		list = append(list, string(c.Tone))
	}
	for _, class := range []struct {
		name string
		has  bool
	}{{"status", column.State}, {"text", column.Wraps}, {"right", column.Right}, {"empty", c.Empty()}, {"day", c.Day != nil}, {"id", guid}, {"mark", mark}} {
		if class.has {
			list = append(list, class.name)
		}
	}
	return strings.Join(list, " ")
}
