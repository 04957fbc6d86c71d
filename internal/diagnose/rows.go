package diagnose

import (
	"cmp"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// Rows places credentials against now, for a report. Used gives the last use of
// a key ID, where that is known.
func Rows(creds []objects.Credential, now time.Time, within time.Duration, used map[string]objects.Activity) []result.Credential {
	rows := make([]result.Credential, len(creds))
	for i, c := range creds {
		hint := c.Hint
		if c.Kind == objects.Certificate {
			hint = c.Thumbprint
		}
		rows[i] = result.Credential{
			KeyID: result.OrNil(c.KeyID), Kind: c.Kind, Purpose: c.Purpose, StoredOn: c.StoredOn, DisplayName: result.OrNil(c.Name), Hint: result.OrNil(hint),
			StartDateTime: utc(c.Start), EndDateTime: utc(c.End), DaysLeft: c.DaysLeft(now), Status: c.Status(now, within),
			LastUsedDateTime: utc(used[c.KeyID].LastUsed),
		}
	}
	return rows
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// SortRows puts the nearest end first: what has ended before what ends, and what
// never ends last.
func SortRows(rows []result.Credential) []result.Credential {
	slices.SortStableFunc(rows, func(a, b result.Credential) int {
		switch {
		case a.EndDateTime == nil && b.EndDateTime == nil:
			return 0
		case a.EndDateTime == nil:
			return 1
		case b.EndDateTime == nil:
			return -1
		}
		return cmp.Compare(a.EndDateTime.Unix(), b.EndDateTime.Unix())
	})
	return rows
}
