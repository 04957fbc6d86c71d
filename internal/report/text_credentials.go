package report

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// A column of the table of credentials. Those with the highest spare go first
// where the terminal is narrow; one with spare 0 never goes.
type column struct {
	title msg.Text
	spare int
	// wraps are the widths at which cells wrap, in columns, for each squeeze; 0
	// is never. Words stay whole where words is set.
	wraps [squeezes]int
	words bool
	right bool // set against the right edge
	code  bool // an ID, to be copied
	cell  func(p *page, c result.Credential) string
	style func(c result.Credential) style
	// sort is what tables that can be sorted go by; nil is the cell's text.
	sort func(c result.Credential) string
}

// squeezes is how many widths are tried before a column is given up.
const squeezes = 3

func credentialColumns() []column {
	return []column{
		{title: msg.Text{}, cell: (*page).configuredMark},
		{title: msg.New("stored on"), wraps: [squeezes]int{0, 1, 1}, words: true, cell: func(p *page, c result.Credential) string { return p.say(holderText(c.StoredOn)) }},
		{title: msg.New("kind"), cell: func(p *page, c result.Credential) string { return p.say(shortKind(c.Kind)) }},
		{title: msg.New("key ID"), code: true, cell: func(p *page, c result.Credential) string { return orDash(p.optional(c.KeyID)) }},
		{title: msg.New("name"), spare: 1, wraps: [squeezes]int{32, 24, 16}, cell: func(p *page, c result.Credential) string { return orDash(p.name(c, nameLimit)) }},
		{title: msg.New("hint"), spare: 2, code: true, cell: (*page).hint},
		{title: msg.New("start"), spare: 3, cell: func(p *page, c result.Credential) string { return p.day(c.StartDateTime) }, sort: func(c result.Credential) string { return sortTime(c.StartDateTime) }},
		{title: msg.New("end"), cell: func(p *page, c result.Credential) string { return p.day(c.EndDateTime) }, sort: func(c result.Credential) string { return sortTime(c.EndDateTime) }},
		{title: msg.New("days left"), wraps: [squeezes]int{0, 1, 1}, words: true, right: true, cell: daysLeft, sort: sortDays},
		{
			title: msg.New("status"),
			cell:  func(p *page, c result.Credential) string { return p.say(credentialStatusText(c.Status)) },
			style: credentialStyle,
		},
		{title: msg.New("last used"), spare: 4, cell: func(p *page, c result.Credential) string { return p.day(c.LastUsedDateTime) }, sort: func(c result.Credential) string { return sortTime(c.LastUsedDateTime) }},
	}
}

// credentials writes a table where it fits the terminal without its spare
// columns, else a few lines a credential. Key IDs are never cut.
func (p *page) credentials(list []result.Credential) {
	list = ordered(list)
	if t, ok := p.fittingTable(list); ok {
		p.b.WriteString(t)
	} else {
		p.cards(list)
	}
	p.legend(list)
}

// fittingTable is the table with as many columns as the terminal takes.
func (p *page) fittingTable(list []result.Credential) (string, bool) {
	for _, columns := range narrowing(p.used(credentialColumns(), list)) {
		for squeeze := range squeezes {
			if t := p.table(columns, squeeze, list); p.Width <= 0 || tableWidth(t) <= p.Width {
				return t, true
			}
		}
	}
	return "", false
}

// used leaves out spare columns in which there is nothing to read.
func (p *page) used(columns []column, list []result.Credential) []column {
	return slices.DeleteFunc(columns, func(col column) bool {
		return col.spare > 0 && !slices.ContainsFunc(list, func(c result.Credential) bool { return col.cell(p, c) != "-" })
	})
}

// legend says how the list is to be read.
func (p *page) legend(list []result.Credential) {
	configured := slices.ContainsFunc(list, isConfigured)
	if configured || len(list) > 1 {
		p.blank()
	}
	if configured {
		p.write("  "+p.symbol(marker())+" ", dim, p.say(msg.New("the configured one")))
	}
	if len(list) > 1 {
		p.write("  ", dim, p.say(msg.New("Order: usable ones first, the nearest end atop; ended ones last.")))
	}
}

func isConfigured(c result.Credential) bool { return c.Configured != nil && *c.Configured }

// narrowing returns the columns, and again without those with the highest spare,
// and so on.
func narrowing(columns []column) [][]column {
	sets := [][]column{columns}
	for spare := slices.MaxFunc(columns, func(a, b column) int { return a.spare - b.spare }).spare; spare > 0; spare-- {
		columns = slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return c.spare == spare })
		sets = append(sets, columns)
	}
	return sets
}

