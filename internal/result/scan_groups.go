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
	groups := map[string][][]Cell{}
	var order []string
	for i, f := range findings {
		for _, heading := range f.groups(by) {
			key := heading.String()
			if groups[key] == nil {
				order = append(order, key)
			}
			groups[key] = append(groups[key], append([]Cell{{Text: heading}}, t.Rows[i]...))
		}
	}
	titles := map[string]msg.Text{GroupByApplication: msg.New("application"), GroupByTenant: msg.New("tenant"), GroupByOwner: msg.New("owner")}
	t.Columns = append([]Column{{Title: titles[by], Groups: true, Wraps: true}}, t.Columns...)
	t.Rows = nil
	for _, key := range order {
		t.Rows = append(t.Rows, groups[key]...)
	}
	return t
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

// severityCounts counts findings by severity.
type severityCounts map[Severity]int

func (c severityCounts) total() (n int) {
	for _, k := range c {
		n += k
	}
	return n
}

func (c severityCounts) add(o severityCounts) {
	for s, n := range o {
		c[s] += n
	}
}

func (c severityCounts) bar(label msg.Text) Bar {
	b := Bar{Label: label}
	for _, s := range severities() {
		if c[s] > 0 {
			b.Segments = append(b.Segments, Segment{c[s], Status(s), s.text()})
		}
	}
	return b
}

// ownerCount counts an owner's findings that need attention.
type ownerCount struct {
	label msg.Text
	severityCounts
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
			label = (*f.Owners)[i].shortName()
		}
		if sum.owners[key] == nil {
			if len(sum.owners) >= maxOwners {
				continue
			}
			sum.owners[key] = &ownerCount{label, severityCounts{}}
		}
		sum.owners[key].severityCounts[f.Severity]++
	}
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
	rest := severityCounts{}
	for i, key := range keys {
		if o := sum.owners[key]; i < ownerBars {
			chart.Bars = append(chart.Bars, o.bar(o.label))
		} else {
			rest.add(o.severityCounts)
		}
	}
	if n := len(keys) - ownerBars; n > 0 {
		chart.Bars = append(chart.Bars, rest.bar(msg.New("%d more owners", n)))
	}
	return chart
}
