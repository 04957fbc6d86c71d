package result

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// RuleText is the title of a rule and what to do about its findings.
type RuleText struct{ Title, Remedy msg.Text }

// Document shows a verdict, then an overview, then the findings by expiry date.
func (s *Scan) Document(v View) (*Document, error) {
	d := newDocument(&s.Header, msg.New("Tenant scan"))
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
	d.add(Part{ID: "findings", Title: msg.New("Findings, most urgent first"), Table: s.table(sum, v.GroupBy)})
	if c := s.Changes; c != nil {
		d.add(Part{ID: "changes", Title: msg.New("Changes since the scan of %s", c.Since), Text: []msg.Text{msg.New("new: %d, renewed: %d, removed: %d", c.New, c.Renewed, c.Gone)}, Items: c.items(v)})
	}
	if s.Notification != nil {
		d.add(s.Notification.part())
	}
	d.add(s.tenantPart(v))
	d.add(Part{ID: "excluded", Title: msg.New("Excluded"), Brief: Hidden, Facts: s.excluded()})
	return d, nil
}

// verdict says how serious the findings are.
func (s *Scan) verdict(attention int) msg.Text {
	t := s.Totals
	unread := msg.New("%d of %d tenants could not be read completely", t.TenantsUnknown, t.Tenants)
	needs := msg.New("%s %s", msg.New("%d credentials need attention", attention), msg.New("in %d tenants", t.Tenants))
	if expired := t.Critical; expired > 0 {
		needs = msg.New("%s; %s", needs, msg.New("%d have expired without a replacement", expired))
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

// counted says how much was read.
func counted(applications, principals, credentials int) msg.Text {
	return msg.Join([]msg.Text{msg.New("%d applications", applications), msg.New("%d service principals", principals), msg.New("%d credentials", credentials)}, ", ")
}

// took is at least one second, so that a short scan does not show as zero.
func took(ms int64) time.Duration {
	return max(time.Second, (time.Duration(ms) * time.Millisecond).Round(time.Second))
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

func (s Severity) text() msg.Text { return Status(s).Text() }

// rule returns the title of a rule, or its ID if it has none.
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
		{Title: msg.New("policy"), Spare: 1, Wraps: true}, {Title: msg.New("reason"), Spare: 1, Wraps: true, Below: true},
	}}
	for _, f := range sum.findings {
		when := Cell{Sort: sortTime(f.EndDateTime)}
		if f.EndDateTime != nil && f.Status != NeverExpires {
			when.Text = When(*f.EndDateTime, s.GeneratedAt)
		}
		var tenant, owner, mail Cell
		if groupBy != GroupByOwner { // otherwise they are in the heading
			owner.Text = f.firstOwners(Owner.shortName, msg.New("nobody"))
			mail.Text = f.firstOwners(Owner.address, msg.Text{})
		}
		if len(s.Tenants) > 1 {
			tenant.Text = msg.Literal(f.Tenant)
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: f.Severity.text(), Tone: Status(f.Severity), Sort: strconv.Itoa(f.Severity.rank())},
			{Text: msg.Literal(neutral.Bound(f.name(), nameLimit))}, {Text: s.rule(f.Rule), Tone: Status(f.Severity), Note: s.Rules[f.Rule].Remedy},
			{Day: f.EndDateTime}, when, {Text: shortKindFor(OrEmpty(f.Kind), f.Purpose)}, {Text: f.holder()}, {Text: literal(f.KeyID)}, {Text: literal(f.AppID)}, tenant, owner, mail, {Text: f.Policy.text()}, {Text: reasonTexts(f.Reasons)},
		})
	}
	shown := s.Totals.Findings
	if !sum.all {
		shown -= s.Totals.Info
	}
	if more := shown - len(t.Rows); more > 0 && len(t.Rows) > 0 {
		t.More = msg.New("… and %d more; -o csv and -o json list all of them", more)
	}
	return t.regroup(sum.findings, groupBy).fill()
}

func (s *Scan) ruleItems() []Item {
	var items []Item
	for _, id := range slices.Sorted(maps.Keys(s.Totals.ByRule)) {
		items = append(items, Item{Text: msg.New("%s (%d)", s.rule(id), s.Totals.ByRule[id]), Value: msg.Literal(id), Detail: s.Rules[id].Remedy})
	}
	return items
}
