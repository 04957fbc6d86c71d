package scan

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// Merge combines the reports of several parts. It refuses a tenant that is in two of them,
// because its findings would be counted twice. If a part is missing, the result is partial.
func Merge(reports []*result.Scan) (*result.Scan, error) {
	out := &result.Scan{}
	out.SchemaVersion = result.SchemaVersion
	from := map[string]bool{}
	for _, r := range reports {
		for _, t := range r.Tenants {
			name := strings.ToLower(t.Tenant)
			if from[name] {
				return nil, fail.Usage(msg.New("the tenant %s is in more than one of the reports", t.Tenant), msg.New("merge only parts of the same run"))
			}
			from[name] = true
		}
		if r.GeneratedAt.After(out.GeneratedAt) {
			out.GeneratedAt = r.GeneratedAt
		}
		out.Partial = out.Partial || r.Partial
		if r.Error != nil && out.Error == nil {
			out.Error, out.Partial = r.Error, true // a part failed completely
		}
		out.Tenants = append(out.Tenants, r.Tenants...)
		out.Findings = append(out.Findings, r.Findings...)
		out.Inventory = append(out.Inventory, r.Inventory...)
		mergeChanges(out, r.Changes)
		mergeNotification(out, r.Notification)
		add(&out.Totals, r.Totals)
	}
	if missing := absent(reports); len(missing) > 0 {
		out.Partial = true
		if out.Error == nil {
			out.Error = &result.Failure{Message: msg.New("parts of the scan are missing: %s", neutral.Bound(strings.Join(missing, ", "), 200)),
				Hints: []msg.Text{msg.New("give spcheck render the reports of all parts")}}
		}
	}
	slices.SortStableFunc(out.Tenants, func(a, b result.ScanTenant) int { return strings.Compare(a.Tenant, b.Tenant) })
	settle(out)
	return out, nil
}

// mergeNotification adds the notifications of a part, including those that failed: the
// result may be the baseline of the next scan.
func mergeNotification(out *result.Scan, n *result.Notification) {
	if n == nil {
		return
	}
	if out.Notification == nil {
		out.Notification = &result.Notification{Status: result.NothingNew, Deliveries: []result.Delivery{}}
	}
	all := out.Notification
	all.Findings += n.Findings
	all.WithoutMail += n.WithoutMail
	all.Deliveries = append(all.Deliveries, n.Deliveries...)
	if n.Unfinished() || !all.Unfinished() && n.Status != result.NothingNew {
		all.Status = n.Status
	}
	if p := n.Pending; p != nil {
		if all.Pending == nil {
			all.Pending = &result.PendingNotification{}
		}
		all.Pending.All = all.Pending.All || p.All
		all.Pending.Findings = append(all.Pending.Findings, p.Findings...)
		all.Pending.Changes = append(all.Pending.Changes, p.Changes...)
	}
}

// mergeChanges adds the changes of a part. Since is the earliest.
func mergeChanges(out *result.Scan, c *result.ScanChanges) {
	if c == nil {
		return
	}
	if out.Changes == nil {
		out.Changes = &result.ScanChanges{Since: c.Since, List: []result.ScanChange{}}
	}
	m := out.Changes
	if c.Since.Before(m.Since) {
		m.Since = c.Since
	}
	m.New += c.New
	m.Renewed += c.Renewed
	m.Gone += c.Gone
	m.List = append(m.List, c.List...)
	m.List = m.List[:min(len(m.List), maxChanges)]
}
