package result

import (
	"maps"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// summary is collected in one pass over the findings.
type summary struct {
	now       time.Time
	findings  []*Finding // the most urgent ones
	attention int        // credentials and objects with a warning or worse
	months    map[string]map[Severity]int
	states    map[CredentialStatus]int
	owners    map[string]*ownerCount
	week      int  // those that need attention and expire within a week
	all       bool // info findings are included
	last      string
	counted   string
}

func (s *Scan) sumUp(v View) (*summary, error) {
	nearest := s.Nearest(v.Rows)
	sum := &summary{now: s.GeneratedAt, months: map[string]map[Severity]int{}, states: map[CredentialStatus]int{}, owners: map[string]*ownerCount{}, all: v.All}
	for f, err := range s.EachFinding() {
		if err != nil {
			return nil, err
		}
		sum.count(f)
		if f.Severity != SevInfo || f.Rule == RuleReplaced || v.All {
			nearest.Take(f)
		}
	}
	sum.findings = nearest.Sorted()
	return sum, nil
}

// count counts each credential once. It relies on all findings of a credential being
// adjacent.
func (sum *summary) count(f *Finding) {
	key := f.Tenant + f.ObjectID + OrEmpty(f.KeyID)
	if f.Severity != SevInfo && sum.counted != key {
		sum.attention++
		sum.counted = key
		sum.countOwners(f)
	}
	if key == sum.last || f.KeyID == nil {
		return
	}
	sum.last = key
	sum.states[f.Status]++
	if f.EndDateTime == nil || f.Status == NeverExpires {
		return
	}
	if left := f.EndDateTime.Unix() - sum.now.Unix(); f.Severity != SevInfo && 0 < left && left < 7*24*60*60 {
		sum.week++
	}
	month := f.EndDateTime.UTC().Format("2006-01")
	if sum.months[month] == nil {
		sum.months[month] = map[Severity]int{}
	}
	sum.months[month][f.Severity]++
}

// figures are counts that show the state at a glance.
func (sum *summary) figures(t ScanTotals) []Segment {
	all := []Segment{
		{t.Critical, Bad, msg.New("expired without replacement")}, {sum.week, Attention, msg.New("expiring within 7 days")},
		{t.Warning, Attention, msg.New("warnings")}, {t.Info, noted, msg.New("for information")},
	}
	if t.TenantsUnknown > 0 {
		all = append(all, Segment{t.TenantsUnknown, Unsure, msg.New("tenants not read completely")})
	}
	return all
}

// chartMonths is the number of months shown before and after now.
const chartMonths = 12

// charts shows findings by month of expiry, by state and by owner.
func (sum *summary) charts(now time.Time) []Chart {
	var charts []Chart
	months := Chart{Title: msg.New("Expiry by month")}
	from, to := now.AddDate(0, -chartMonths, 0).Format("2006-01"), now.AddDate(0, chartMonths, 0).Format("2006-01")
	early, late := map[Severity]int{}, map[Severity]int{}
	add := func(label msg.Text, n map[Severity]int) {
		b := Bar{Label: label}
		for _, s := range severities() {
			if n[s] > 0 {
				b.Segments = append(b.Segments, Segment{n[s], s.tone(), s.text()})
			}
		}
		if len(b.Segments) > 0 {
			months.Bars = append(months.Bars, b)
		}
	}
	for m, n := range sum.months {
		for s, k := range n {
			if m < from {
				early[s] += k
			} else if m > to {
				late[s] += k
			}
		}
	}
	add(msg.New("earlier"), early)
	for _, m := range slices.Sorted(maps.Keys(sum.months)) {
		if m >= from && m <= to {
			add(msg.Literal(m), sum.months[m])
		}
	}
	add(msg.New("later"), late)
	states := Chart{Title: msg.New("By state")}
	for _, st := range []CredentialStatus{Expired, Expiring, Valid, NotYetValid, NeverExpires, ""} {
		if n := sum.states[st]; n > 0 {
			label := st.Text()
			if st == "" {
				label = msg.New("unknown")
			}
			c := Credential{Status: st}
			states.Bars = append(states.Bars, Bar{label, []Segment{{n, c.tone(), label}}})
		}
	}
	for _, c := range []Chart{months, states, sum.ownerChart()} {
		if len(c.Bars) > 0 {
			charts = append(charts, c)
		}
	}
	return charts
}
