package report

import (
	"cmp"
	"container/heap"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// How many findings a text report shows: a terminal is no place for a million.
const (
	shortFindings   = 50
	verboseFindings = 2000
)

// writeScanText writes a summary, the tenants and the nearest ends first.
func writeScanText(w io.Writer, s *ScanSource, o Options) error {
	p := newPage(o)
	p.headline(statusSymbol(s.Scan.Status), p.say(scanVerdict(s.Scan)), "")
	p.failure(s.Scan.Error)
	p.scanCounts(s.Scan)
	p.scanTenants(s.Scan)
	near, err := nearest(s, o)
	if err != nil {
		return err
	}
	p.findings(s.Scan, near)
	p.ruleList(s.Scan)
	p.scanChanges(s.Scan.Changes)
	p.leftOut(s.Scan)
	return p.finish(w)
}

func scanVerdict(s *result.Scan) msg.Text {
	t := s.Totals
	switch {
	case t.Critical > 0 && t.TenantsUnknown > 0:
		return msg.New("critical: %d; warnings: %d; tenants that could not be read whole: %d", t.Critical, t.Warning, t.TenantsUnknown)
	case t.TenantsUnknown > 0 || s.Status == result.Unknown:
		return msg.New("not everything could be read: %d of %d tenants; warnings: %d", t.TenantsUnknown, t.Tenants, t.Warning)
	case t.Critical > 0 || t.Warning > 0:
		return msg.New("critical: %d; warnings: %d", t.Critical, t.Warning)
	}
	return msg.New("no credential needs attention")
}

func (p *page) scanCounts(s *result.Scan) {
	t := s.Totals
	p.write("  ", plainStyle, p.say(msg.New("Read in %s: tenants: %d, applications: %d, service principals: %d, credentials: %d.",
		took(t.DurationMs), t.Tenants, t.Applications, t.ServicePrincipals, t.Credentials)))
	if t.Throttled > 0 {
		p.write("  ", plainStyle, p.say(msg.New("Requests that Microsoft Graph asked to repeat later: %d.", t.Throttled)))
	}
	if s.Partial {
		p.write("  ", plainStyle, p.say(msg.New("The scan was ended before it was done: what is missing here was not looked at.")))
	}
}

func took(ms int64) string {
	d := time.Duration(ms) * time.Millisecond
	if d > 10*time.Second {
		return d.Round(time.Second).String()
	}
	return d.String()
}

// byNearness has the finding that is shown last on top, so that it is the one to
// give way.
type byNearness struct {
	list []*result.Finding
	now  time.Time
}

func (h *byNearness) Len() int           { return len(h.list) }
func (h *byNearness) Less(i, j int) bool { return nearer(h.now)(h.list[i], h.list[j]) > 0 }
func (h *byNearness) Swap(i, j int)      { h.list[i], h.list[j] = h.list[j], h.list[i] }
func (h *byNearness) Push(x any)         { h.list = append(h.list, x.(*result.Finding)) }
func (h *byNearness) Pop() any {
	last := h.list[len(h.list)-1]
	h.list = h.list[:len(h.list)-1]
	return last
}

// nearest keeps the findings that a text report shows.
func nearest(s *ScanSource, o Options) ([]*result.Finding, error) {
	if o.Verbose {
		return nearestOf(s, verboseFindings, true)
	}
	return nearestOf(s, shortFindings, false)
}

// nearestOf keeps the findings that a person is to see first: by severity, then
// by how near to now they end.
func nearestOf(s *ScanSource, limit int, info bool) ([]*result.Finding, error) {
	h := &byNearness{now: s.Scan.GeneratedAt}
	for f, err := range s.Findings {
		if err != nil {
			return nil, err
		}
		if f.Severity == result.SevInfo && !info {
			continue
		}
		if h.Len() == limit {
			if nearer(h.now)(f, h.list[0]) >= 0 {
				continue
			}
			heap.Pop(h)
		}
		copied := *f
		heap.Push(h, &copied)
	}
	slices.SortFunc(h.list, nearer(h.now))
	return h.list, nil
}

func nearer(now time.Time) func(a, b *result.Finding) int {
	rank := func(s result.Severity) int {
		return slices.Index([]result.Severity{result.SevCritical, result.SevWarning, result.SevInfo}, s)
	}
	distance := func(f *result.Finding) int64 {
		if f.EndDateTime == nil {
			return 1 << 62
		}
		return max(f.EndDateTime.Unix()-now.Unix(), now.Unix()-f.EndDateTime.Unix())
	}
	id := func(f *result.Finding) string { return f.Tenant + f.ObjectID + orEmpty(f.KeyID) + f.Rule }
	return func(a, b *result.Finding) int {
		return cmp.Or(cmp.Compare(rank(a.Severity), rank(b.Severity)), cmp.Compare(distance(a), distance(b)), strings.Compare(id(a), id(b)))
	}
}

func (p *page) findings(s *result.Scan, near []*result.Finding) {
	if len(near) == 0 {
		return
	}
	p.heading(msg.New("Findings, the nearest ends first"))
	for _, f := range near {
		p.finding(f, s.GeneratedAt, len(s.Tenants) > 1)
	}
	shown := s.Totals.Critical + s.Totals.Warning
	if p.Verbose {
		shown = s.Totals.Findings
	}
	if more := shown - len(near); more > 0 {
		p.write("  ", dim, p.say(msg.New("… and %d more; -o csv and -o json list all of them", more)))
	}
}

func (p *page) finding(f *result.Finding, now time.Time, tenants bool) {
	name := p.optional(f.DisplayName)
	if name == "" {
		name = f.ObjectID
	}
	p.write("  "+p.symbol(severitySymbol(f.Severity))+" ", plainStyle, p.raw(name)+": "+p.say(findingText(f, now)))
	parts := []string{}
	add := func(label msg.Text, value string) {
		if value != "" {
			parts = append(parts, p.say(label)+" "+value)
		}
	}
	if f.Kind != nil {
		parts = append(parts, p.say(msg.New("%s on the %s", kindText(*f.Kind), holderText(f.ObjectKind))))
	}
	add(msg.New("key ID"), p.optional(f.KeyID))
	add(msg.New("application ID"), p.optional(f.AppID))
	if tenants {
		add(msg.New("tenant"), p.raw(f.Tenant))
	}
	p.items("    ", dim, parts)
}

func severitySymbol(s result.Severity) symbol {
	switch s {
	case result.SevCritical:
		return checkSymbol(result.Fail)
	case result.SevWarning:
		return checkSymbol(result.Warn)
	}
	return bullet()
}

// findingText is what was found, in a few words. Days are whole ones, that have
// passed or are left.
func findingText(f *result.Finding, now time.Time) msg.Text {
	if f.EndDateTime == nil || f.Status == result.NeverExpires {
		return msg.Literal(f.Rule)
	}
	date, left := f.EndDateTime.UTC().Format(time.DateOnly), f.EndDateTime.Sub(now)
	days := strconv.Itoa(int(left.Abs().Hours() / 24))
	if left <= 0 {
		return msg.New("%s, ended on %s (days ago: %s)", f.Rule, date, days)
	}
	return msg.New("%s, ends on %s (days left: %s)", f.Rule, date, days)
}

// RuleText is what people are told of a rule.
type RuleText struct{ Title, Remedy msg.Text }

func (p *page) ruleList(s *result.Scan) {
	if len(s.Totals.ByRule) == 0 {
		return
	}
	p.heading(msg.New("By rule"))
	for _, id := range slices.Sorted(maps.Keys(s.Totals.ByRule)) {
		text := p.Rules[id]
		p.write("  "+p.symbol(bullet())+" ", plainStyle, p.raw(id)+" ("+strconv.Itoa(s.Totals.ByRule[id])+"): "+p.say(text.Title))
		if !text.Remedy.IsZero() {
			p.write("    ", dim, p.say(text.Remedy))
		}
	}
}

func (p *page) scanChanges(c *result.ScanChanges) {
	if c == nil {
		return
	}
	p.heading(msg.New("Since the scan of %s", c.Since))
	p.write("  ", plainStyle, p.say(msg.New("new: %d, renewed: %d, gone: %d", c.New, c.Renewed, c.Gone)))
	for i, ch := range c.List {
		if i == shortFindings && !p.Verbose {
			p.write("  ", dim, p.say(msg.New("… and %d more; -o json lists them", len(c.List)-i)))
			break
		}
		p.write("  "+p.symbol(bullet())+" ", plainStyle, p.say(changeText(ch.Change))+": "+p.optional(ch.Item.DisplayName)+
			", "+p.say(kindText(ch.Item.Kind))+" "+p.raw(ch.Item.KeyID))
	}
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

func (p *page) leftOut(s *result.Scan) {
	if len(s.Totals.Excluded) == 0 {
		return
	}
	p.heading(msg.New("Left out"))
	for _, reason := range slices.Sorted(maps.Keys(s.Totals.Excluded)) {
		p.write("  "+p.symbol(bullet())+" ", dim, p.say(reasonText(reason))+": "+strconv.Itoa(s.Totals.Excluded[reason]))
	}
}

func reasonText(reason string) msg.Text {
	switch reason {
	case "microsoft-application":
		return msg.New("credentials of Microsoft's own applications")
	case "managed-identity":
		return msg.New("credentials of managed identities, which Azure renews itself")
	case "saml-signing":
		return msg.New("keys that sign SAML tokens, and their passwords")
	}
	return msg.New("by the config file: %s", reason)
}
