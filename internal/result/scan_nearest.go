package result

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Nearest keeps a limited number of the most urgent findings of a scan. Suspicious
// findings are the most urgent; then the order is by severity, and then by how close the
// expiry date is.
type Nearest struct {
	list  []*Finding
	now   time.Time
	limit int
	full  bool // list[:limit] is sorted, and only more urgent findings are added
}

// Nearest returns an empty list for at most limit findings of this scan.
func (s *Scan) Nearest(limit int) *Nearest { return &Nearest{now: s.GeneratedAt, limit: limit} }

// Take adds a copy of a finding if it is urgent enough.
func (n *Nearest) Take(f *Finding) {
	if n.limit == 0 || n.full && n.compare(f, n.list[n.limit-1]) >= 0 {
		return
	}
	copied := *f
	n.list = append(n.list, &copied)
	if len(n.list) >= 2*n.limit {
		n.list, n.full = n.Sorted(), true
	}
}

// Sorted returns the findings, the most urgent first.
func (n *Nearest) Sorted() []*Finding {
	slices.SortFunc(n.list, n.compare)
	return n.list[:min(len(n.list), n.limit)]
}

func (n *Nearest) compare(a, b *Finding) int {
	distance := func(f *Finding) int64 {
		if f.EndDateTime == nil {
			return 1 << 62
		}
		return max(f.EndDateTime.Unix()-n.now.Unix(), n.now.Unix()-f.EndDateTime.Unix())
	}
	id := func(f *Finding) string { return f.Tenant + f.ObjectID + OrEmpty(f.KeyID) + f.Rule }
	return cmp.Or(cmp.Compare(b.suspicious(), a.suspicious()), cmp.Compare(a.Severity.rank(), b.Severity.rank()),
		cmp.Compare(distance(a), distance(b)), strings.Compare(id(a), id(b)))
}
