package result

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// ReadFrom sets sequences to read the findings and the inventory from, instead of the
// lists, because there may be millions. Both can be read more than once.
func (s *Scan) ReadFrom(findings iter.Seq2[*Finding, error], inventory iter.Seq2[*InventoryItem, error]) {
	s.findings, s.inventory = findings, inventory
}

// EachFinding returns all findings.
func (s *Scan) EachFinding() iter.Seq2[*Finding, error] {
	if s.findings != nil {
		return s.findings
	}
	return pointers(s.Findings)
}

func (s *Scan) eachItem() iter.Seq2[*InventoryItem, error] {
	if s.inventory != nil {
		return s.inventory
	}
	return pointers(s.Inventory)
}

// Streams returns the findings and the inventory. The last line of a line-by-line
// report has the totals, and what is needed to interpret them.
func (s *Scan) Streams() (Report, []Stream, any) {
	head := *s
	head.Findings, head.Inventory = nil, nil
	return &head, []Stream{{"findings", anyOf(s.EachFinding())}, {"inventory", anyOf(s.eachItem())}}, &struct {
		Totals  ScanTotals   `json:"totals"`
		Status  Status       `json:"status"`
		Exit    int          `json:"exitCode"`
		Partial bool         `json:"partial"`
		Tenants []ScanTenant `json:"tenants"`
	}{s.Totals, s.Status, s.ExitCode, s.Partial, s.Tenants}
}

func anyOf[T any](list iter.Seq2[*T, error]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for x, err := range list {
			if !yield(x, err) {
				return
			}
		}
	}
}

// surveyed is the maximum number of findings that become cases. GitHub shows 5,000
// results of a SARIF file, and nobody reads a longer test report.
const surveyed = 5000

// Survey returns the whole scan, then unreadable tenants, then the findings.
func (s *Scan) Survey() (*Survey, error) {
	all := &Survey{}
	if len(s.Tenants) == 1 {
		all.Tenant, all.Name = s.Tenants[0].Tenant, strings.Join(s.Tenants[0].Profiles, ", ")
	}
	if all.failed(s.Error) {
		return all, nil
	}
	sum, err := s.sumUp(View{Rows: surveyed, All: true})
	if err != nil {
		return nil, err
	}
	all.add(Case{Rule: "scan", Title: msg.New("Tenant scan"), Status: s.Status.check(), Message: s.verdict(sum.attention)})
	for _, t := range s.Tenants {
		if !t.Error.IsZero() {
			all.add(Case{Rule: "tenant-unreadable", Object: t.Tenant, Tenant: t.Tenant, Title: msg.Literal(t.Tenant), Status: CheckUnknown, Message: msg.New("%s: %s", t.Tenant, t.Error)})
		}
	}
	for _, f := range sum.findings {
		all.add(s.findingCase(f))
	}
	if more := s.Totals.Findings - len(sum.findings); more > 0 {
		all.add(Case{Rule: "more-findings", Title: msg.New("Findings, most urgent first"), Status: Noted, Message: msg.New("%d more findings are in the full report.", more)})
	}
	all.Data = s.data()
	return all, nil
}

func (s *Scan) data() []Datum {
	t := s.Totals
	return []Datum{
		{Label: "critical", Value: strconv.Itoa(t.Critical), Crit: "0", Min: "0"}, {Label: "warning", Value: strconv.Itoa(t.Warning), Warn: "0", Min: "0"},
		{Label: "ending_replaced", Value: strconv.Itoa(t.ByRule[RuleReplaced]), Warn: "0", Min: "0"},
		{Label: "tenants_unknown", Value: strconv.Itoa(t.TenantsUnknown), Warn: "0", Min: "0"}, {Label: "credentials", Value: strconv.Itoa(t.Credentials), Min: "0"},
		{Label: "duration", Value: seconds(t.DurationMs), Unit: "s", Min: "0"},
	}
}

func seconds(ms int64) string { return strconv.FormatFloat(float64(ms)/1000, 'f', 3, 64) }

func (s *Scan) findingCase(f *Finding) Case {
	text := s.Rules[f.Rule]
	x := Case{Rule: f.Rule, About: text.Title, Help: text.Remedy, Object: f.ObjectID + "/" + OrEmpty(f.KeyID), Tenant: f.Tenant, AppID: OrEmpty(f.AppID), Name: f.name(),
		Status: map[Severity]CheckStatus{SevCritical: Fail, SevWarning: Warn, SevInfo: Noted}[f.Severity],
		Next:   msg.Join(append(said(text.Remedy), f.ownership()...), " "), Detail: slices.Concat(said(text.Title), said(text.Remedy), f.ownership())}
	what := f.what()
	if f.KeyID != nil {
		what = msg.New("%s %s", what, *f.KeyID)
	}
	x.Title = msg.New("%s: %s (%s)", f.name(), f.Rule, what)
	state := msg.Literal(f.Rule)
	if f.EndDateTime != nil && f.Status != NeverExpires {
		when := When(*f.EndDateTime, s.GeneratedAt)
		if state = msg.New("expires on %s (%s)", *f.EndDateTime, when); f.Status == Expired {
			state = msg.New("expired on %s (%s)", *f.EndDateTime, when)
		}
		if f.Status != Expired && f.Status != Expiring {
			state = msg.New("%s, %s", f.Rule, state)
		}
	}
	x.Message = msg.New("%s: %s (%s)", f.name(), state, what)
	return x
}

