package notify

import (
	"strings"

	"github.com/spcheck/spcheck/internal/result"
)

// Bounds of what is kept of the news.
const (
	newsKept    = mailLines
	pendingMost = 10_000
)

// News is what is new since the earlier scan: findings of warnings and worse,
// credentials that came or went, tenants that can no longer be read.
type News struct {
	scan *result.Scan
	// First says that there is no earlier scan.
	First bool
	// Count and Critical count new findings; byRule counts them by their rule.
	Count, Critical int
	byRule          map[string]int
	nearest         *result.Nearest
	// changes are counted by kind; gone lists what is gone.
	changes map[string]int
	listed  []result.ScanChange
	unread  []result.ScanTenant
	// owners are distinguished, nil where they are not.
	owners *owners
	// pending collects the keys of what is new.
	pending result.PendingNotification
}

// ReadNews compares a scan with the earlier one.
func ReadNews(s *result.Scan, past *Past, byOwner bool) (*News, error) {
	n := &News{scan: s, First: past == nil, byRule: map[string]int{}, nearest: s.Nearest(newsKept), changes: map[string]int{}}
	if byOwner {
		n.owners = newOwners(s)
	}
	for f, err := range s.EachFinding() {
		if err != nil {
			return nil, err
		}
		if matters(f) && !past.knows(f) {
			n.take(f)
		}
	}
	n.takeChanges(past)
	n.takeTenants(past)
	return n, nil
}

// matters leaves out what is for information, save that a credential appeared.
func matters(f *result.Finding) bool { return f.Severity != result.SevInfo || f.Rule == "appeared" }

func (n *News) take(f *result.Finding) {
	n.Count++
	n.byRule[f.Rule]++
	if f.Severity == result.SevCritical {
		n.Critical++
	}
	n.nearest.Take(f)
	if len(n.pending.Findings) < pendingMost {
		n.pending.Findings = append(n.pending.Findings, f.Key())
	} else {
		n.pending.All = true
	}
	if n.owners != nil {
		n.owners.take(f)
	}
}

// takeChanges takes the credentials that came and went, and those that the earlier
// scan could not tell of.
func (n *News) takeChanges(past *Past) {
	if past != nil && past.pending != nil {
		for _, c := range past.pending.Changes {
			n.change(c)
		}
	}
	if c := n.scan.Changes; c != nil {
		n.changes["new"] += c.New
		n.changes["renewed"] += c.Renewed
		n.changes["gone"] += c.Gone
		for _, one := range c.List {
			n.list(one)
		}
	}
}

func (n *News) change(c result.ScanChange) {
	n.changes[c.Change]++
	n.list(c)
}

func (n *News) list(c result.ScanChange) {
	if len(n.listed) < pendingMost/10 {
		n.listed = append(n.listed, c)
	}
}

// takeTenants takes the tenants that were read to their end before and no longer are.
func (n *News) takeTenants(past *Past) {
	for _, t := range n.scan.Tenants {
		if !t.Error.IsZero() && (past == nil || past.whole[strings.ToLower(t.Tenant)]) {
			n.unread = append(n.unread, t)
		}
	}
}

// nothing reports whether there is nothing to tell.
func (n *News) nothing() bool { return n.Count == 0 && !n.moved() }

// moved reports whether there is something that is no finding.
func (n *News) moved() bool {
	return len(n.unread) > 0 || n.changes["new"]+n.changes["renewed"]+n.changes["gone"] > 0
}

// forRecipients reports whether the recipients of the URL have a message where owners
// have theirs: of what no owner can be told.
func (n *News) forRecipients() bool { return n.owners.rest.count > 0 || n.moved() }
