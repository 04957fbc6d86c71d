package report

import (
	"maps"
	"slices"
	"strconv"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// documentFindings is how many findings a document shows, since it is to be read
// by people and opened by a browser.
const documentFindings = 1000

func (p *page) documentScan(d *document, s *ScanSource) error {
	scan := s.Scan
	p.head(d, &scan.Header, msg.New("Scan of tenants"))
	d.Headline = capital(p.say(scanVerdict(scan)))
	if len(scan.Tenants) == 1 {
		d.Title = p.raw(scan.Tenants[0].Tenant)
	}
	if scan.Error == nil {
		d.Lead = append(d.Lead, p.scanLead(scan)...)
	}
	near, err := nearestOf(s, documentFindings, true)
	if err != nil {
		return err
	}
	d.add(part{ID: "timeline", Title: p.say(msg.New("When they end")), Timeline: p.timeline(credentialsOf(near), scan.GeneratedAt)})
	d.add(part{ID: "findings", Title: p.say(msg.New("Findings, the nearest ends first")), Table: p.findingGrid(near, scan)})
	d.add(part{ID: "rules", Title: p.say(msg.New("By rule")), Bullets: p.ruleBullets(scan)})
	if c := scan.Changes; c != nil {
		d.add(part{ID: "changes", Title: p.say(msg.New("Since the scan of %s", c.Since)), Paragraphs: []string{p.say(msg.New("new: %d, renewed: %d, gone: %d", c.New, c.Renewed, c.Gone))}, Bullets: p.changeBullets(c)})
	}
	d.add(part{ID: "tenants", Title: p.say(msg.New("Tenants")), Table: p.tenantGrid(scan)})
	d.add(part{ID: "excluded", Title: p.say(msg.New("Left out")), Facts: p.excludedFacts(scan)})
	return nil
}

func (p *page) scanLead(s *result.Scan) []string {
	t := s.Totals
	lead := []string{p.say(msg.New("Read in %s: tenants: %d, applications: %d, service principals: %d, credentials: %d.",
		took(t.DurationMs), t.Tenants, t.Applications, t.ServicePrincipals, t.Credentials))}
	if s.Partial {
		lead = append(lead, p.say(msg.New("The scan was ended before it was done: what is missing here was not looked at.")))
	}
	return lead
}

// credentialsOf are the credentials behind findings, each once, with the name of
// the object they are on.
func credentialsOf(findings []*result.Finding) []result.Credential {
	var list []result.Credential
	seen := map[string]bool{}
	for _, f := range findings {
		if f.KeyID == nil || f.EndDateTime == nil || seen[f.ObjectID+*f.KeyID] {
			continue
		}
		seen[f.ObjectID+*f.KeyID] = true
		list = append(list, result.Credential{KeyID: f.KeyID, Kind: orEmpty(f.Kind), StoredOn: f.ObjectKind, DisplayName: f.DisplayName,
			StartDateTime: f.StartDate, EndDateTime: f.EndDateTime, DaysLeft: f.DaysLeft, Status: f.Status})
	}
	return list
}

func (p *page) findingGrid(near []*result.Finding, s *result.Scan) *grid {
	if len(near) == 0 {
		return nil
	}
	g := &grid{Head: p.titles(msg.New("severity"), msg.New("name"), msg.New("finding"), msg.New("kind"), msg.New("end"), msg.New("days left"), msg.New("key ID"), msg.New("application ID"))}
	several := len(s.Tenants) > 1
	if several {
		g.Head = append(g.Head, p.say(msg.New("tenant")))
	}
	for _, f := range near {
		row := p.findingRow(f)
		if several {
			row = append(row, idCell(p.raw(f.Tenant)))
		}
		g.Rows = append(g.Rows, row)
	}
	if more := s.Totals.Findings - len(near); more > 0 {
		g.More = p.say(msg.New("… and %d more; -o csv and -o json list all of them", more))
	}
	return g
}

func (p *page) findingRow(f *result.Finding) []cell {
	name := p.optional(f.DisplayName)
	if name == "" {
		name = p.raw(f.ObjectID)
	}
	title := p.raw(f.Rule)
	if t := p.Rules[f.Rule].Title; !t.IsZero() {
		title = p.say(t)
	}
	kind := p.say(holderText(f.ObjectKind))
	if f.Kind != nil {
		kind = p.say(msg.New("%s on the %s", kindText(*f.Kind), holderText(f.ObjectKind)))
	}
	c := result.Credential{DaysLeft: f.DaysLeft}
	return []cell{
		{Text: p.say(severityText(f.Severity)), Sort: severityOrder(f.Severity), Class: "status " + severityClass(f.Severity)},
		{Text: neutral.Bound(name, nameLimit), Class: "text"},
		{Text: title, Class: "text"},
		{Text: kind, Class: "text"},
		dashed(cell{Text: p.day(f.EndDateTime), Sort: sortTime(f.EndDateTime)}),
		dashed(cell{Text: daysLeft(p, c), Sort: sortDays(c), Right: true}),
		idCell(p.optional(f.KeyID)),
		idCell(p.optional(f.AppID)),
	}
}

func (p *page) titles(list ...msg.Text) []string {
	var titles []string
	for _, t := range list {
		titles = append(titles, p.say(t))
	}
	return titles
}

func idCell(id string) cell { return dashed(cell{Text: orDash(id), Code: true}) }

// dashed shows what is absent as such.
func dashed(c cell) cell {
	if c.Text == "-" {
		c.Text, c.Code = absent, false
	}
	return c
}

func severityText(s result.Severity) msg.Text {
	switch s {
	case result.SevCritical:
		return msg.New("critical")
	case result.SevWarning:
		return msg.New("warning")
	}
	return msg.New("for information")
}

func severityClass(s result.Severity) string {
	switch s {
	case result.SevCritical, result.SevWarning:
		return string(s)
	}
	return "info"
}

func severityOrder(s result.Severity) string {
	return strconv.Itoa(slices.Index([]result.Severity{result.SevCritical, result.SevWarning, result.SevInfo}, s))
}

func (p *page) ruleBullets(s *result.Scan) []item {
	var list []item
	for _, id := range slices.Sorted(maps.Keys(s.Totals.ByRule)) {
		text := p.Rules[id]
		b := item{Text: p.raw(id) + " (" + strconv.Itoa(s.Totals.ByRule[id]) + ")", Detail: p.say(text.Remedy)}
		if title := p.say(text.Title); title != "" {
			b.Text += ": " + title
		}
		list = append(list, b)
	}
	return list
}

func (p *page) changeBullets(c *result.ScanChanges) []item {
	var list []item
	for i, ch := range c.List {
		if i == documentFindings {
			return append(list, item{Text: p.say(msg.New("… and %d more; -o json lists them", len(c.List)-i))})
		}
		list = append(list, item{Text: p.say(changeText(ch.Change)) + ": " + p.optional(ch.Item.DisplayName) + ", " + p.say(kindText(ch.Item.Kind)), Value: p.raw(ch.Item.KeyID)})
	}
	return list
}

func (p *page) tenantGrid(s *result.Scan) *grid {
	if len(s.Tenants) == 0 {
		return nil
	}
	g := &grid{Head: p.titles(msg.New("tenant"), msg.New("status"), msg.New("applications"), msg.New("service principals"), msg.New("credentials"), msg.New("could not be read"))}
	for _, t := range s.Tenants {
		number := func(n int) cell { return cell{Text: strconv.Itoa(n), Right: true} }
		g.Rows = append(g.Rows, []cell{
			idCell(p.raw(t.Tenant)), {Text: p.say(statusText(t.Status)), Class: "status " + statusClass(t.Status)},
			number(t.Applications), number(t.ServicePrincipals), number(t.Credentials), dashed(cell{Text: orDash(p.say(t.Error)), Class: "text"}),
		})
	}
	return g
}

// statusClass keeps a status that nobody knows from becoming a class.
func statusClass(s result.Status) string {
	switch s {
	case result.OK, result.Warning, result.Critical:
		return string(s)
	}
	return string(result.Unknown)
}

func (p *page) excludedFacts(s *result.Scan) []fact {
	var list []fact
	for _, reason := range slices.Sorted(maps.Keys(s.Totals.Excluded)) {
		list = append(list, fact{Label: p.say(reasonText(reason)), Value: strconv.Itoa(s.Totals.Excluded[reason])})
	}
	return list
}