// Rows returns one row per finding.
func (s *Scan) Rows() ([]string, iter.Seq2[[]any, error]) {
	rows := func(yield func([]any, error) bool) {
		for f, err := range s.EachFinding() {
			if err != nil {
				yield(nil, err)
				return
			}
			ownership, owners, mails := f.ownerCells()
			if !yield([]any{f.Severity, f.Rule, f.Tenant, f.DisplayName, f.AppID, f.ObjectKind, f.ObjectID, f.KeyID, f.KeyName, f.Kind,
				f.StartDate, f.EndDateTime, f.DaysLeft, f.Status, f.Purpose, ownership, owners, mails, f.Notes, f.Policy.text(), f.reasonIDs()}, nil) {
				return
			}
		}
	}
	return []string{"severity", "rule", "tenant", "displayName", "appId", "objectKind", "objectId", "keyId", "keyName", "kind",
		"startDateTime", "endDateTime", "daysLeft", "status", "purpose", "ownership", "owners", "mails", "notes", "policy", "reasons"}, rows
}

// Expiries returns the expiry dates of all credentials that the config file does not
// exclude.
func (s *Scan) Expiries() iter.Seq2[Expiry, error] {
	return func(yield func(Expiry, error) bool) {
		for i, err := range s.eachItem() {
			if err != nil {
				yield(Expiry{}, err)
				return
			}
			if i.EndDateTime == nil || i.Excluded {
				continue
			}
			id := i.KeyID
			c := Credential{KeyID: &id, Kind: i.Kind, Purpose: i.Purpose, StoredOn: i.ObjectKind, EndDateTime: i.EndDateTime}
			if !yield(Expiry{OrEmpty(i.AppID), i.Name(), c}, nil) {
				return
			}
		}
	}
}

// maxSeries is the maximum number of credentials in metrics. The rest is counted.
const maxSeries = 100_000

// Metrics returns the metrics of spcheck exporter, under the same names. There are no
// common labels, because each sample names its tenant.
func (s *Scan) Metrics() (labels [][2]string, all []Metric, err error) {
	for _, t := range s.Tenants {
		all = append(all, t.metrics()...)
	}
	type counted struct{ tenant, rule, severity string }
	counts := map[counted]int{}
	for f, err := range s.EachFinding() {
		if err != nil {
			return nil, nil, err
		}
		counts[counted{f.Tenant, f.Rule, string(f.Severity)}]++
	}
	for _, c := range slices.SortedFunc(maps.Keys(counts), func(a, b counted) int {
		return cmp.Or(strings.Compare(a.tenant, b.tenant), strings.Compare(a.rule, b.rule), strings.Compare(a.severity, b.severity))
	}) {
		all = append(all, Metric{"spcheck_findings", "Number of findings of the last scan.",
			float64(counts[c]), [][2]string{{"tenant", c.tenant}, {"rule", c.rule}, {"severity", c.severity}}})
	}
	series, err := s.series()
	return nil, append(all, series...), err
}

func (t ScanTenant) metrics() []Metric {
	up := 0.0
	if t.Error.IsZero() {
		up = 1
	}
	tenant := [2]string{"tenant", t.Tenant}
	objects := func(kind string, n int) Metric {
		return Metric{"spcheck_tenant_objects", "Number of objects that were read.", float64(n), [][2]string{tenant, {"kind", kind}}}
	}
	return []Metric{
		{"spcheck_tenant_up", "Whether the tenant could be read whole: 1 yes, 0 no.", up, [][2]string{tenant}},
		objects("application", t.Applications), objects("servicePrincipal", t.ServicePrincipals), objects("credential", t.Credentials),
		{"spcheck_scan_duration_seconds", "How long reading the tenant took.", float64(t.DurationMs) / 1000, [][2]string{tenant}},
	}
}

// series returns one sample per credential, at most maxSeries.
func (s *Scan) series() ([]Metric, error) {
	var all []Metric
	seen := map[string]bool{}
	dropped := 0
	for i, err := range s.eachItem() {
		switch {
		case err != nil:
			return nil, err
		case i.EndDateTime == nil || i.Excluded:
			continue
		case len(seen) >= maxSeries:
			dropped++
			continue
		}
		// A series may appear only once; otherwise the whole file is rejected.
		key := i.Tenant + " " + i.ObjectID + " " + i.KeyID + " " + i.Kind
		if seen[key] {
			continue
		}
		seen[key] = true
		all = append(all, Metric{"spcheck_credential_end_timestamp_seconds", "When a credential expires, as Unix time.", float64(i.EndDateTime.Unix()), [][2]string{
			{"tenant", i.Tenant}, {"app_id", OrEmpty(i.AppID)}, {"app_name", OrEmpty(i.DisplayName)}, {"object_id", i.ObjectID},
			{"stored_on", i.ObjectKind}, {"key_id", i.KeyID}, {"kind", i.Kind}, {"purpose", i.Purpose.Label()}, {"replaced", fmt.Sprint(i.Replaced)}}})
	}
	return append(all, Metric{Name: "spcheck_series_dropped", Help: "Number of credentials beyond the bound of series.", Value: float64(dropped)}), nil
}
