package result

import (
	"cmp"
	"container/heap"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// RuleText is what people are told of a rule.
type RuleText struct{ Title, Remedy msg.Text }

// Document is how bad it is, then an overview, then the findings, the nearest
// expiry first.
func (s *Scan) Document(v View) (*Document, error) {
	d := newDocument(&s.Header, msg.New("Scan of tenants"))
	sum, err := s.sumUp(v)
	if err != nil {
		return nil, err
	}
	d.Headline = s.verdict(sum.attention)
	if len(s.Tenants) == 1 {
		d.Title = msg.Literal(s.Tenants[0].Tenant)
	}
	if s.Error == nil {
		d.Lead = append(d.Lead, s.lead()...)
	}
	d.add(Part{ID: "overview", Title: msg.New("Overview"), Brief: Overview, Figures: sum.figures(s.Totals), Items: s.ruleItems(), Charts: sum.charts(s.GeneratedAt)})
	d.add(Part{ID: "findings", Title: msg.New("Findings, nearest expiry first"), Table: s.table(sum, v.GroupBy)})
	if c := s.Changes; c != nil {
		d.add(Part{ID: "changes", Title: msg.New("Since the scan of %s", c.Since), Text: []msg.Text{msg.New("new: %d, renewed: %d, gone: %d", c.New, c.Renewed, c.Gone)}, Items: c.items(v)})
	}
	d.add(s.tenantPart(v))
	d.add(Part{ID: "excluded", Title: msg.New("Left out"), Brief: Hidden, Facts: s.excluded()})
	return d, nil
}

// verdict says in plain words how bad it is.
func (s *Scan) verdict(attention int) msg.Text {
	t := s.Totals
	unread := msg.New("%d of %d tenants could not be read completely", t.TenantsUnknown, t.Tenants)
	needs := msg.New("%s %s", msg.New("%d credentials need attention", attention), msg.New("in %d tenants", t.Tenants))
	if expired := t.Critical; expired > 0 {
		needs = msg.New("%s; %s", needs, msg.New("%d have expired with nothing to replace them", expired))
	}
	switch {
	case s.Error != nil:
		return msg.New("The scan failed")
	case t.TenantsUnknown > 0 && attention > 0:
		return msg.New("%s; %s", needs, unread)
	case t.TenantsUnknown > 0:
		return unread
	case s.Status == Unknown:
		return msg.New("Not everything could be read")
	case attention > 0:
		return needs
	case t.ByRule[RuleReplaced] > 0:
		return msg.New("%d credentials expire soon, and longer-lived ones exist already", t.ByRule[RuleReplaced])
	}
	return msg.New("No credential needs attention")
}

func (s *Scan) lead() []msg.Text {
	t := s.Totals
	lead := []msg.Text{msg.New("Read in %s: %s.", took(t.DurationMs), counted(t.Applications, t.ServicePrincipals, t.Credentials))}
	if t.Throttled > 0 {
		lead = append(lead, msg.New("Microsoft Graph throttled %d requests.", t.Throttled))
	}
	if s.Partial {
		lead = append(lead, msg.New("The scan was stopped before it was complete: what is missing here was not read."))
	}
	return lead
}

// counted is what was read.
func counted(applications, principals, credentials int) msg.Text {
	return msg.Join([]msg.Text{msg.New("%d applications", applications), msg.New("%d service principals", principals), msg.New("%d credentials", credentials)}, ", ")
}

// took is at least a second, so that a short scan reads as one.
func took(ms int64) time.Duration {
	return max(time.Second, (time.Duration(ms) * time.Millisecond).Round(time.Second))
}

// summary is what one pass over the findings gives: the nearest ones, and counts.
type summary struct {
	nearest   nearest
	attention int // credentials and objects with a warning or worse
	months    map[string]map[Severity]int
	states    map[CredentialStatus]int
	owners    map[string]*ownerCount
	week      int  // of those that need attention, what expires within a week
	all       bool // info findings are among them
	last      string
	counted   string
}

func (s *Scan) sumUp(v View) (*summary, error) {
	sum := &summary{nearest: nearest{now: s.GeneratedAt, limit: v.Rows}, months: map[string]map[Severity]int{}, states: map[CredentialStatus]int{}, owners: map[string]*ownerCount{}, all: v.All}
	for f, err := range s.EachFinding() {
		if err != nil {
			return nil, err
		}
		sum.count(f)
		if f.Severity != SevInfo || f.Rule == RuleReplaced || v.All {
			sum.nearest.take(f)
		}
	}
	slices.SortFunc(sum.nearest.list, nearer(s.GeneratedAt))
	return sum, nil
}

// count counts each credential once. The findings of one come one after the
// other.
func (sum *summary) count(f *Finding) {
	key := f.Tenant + f.ObjectID + orEmpty(f.KeyID)
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
	if left := f.EndDateTime.Unix() - sum.nearest.now.Unix(); f.Severity != SevInfo && 0 < left && left < 7*24*60*60 {
		sum.week++
	}
	month := f.EndDateTime.UTC().Format("2006-01")
	if sum.months[month] == nil {
		sum.months[month] = map[Severity]int{}
	}
	sum.months[month][f.Severity]++
}

// figures say at a glance how bad it is.
func (sum *summary) figures(t ScanTotals) []Segment {
	all := []Segment{
		{t.Critical, Bad, msg.New("expired without replacement")}, {sum.week, Attention, msg.New("expiring within 7 days")},
		{t.Warning, Attention, msg.New("warnings")}, {t.Info, Noted, msg.New("for information")},
	}
	if t.TenantsUnknown > 0 {
		all = append(all, Segment{t.TenantsUnknown, Unsure, msg.New("tenants not read completely")})
	}
	return all
}

// chartMonths is how many months an overview shows to either side of now.
const chartMonths = 12

// charts are by month of expiry, by state and by owner.
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

// nearest keeps the findings that a person is to see first: by severity, then by
// how near to now they expire. The one that is shown last is on top of the heap,
// so that it is the one to give way.
type nearest struct {
	list  []*Finding
	now   time.Time
	limit int
}

func (h *nearest) Len() int           { return len(h.list) }
func (h *nearest) Less(i, j int) bool { return nearer(h.now)(h.list[i], h.list[j]) > 0 }
func (h *nearest) Swap(i, j int)      { h.list[i], h.list[j] = h.list[j], h.list[i] }

// Push adds a finding; see container/heap.
func (h *nearest) Push(x any) { h.list = append(h.list, x.(*Finding)) }

// Pop removes the last one; see container/heap.
func (h *nearest) Pop() any {
	last := h.list[len(h.list)-1]
	h.list = h.list[:len(h.list)-1]
	return last
}

func (h *nearest) take(f *Finding) {
	if h.Len() == h.limit {
		if h.limit == 0 || nearer(h.now)(f, h.list[0]) >= 0 {
			return
		}
		heap.Pop(h)
	}
	copied := *f
	heap.Push(h, &copied)
}

func nearer(now time.Time) func(a, b *Finding) int {
	distance := func(f *Finding) int64 {
		if f.EndDateTime == nil {
			return 1 << 62
		}
		return max(f.EndDateTime.Unix()-now.Unix(), now.Unix()-f.EndDateTime.Unix())
	}
	id := func(f *Finding) string { return f.Tenant + f.ObjectID + orEmpty(f.KeyID) + f.Rule }
	return func(a, b *Finding) int {
		return cmp.Or(cmp.Compare(a.Severity.rank(), b.Severity.rank()), cmp.Compare(distance(a), distance(b)), strings.Compare(id(a), id(b)))
	}
}

func severities() []Severity        { return []Severity{SevCritical, SevWarning, SevInfo} }
func (s Severity) rank() int        { return slices.Index(severities(), s) }
func (f *Finding) name() string     { return named(f.DisplayName, &f.ObjectID) }
func (f *Finding) holder() msg.Text { return holderText(f.ObjectKind) }

func (f *Finding) what() msg.Text {
	if f.Kind == nil {
		return f.holder()
	}
	return kindOn(*f.Kind, f.Purpose, f.ObjectKind)
}

func (s Severity) text() msg.Text {
	switch s {
	case SevCritical:
		return msg.New("critical")
	case SevWarning:
		return msg.New("warning")
	}
	return msg.New("info")
}

func (s Severity) tone() Tone {
	switch s {
	case SevCritical:
		return Bad
	case SevWarning:
		return Attention
	}
	return Noted
}

// rule is what a rule looks for, or its ID where nobody told.
func (s *Scan) rule(id string) msg.Text {
	if t := s.Rules[id].Title; !t.IsZero() {
		return t
	}
	return msg.Literal(id)
}

func (s *Scan) table(sum *summary, groupBy string) *Table {
	t := &Table{Columns: []Column{
		{Title: msg.New("severity"), Lead: true, State: true, Spare: 6}, {Title: msg.New("name"), Lead: true, Wraps: true}, {Title: msg.New("finding"), Groups: groupBy == "", Wraps: true},
		{Title: msg.New("expires"), Lead: true}, {Title: msg.New("when"), Lead: true}, {Title: msg.New("kind"), Lead: true}, {Title: msg.New("stored on"), Spare: 2, Wraps: true},
		{Title: msg.New("key ID"), Spare: 3, Code: true}, {Title: msg.New("application ID"), Spare: 5, Code: true}, {Title: msg.New("tenant"), Spare: 4, Code: true},
		{Title: msg.New("owner"), Spare: 1, Wraps: true}, {Title: msg.New("mail"), Spare: 4},
		{Title: msg.New("policy"), Spare: 1, Wraps: true},
	}}
	for _, f := range sum.nearest.list {
		when := Cell{Sort: sortTime(f.EndDateTime)}
		if f.EndDateTime != nil && f.Status != NeverExpires {
			when.Text = When(*f.EndDateTime, s.GeneratedAt)
		}
		tenant, owner, mail := Cell{}, Cell{Text: f.owner(Owner.Name)}, Cell{Text: f.owner(Owner.Address)}
		if groupBy == GroupByOwner {
			owner, mail = Cell{}, Cell{} // the heading says it
		}
		if len(s.Tenants) > 1 {
			tenant.Text = msg.Literal(f.Tenant)
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: f.Severity.text(), Tone: f.Severity.tone(), Sort: strconv.Itoa(f.Severity.rank())},
			{Text: msg.Literal(neutral.Bound(f.name(), nameLimit))}, {Text: s.rule(f.Rule), Tone: f.Severity.tone(), Note: s.Rules[f.Rule].Remedy},
			{Day: f.EndDateTime}, when, {Text: shortKindFor(orEmpty(f.Kind), f.Purpose)}, {Text: f.holder()}, {Text: literal(f.KeyID)}, {Text: literal(f.AppID)}, tenant, owner, mail, {Text: f.Policy.text()},
		})
	}
	shown := s.Totals.Findings
	if !sum.all {
		shown -= s.Totals.Info
	}
	if more := shown - len(t.Rows); more > 0 && len(t.Rows) > 0 {
		t.More = msg.New("… and %d more; -o csv and -o json list all of them", more)
	}
	return t.regroup(sum.nearest.list, groupBy).fill()
}

