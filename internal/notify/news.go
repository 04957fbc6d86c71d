package notify

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/result"
)

const (
	newsKept    = mailLines // findings kept for messages to everyone
	pendingMost = 10_000    // keys kept for the next run
)

// News is what is new since the earlier scan: findings with severity warning or critical,
// credentials that were added or removed, and tenants that can no longer be read.
type News struct {
	tally
	scan *result.Scan
	// first is true if there is no earlier scan.
	first    bool
	critical int
	// changes counts changes by kind, and listed has the first of them.
	changes map[string]int
	listed  []result.ScanChange
	unread  []result.ScanTenant
	// owners groups the findings by owner; nil if there are no messages to owners.
	owners *owners
}

// tally counts findings, and keeps the most urgent ones and the keys.
type tally struct {
	count   int
	byRule  map[string]int
	nearest *result.Nearest
	keys    []string // fewer than count if there are too many
}

func newTally(s *result.Scan, limit int) tally {
	return tally{byRule: map[string]int{}, nearest: s.Nearest(limit)}
}

func (t *tally) take(f *result.Finding) {
	t.count++
	t.byRule[f.Rule]++
	t.nearest.Take(f)
	if len(t.keys) < pendingMost {
		t.keys = append(t.keys, f.Key())
	}
}

// ReadNews compares a scan with the earlier one.
func ReadNews(s *result.Scan, past *Past, byOwner bool) (*News, error) {
	n := &News{tally: newTally(s, newsKept), scan: s, first: past == nil, changes: map[string]int{}}
	if byOwner {
		n.owners = newOwners(s)
	}
	for f, err := range s.EachFinding() {
		if err != nil {
			return nil, err
		}
		// An added credential is news although its finding has severity info.
		if (f.Severity != result.SevInfo || f.Rule == "appeared") && !past.knows(f) {
			n.add(f)
		}
	}
	n.addChanges(past)
	for _, t := range s.Tenants {
		if !t.Error.IsZero() && (past == nil || past.whole[strings.ToLower(t.Tenant)]) {
			n.unread = append(n.unread, t)
		}
	}
	return n, nil
}

func (n *News) add(f *result.Finding) {
	n.take(f)
	if f.Severity == result.SevCritical {
		n.critical++
	}
	if n.owners != nil {
		n.owners.take(f)
	}
}

// addChanges adds the changed credentials, including those of earlier messages that were
// not delivered.
func (n *News) addChanges(past *Past) {
	if past != nil && past.pending != nil {
		n.listed = slices.Clone(past.pending.Changes)
		for _, c := range n.listed {
			n.changes[c.Change]++
		}
	}
	if c := n.scan.Changes; c != nil {
		n.changes["new"] += c.New
		n.changes["renewed"] += c.Renewed
		n.changes["gone"] += c.Gone
		n.listed = append(n.listed, c.List...)
	}
	n.listed = n.listed[:min(len(n.listed), pendingMost/10)]
}

// nothing reports whether there is no news.
func (n *News) nothing() bool { return n.count == 0 && !n.changed() }

// changed reports whether there is news besides findings.
func (n *News) changed() bool {
	return len(n.unread) > 0 || n.changes["new"]+n.changes["renewed"]+n.changes["gone"] > 0
}
