package report

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// wrapWidths returns the widths to try for wrapped cells before another column is dropped.
// The narrowest is used only if few columns are left to drop.
func wrapWidths(spare int) []int {
	if spare > 1 {
		return []int{48, 30, 20}
	}
	return []int{48, 30, 20, 12}
}

// gap is the space between columns, indent the space before the first one.
const (
	gap    = 2
	indent = 2
)

// grid is the part of a table that fits the terminal: the remaining columns, by index, and
// their widths.
type grid struct {
	*result.Table
	columns []int
	widths  []int
	// below are columns that are shown on lines below their row.
	below []int
}

// table writes a table. On a narrow terminal it drops columns, and if that is not enough,
// it writes each row as a few lines. IDs are never cut.
func (p *page) table(t *result.Table) {
	if t == nil {
		return
	}
	if g, ok := p.fitting(t); ok {
		p.grid(g)
	} else {
		by, groups := grouped(t)
		for _, rows := range groups {
			p.groupHead(by, rows)
			for _, r := range rows {
				p.card(t, r)
			}
		}
	}
	for _, note := range []msg.Text{t.Caption, t.More} {
		if !note.IsZero() {
			p.write("  ", dim, p.say(note))
		}
	}
}

// fitting drops columns and wraps cells until the table fits, and reports whether it does.
func (p *page) fitting(t *result.Table) (grid, bool) {
	g := grid{Table: t}
	most := 0
	for i, c := range t.Columns {
		if !c.Groups {
			g.columns = append(g.columns, i)
			most = max(most, c.Spare)
		}
	}
	all := slices.Clone(g.columns)
	if p.measure(&g, wrapWidths(most)[0]); p.Width > 0 && g.width() > p.Width {
		g.columns = slices.DeleteFunc(g.columns, func(i int) bool { return t.Columns[i].Below })
		g.below = slices.DeleteFunc(all, func(i int) bool { return !t.Columns[i].Below })
	}
	for spare := most; spare >= 0; spare-- {
		g.columns = slices.DeleteFunc(slices.Clone(g.columns), func(i int) bool { return t.Columns[i].Spare > spare })
		for _, limit := range wrapWidths(spare) {
			if p.measure(&g, limit); p.Width <= 0 || g.width() <= p.Width {
				return g, true
			}
		}
	}
	return g, false
}

func (g grid) width() int {
	w := indent - gap
	for _, c := range g.widths {
		w += gap + c
	}
	return w
}

// measure sets the widths of the columns. Columns that can wrap get at most limit.
func (p *page) measure(g *grid, limit int) {
	g.widths = nil
	for _, i := range g.columns {
		w := 0
		for _, r := range g.Rows {
			w = max(w, columnsOf(p.cell(r[i])))
		}
		if g.Columns[i].Wraps {
			w = min(w, limit)
		}
		g.widths = append(g.widths, max(w, columnsOf(p.head(g.Columns[i]))))
	}
}

func (p *page) head(c result.Column) string { return strings.ToUpper(p.say(c.Title)) }

func (p *page) cell(c result.Cell) string {
	switch {
	case c.Day != nil:
		return p.day(*c.Day)
	case p.Verbose && !c.Full.IsZero():
		return p.say(c.Full)
	}
	return p.say(c.Text)
}

// day formats a date, with the time of day in a verbose report.
func (p *page) day(t time.Time) string {
	if p.Verbose {
		return t.UTC().Format("2006-01-02 15:04")
	}
	return t.UTC().Format(time.DateOnly)
}

// grid writes the table, with a heading for each group.
func (p *page) grid(g grid) {
	var head []string
	for n, i := range g.columns {
		head = append(head, pad(p.head(g.Columns[i]), g.widths[n]))
	}
	line := strings.TrimRight(strings.Join(head, strings.Repeat(" ", gap)), " ")
	by, groups := grouped(g.Table)
	for i, rows := range groups {
		if i > 0 {
			p.blank()
		}
		p.groupHead(by, rows)
		p.verbatim(strings.Repeat(" ", indent), bold, line)
		for _, r := range rows {
			p.row(g, r)
		}
	}
}

func (p *page) row(g grid, r []result.Cell) {
	var cells [][]string
	height := 1
	for n, i := range g.columns {
		text := p.cell(r[i])
		if text == "" && !g.Columns[i].Title.IsZero() {
			text = "-"
		}
		lines := []string{text}
		if g.Columns[i].Wraps {
			lines = wrapHard(text, g.widths[n])
		}
		cells = append(cells, lines)
		height = max(height, len(lines))
	}
	for line := range height {
		out := strings.Repeat(" ", indent)
		last := 0
		for n, i := range g.columns {
			if line >= len(cells[n]) || cells[n][line] == "" {
				out += strings.Repeat(" ", g.widths[n]+gap)
				continue
			}
			text := cells[n][line]
			out += p.paint(toneStyle(r[i].Tone), text)
			last = len(out)
			out += strings.Repeat(" ", max(0, g.widths[n]-columnsOf(text))+gap)
		}
		p.b.WriteString(out[:last] + "\n")
	}
	for _, i := range g.below {
		if text := p.cell(r[i]); text != "" {
			p.write("    ", dim, p.say(g.Columns[i].Title)+": "+text)
		}
	}
}

// grouped returns the rows by group, in the order of the first row of each group, and the
// index of the column that groups them, or -1.
func grouped(t *result.Table) (by int, groups [][][]result.Cell) {
	by = slices.IndexFunc(t.Columns, func(c result.Column) bool { return c.Groups })
	if by < 0 {
		return by, [][][]result.Cell{t.Rows}
	}
	type key struct {
		text string
		tone result.Status
	}
	at := map[key]int{}
	for _, r := range t.Rows {
		k := key{r[by].Text.String(), r[by].Tone}
		i, known := at[k]
		if !known {
			i = len(groups)
			at[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	return by, groups
}

// groupHead writes the heading of a group and its note.
func (p *page) groupHead(by int, rows [][]result.Cell) {
	if by < 0 || len(rows) == 0 {
		return
	}
	c := rows[0][by]
	p.write("  "+p.symbol(toneSymbol(c.Tone))+" ", bold, p.say(msg.New("%s (%d)", c.Text, len(rows))))
	if note := p.say(c.Note); note != "" {
		p.write("    ", dim, note)
	}
}

// card writes a row as a few lines, for terminals too narrow for the table: the lead
// columns, then IDs, then everything else.
func (p *page) card(t *result.Table, r []result.Cell) {
	var title, ids, details []string
	mark := p.symbol(bullet)
	for i, c := range t.Columns {
		text := p.cell(r[i])
		switch {
		case text == "" || c.Groups:
		case c.Title.IsZero():
			mark = p.paint(bold, text)
		case c.Lead:
			title = append(title, text)
		case c.Code && isGUID(text):
			ids = append(ids, text)
		default:
			details = append(details, p.say(c.Title)+" "+text)
		}
	}
	p.items("  "+mark+" ", plainStyle, title)
	for _, id := range ids {
		p.write("    ", plainStyle, id)
	}
	if len(details) > 0 {
		p.items("    ", dim, details)
	}
}
