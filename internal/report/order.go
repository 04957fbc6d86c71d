package report

import (
	"cmp"
	"slices"

	"github.com/spcheck/spcheck/internal/result"
)

// ordered returns credentials in the order of the reports for people: what can
// be used first, the nearest end atop, then what is not yet valid, and last what
// has ended, the latest end atop.
func ordered(list []result.Credential) []result.Credential {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b result.Credential) int {
		if c := cmp.Compare(rank(a), rank(b)); c != 0 {
			return c
		}
		if a.Status == result.Expired {
			return compareEnds(b, a)
		}
		return compareEnds(a, b)
	})
	return list
}

func rank(c result.Credential) int {
	switch c.Status {
	case result.Expiring, result.Valid:
		return 0
	case result.NeverExpires:
		return 1
	case result.NotYetValid:
		return 2
	}
	return 3
}

// compareEnds puts an unknown end last.
func compareEnds(a, b result.Credential) int {
	switch {
	case a.EndDateTime == nil && b.EndDateTime == nil:
		return 0
	case a.EndDateTime == nil:
		return 1
	case b.EndDateTime == nil:
		return -1
	}
	return a.EndDateTime.Compare(*b.EndDateTime)
}
