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
	months    map[string]severityCounts
	states    map[CredentialStatus]int
	owners    map[string]*ownerCount
	week      int  // those that need attention and expire within a week
	all       bool // info findings are included
	last      string
	counted   string
}

func (s *Scan) sumUp(v View) (*summary, error) {
	nearest := s.Nearest(v.Rows)
	sum := &summary{now: s.GeneratedAt, months: map[string]severityCounts{}, states: map[CredentialStatus]int{}, owners: map[string]*ownerCount{}, all: v.All}
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
		sum.months[month] = severityCounts{}
	}
	sum.months[month][f.Severity]++
}

// figures are counts that show the state at a glance.
func (sum *summary) figures(t ScanTotals) []Segment {
	all := []Segment{
		{t.Critical, Critical, msg.New("expired without replacement")}, {sum.week, Warning, msg.New("expiring within 7 days")},
		{t.Warning, Warning, msg.New("warnings")}, {t.Info, noted, msg.New("for information")},
	}
	if t.TenantsUnknown > 0 {
		all = append(all, Segment{t.TenantsUnknown, Unknown, msg.New("tenants not read completely")})
	}
	return all
}

// chartMonths is the number of months shown before and after now.
const chartMonths = 12

// charts shows findings by month of expiry, by state and by owner.
func (sum *summary) charts(now time.Time) []Chart {
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
	charts := []Chart{sum.monthChart(now), states, sum.ownerChart()}
	return slices.DeleteFunc(charts, func(c Chart) bool { return len(c.Bars) == 0 })
}

func (sum *summary) monthChart(now time.Time) Chart {
	from, to := now.AddDate(0, -chartMonths, 0).Format("2006-01"), now.AddDate(0, chartMonths, 0).Format("2006-01")
	early, late := severityCounts{}, severityCounts{}
	var bars []Bar
	for _, month := range slices.Sorted(maps.Keys(sum.months)) {
		switch counts := sum.months[month]; {
		case month < from:
			early.add(counts)
		case month > to:
			late.add(counts)
		default:
			bars = append(bars, counts.bar(msg.Literal(month)))
		}
	}
	bars = slices.Concat([]Bar{early.bar(msg.New("earlier"))}, bars, []Bar{late.bar(msg.New("later"))})
	return Chart{msg.New("Expiry by month"), slices.DeleteFunc(bars, func(b Bar) bool { return len(b.Segments) == 0 })}
}