func (p *page) table(columns []column, squeeze int, list []result.Credential) string {
	t := table.NewWriter()
	t.SetColumnConfigs(p.configs(columns, squeeze, list))
	t.SetStyle(quietStyle())
	t.AppendHeader(p.headerRow(columns))
	for _, c := range list {
		cells := table.Row{}
		for _, col := range columns {
			s := plainStyle
			if col.style != nil {
				s = col.style(c)
			} else if c.Status == result.Expired {
				s = dim
			}
			cells = append(cells, p.paint(s, col.cell(p, c)))
		}
		t.AppendRow(cells)
	}
	var b strings.Builder
	for line := range strings.Lines(t.Render()) {
		b.WriteString(strings.TrimRight("  "+strings.TrimSuffix(line, "\n"), " ") + "\n")
	}
	return b.String()
}

// configs bounds the widths of columns and sets their edges.
func (p *page) configs(columns []column, squeeze int, credentials []result.Credential) []table.ColumnConfig {
	var list []table.ColumnConfig
	for i, c := range columns {
		config := table.ColumnConfig{Number: i + 1, WidthMax: c.wraps[squeeze], WidthMaxEnforcer: text.WrapSoft}
		if c.words && config.WidthMax > 0 {
			config.WidthMax = p.longestWord(c, credentials)
		}
		if c.right {
			config.Align, config.AlignHeader = text.AlignRight, text.AlignRight
		}
		list = append(list, config)
	}
	return list
}

func (p *page) longestWord(col column, credentials []result.Credential) int {
	words := strings.Fields(p.say(col.title))
	for _, c := range credentials {
		words = append(words, strings.Fields(col.cell(p, c))...)
	}
	longest := 0
	for _, w := range words {
		longest = max(longest, columnsOf(w))
	}
	return longest
}

func (p *page) headerRow(columns []column) table.Row {
	var r table.Row
	for _, c := range columns {
		r = append(r, p.paint(bold, strings.ToUpper(p.say(c.title))))
	}
	return r
}

// quietStyle has no lines, two blanks between columns, and leaves letters alone.
func quietStyle() table.Style {
	s := table.StyleDefault
	s.Options = table.OptionsNoBordersAndSeparators
	s.Box.PaddingLeft, s.Box.PaddingRight = "", "  "
	s.Format = table.FormatOptions{Header: text.FormatDefault, Row: text.FormatDefault, Footer: text.FormatDefault}
	return s
}

func tableWidth(s string) int {
	w := 0
	for line := range strings.Lines(s) {
		w = max(w, columnsOf(strings.TrimRight(line, "\n")))
	}
	return w
}

// shortKind fits a table whose reader sees at the heading that it lists
// credentials.
func shortKind(kind string) msg.Text {
	switch kind {
	case "password":
		return msg.New("secret")
	case "federated":
		return msg.New("federated")
	}
	return kindText(kind)
}

func (p *page) configuredMark(c result.Credential) string {
	if isConfigured(c) {
		return p.plainSymbol(marker())
	}
	return ""
}

// nameLimit bounds a name in characters; Entra's own limit is 256 for names of
// passwords.
const nameLimit = 120

func (p *page) name(c result.Credential, limit int) string {
	if c.DisplayName == nil {
		return ""
	}
	return p.typography(neutral.Bound(*c.DisplayName, limit))
}

// hint shortens a thumbprint for the table unless the report is verbose.
func (p *page) hint(c result.Credential) string {
	h := p.optional(c.Hint)
	if len(h) > 16 && !p.Verbose {
		h = p.typography(h[:8] + "…")
	}
	return orDash(h)
}

func daysLeft(_ *page, c result.Credential) string {
	if c.DaysLeft == nil {
		return "-"
	}
	return strconv.Itoa(*c.DaysLeft)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// sortTime puts times into the order of their letters; what is absent comes
// last.
func sortTime(t *time.Time) string {
	if t == nil {
		return "~"
	}
	return t.UTC().Format(time.RFC3339)
}

func sortDays(c result.Credential) string {
	if c.DaysLeft == nil {
		return "~"
	}
	return strconv.Itoa(*c.DaysLeft)
}

// tally counts credentials by what can be done with them.
type tally struct{ usable, expiring, expired, unknown int }

func count(list []result.Credential) tally {
	var n tally
	for _, c := range list {
		switch c.Status {
		case result.Expiring:
			n.usable++
			n.expiring++
		case result.Valid, result.NeverExpires:
			n.usable++
		case result.Expired:
			n.expired++
		case result.NotYetValid:
		default:
			n.unknown++
		}
	}
	return n
}
