package result

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// regroup groups the rows by something other than the rule. Headings keep the order in
// which they first appear. A finding with several owners is listed under each.
func (t *Table) regroup(findings []*Finding, by string) *Table {
	if by == "" {
		return t
	}
	type row struct {
		group int
		cells []Cell
	}
	var rows []row
	at := map[string]int{}
	for i, f := range findings {
		for _, heading := range f.groups(by) {
			key := heading.String()
			if _, known := at[key]; !known {
				at[key] = len(at)
			}
			rows = append(rows, row{at[key], append([]Cell{{Text: heading}}, t.Rows[i]...)})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.group, b.group) })
	t.Columns = append([]Column{{Title: groupTitle(by), Groups: true, Wraps: true}}, t.Columns...)
	t.Rows = nil
	for _, r := range rows {
		t.Rows = append(t.Rows, r.cells)
	}
	return t
}

func groupTitle(by string) msg.Text {
	switch by {
	case GroupByApplication:
		return msg.New("application")
	case GroupByTenant:
		return msg.New("tenant")
	}
	return msg.New("owner")
}

// groups returns the headings for a finding.
func (f *Finding) groups(by string) []msg.Text {
	switch by {
	case GroupByApplication:
		name := msg.Literal(neutral.Bound(f.name(), nameLimit))
		if f.AppID == nil {
			return []msg.Text{name}
		}
		return []msg.Text{msg.New("%s, %s", name, *f.AppID)}
	case GroupByTenant:
		return []msg.Text{msg.Literal(f.Tenant)}
	}
	return f.ownerGroups()
}

// ownerCount counts an owner's findings that need attention.
type ownerCount struct {
	label msg.Text
	count map[Severity]int
}

// maxOwners is the number of owners that are counted separately. ownerBars is the
// number that a chart shows.
const (
	maxOwners = 50_000
	ownerBars = 12
)

func (sum *summary) countOwners(f *Finding) {
	for i, heading := range f.ownerGroups() {
		key, label := heading.String(), heading
		if f.Owners != nil && len(*f.Owners) > 0 { // an address is too long for a chart
			label = msg.Literal(neutral.Bound((*f.Owners)[i].Name(), nameLimit))
		}
		c := sum.owners[key]
		if c == nil {
			if len(sum.owners) >= maxOwners {
				continue
			}
			c = &ownerCount{label, map[Severity]int{}}
			sum.owners[key] = c
		}
		c.count[f.Severity]++
	}
}

func (c *ownerCount) total() int {
	n := 0
	for _, k := range c.count {
		n += k
	}
	return n
}

func (c *ownerCount) add(o *ownerCount) {
	for s, n := range o.count {
		c.count[s] += n
	}
}

func (c *ownerCount) bar() Bar {
	b := Bar{Label: c.label}
	for _, s := range severities() {
		if c.count[s] > 0 {
			b.Segments = append(b.Segments, Segment{c.count[s], s.tone(), s.text()})
		}
	}
	return b
}

// ownerChart shows the owners with the most findings, and all others together. It is
// empty if no owners were read.
func (sum *summary) ownerChart() Chart {
	chart := Chart{Title: msg.New("Needs attention, by owner")}
	unread := (&Finding{}).ownerGroups()[0].String()
	if len(sum.owners) == 0 || len(sum.owners) == 1 && sum.owners[unread] != nil {
		return chart
	}
	keys := slices.SortedFunc(maps.Keys(sum.owners), func(a, b string) int {
		return cmp.Or(cmp.Compare(sum.owners[b].total(), sum.owners[a].total()), strings.Compare(a, b))
	})
	rest := &ownerCount{count: map[Severity]int{}}
	for i, key := range keys {
		if i < ownerBars {
			chart.Bars = append(chart.Bars, sum.owners[key].bar())
			continue
		}
		rest.add(sum.owners[key])
	}
	if n := len(keys) - ownerBars; n > 0 {
		rest.label = msg.New("%d more owners", n)
		chart.Bars = append(chart.Bars, rest.bar())
	}
	return chart
}
