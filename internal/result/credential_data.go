package result

import (
	"iter"
	"slices"
	"strconv"
	"time"
)

// credentialData returns the numbers of the monitoring-plugin convention: days until
// the next expiry of a usable credential, and counts.
func credentialData(list []Credential, s Status) []Datum {
	if len(list) == 0 && s == Unknown {
		return nil // nothing was read, so a zero would be a false claim
	}
	n := count(list)
	days, usable := "U", strconv.Itoa(n.usable)
	if next, ok := nextEnd(list); ok {
		days = strconv.Itoa(next)
	}
	if n.unknown > 0 {
		usable = "U" // credentials with unreadable dates may be usable too
	}
	return []Datum{
		{Label: "days_left", Value: days, Warn: Window, Crit: "0:"}, {Label: "usable", Value: usable, Crit: "1:", Min: "0"},
		{Label: "expiring", Value: strconv.Itoa(n.expiring), Min: "0"}, {Label: "expired", Value: strconv.Itoa(n.expired), Min: "0"},
	}
}

// nextEnd returns the fewest days that any usable credential has left.
func nextEnd(list []Credential) (int, bool) {
	var days []int
	for _, c := range list {
		if c.DaysLeft != nil && c.Purpose.SignsIn() && (c.Status == Valid || c.Status == Expiring) {
			days = append(days, *c.DaysLeft)
		}
	}
	if len(days) == 0 {
		return 0, false
	}
	return slices.Min(days), true
}

func credentialMetrics(list []Credential) []Metric {
	var all []Metric
	times := func(name, help string, of func(Credential) *time.Time) {
		seen := map[string]bool{}
		for _, c := range list {
			// A series may appear only once; otherwise the whole file is rejected.
			if t := of(c); t != nil && !seen[c.Key()] {
				seen[c.Key()] = true
				all = append(all, Metric{Name: name, Help: help, Value: float64(t.Unix()), Labels: [][2]string{
					{"key_id", OrEmpty(c.KeyID)}, {"kind", c.Kind}, {"stored_on", c.StoredOn}, {"name", OrEmpty(c.DisplayName)}}})
			}
		}
	}
	times("spcheck_credential_end_timestamp_seconds", "When a credential expires, as Unix time.", func(c Credential) *time.Time { return c.EndDateTime })
	times("spcheck_credential_last_used_timestamp_seconds", "When a credential was last used, as Unix time.", func(c Credential) *time.Time { return c.LastUsedDateTime })
	n := count(list)
	for i, state := range []string{"usable", "expiring", "expired", "unknown"} {
		all = append(all, Metric{Name: "spcheck_credentials", Help: "Number of credentials by state; those that expire soon are usable too.",
			Value: float64([]int{n.usable, n.expiring, n.expired, n.unknown}[i]), Labels: [][2]string{{"state", state}}})
	}
	return all
}

// expiries returns the expiry dates of an application's credentials.
func expiries(list []Credential, appID, name string) iter.Seq2[Expiry, error] {
	return func(yield func(Expiry, error) bool) {
		for _, c := range list {
			if c.EndDateTime != nil && c.Status != NeverExpires && !yield(Expiry{appID, name, c}, nil) {
				return
			}
		}
	}
}