func (s *Scan) ruleItems() []Item {
	var items []Item
	for _, id := range slices.Sorted(maps.Keys(s.Totals.ByRule)) {
		items = append(items, Item{Text: msg.New("%s (%d)", s.rule(id), s.Totals.ByRule[id]), Value: msg.Literal(id), Detail: s.Rules[id].Remedy})
	}
	return items
}

func (c *ScanChanges) items(v View) []Item {
	var items []Item
	for i, ch := range c.List {
		if i == v.Rows {
			return append(items, Item{Text: msg.New("… and %d more; -o json lists them", len(c.List)-i)})
		}
		items = append(items, Item{Text: msg.New("%s: %s, %s", changeText(ch.Change), named(ch.Item.DisplayName, &ch.Item.ObjectID), kindFor(ch.Item.Kind, ch.Item.Purpose)), Value: msg.Literal(ch.Item.KeyID)})
	}
	return items
}

func changeText(change string) msg.Text {
	switch change {
	case "new":
		return msg.New("new")
	case "renewed":
		return msg.New("renewed")
	case "gone":
		return msg.New("gone")
	}
	return msg.Literal(change)
}

// How many tenants a report lists: of more than fewTenants those with trouble
// only, and of those as many as it shows findings.
const fewTenants = 20

// troubled reports a tenant that was not read completely, or that has a note.
func (t ScanTenant) troubled() bool { return !t.Error.IsZero() || len(t.Notes) > 0 }

// tenantPart lists the tenants where there are several, or one has trouble.
// Findings name their tenant, so that of many tenants a count is enough.
func (s *Scan) tenantPart(v View) Part {
	x := Part{ID: "tenants", Title: msg.New("Tenants")}
	list := s.Tenants
	if len(list) < 2 && !slices.ContainsFunc(list, ScanTenant.troubled) {
		return x
	}
	if len(list) > fewTenants {
		n := map[Status]int{}
		for _, t := range list {
			n[t.Status]++
		}
		x.Text = append(x.Text, msg.New("critical: %d, unknown: %d, warning: %d, healthy: %d", n[Critical], n[Unknown], n[Warning], n[OK]))
		if !v.All {
			list = slices.DeleteFunc(slices.Clone(list), func(t ScanTenant) bool { return !t.troubled() })
		}
	}
	for i, t := range list {
		if i == v.Rows {
			x.Items = append(x.Items, Item{Text: msg.New("… and %d more; -v and -o json list all of them", len(list)-i)})
			break
		}
		x.Items = append(x.Items, t.item())
	}
	return x
}

func (t ScanTenant) item() Item {
	name := msg.Literal(t.Tenant)
	if len(t.Profiles) > 0 {
		name = msg.New("%s (%s)", strings.Join(t.Profiles, ", "), t.Tenant)
	}
	status := map[Status]CheckStatus{OK: Pass, Warning: Warn, Critical: Fail}[t.Status]
	if status == "" {
		status = CheckUnknown
	}
	return Item{Status: status, Text: msg.New("%s: %s; %s", name, t.Status.Text(), counted(t.Applications, t.ServicePrincipals, t.Credentials)),
		Detail: msg.Join(append(said(t.Error), t.Notes...), " ")}
}

func (s *Scan) excluded() []Fact {
	var facts []Fact
	for _, reason := range slices.Sorted(maps.Keys(s.Totals.Excluded)) {
		facts = append(facts, Fact{reasonText(reason), msg.New("%d", s.Totals.Excluded[reason])})
	}
	return facts
}

func reasonText(reason string) msg.Text {
	switch reason {
	case "microsoft-application":
		return msg.New("credentials of Microsoft's own applications")
	case "managed-identity":
		return msg.New("credentials of managed identities, which Azure renews itself")
	case "saml-signing":
		return msg.New("second entries and key passwords of certificates that sign SAML tokens")
	case "token-encryption":
		return msg.New("certificates that encrypt tokens")
	}
	return msg.New("by the config file: %s", reason)
}
