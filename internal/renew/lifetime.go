package renew

import (
	"cmp"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
)

// DefaultDays is the lifetime in days if none was requested. A policy may shorten it.
const DefaultDays = 365

// maxDays is the longest lifetime in days that can be requested. The service itself accepts
// much later dates.
const maxDays = 36500

const day = 24 * time.Hour

// Lifetime is the requested lifetime of a credential, in days or until a time. If both are
// set, the time counts. The zero value means DefaultDays, or less if a policy demands it.
type Lifetime struct {
	Days  int
	Until time.Time
}

// ParseUntil parses a date such as 2027-01-31, and returns the end of that day in UTC. The
// date must be in the future. The error is a *fail.Error.
func ParseUntil(text string, now time.Time) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fail.Usage(msg.New("--until needs a date"), msg.New("for example --until 2027-01-31; the secret is valid until the end of that day, in UTC"))
	}
	end := t.Add(day - time.Second)
	if !end.After(now) {
		return time.Time{}, passedUntil(end)
	}
	if t.After(now.Add(maxDays * day)) {
		return time.Time{}, fail.Usage(msg.New("the date of --until is more than %d days in the future", maxDays))
	}
	return end, nil
}

func passedUntil(end time.Time) error {
	return fail.Usage(msg.New("the date of --until, %s, is in the past", end.Format(time.DateOnly)))
}

// CheckDays checks a lifetime in days. The error is a *fail.Error.
func CheckDays(days int) error {
	switch {
	case days <= 0:
		return fail.Usage(msg.New("--days must be at least 1"), msg.New("for a secret that is valid for a year: --days 365"))
	case days > maxDays:
		return fail.Usage(msg.New("--days must not exceed %d", maxDays))
	}
	return nil
}

func (l Lifetime) given() bool { return l.Days > 0 || !l.Until.IsZero() }

// end returns the expiry date of a credential that is added now.
func (l Lifetime) end(now time.Time) time.Time {
	if !l.Until.IsZero() {
		return l.Until.UTC()
	}
	return now.Add(time.Duration(cmp.Or(l.Days, DefaultDays)) * day).UTC().Truncate(time.Second)
}

// reserve is subtracted from the longest lifetime that a policy allows, because the
// service's clock is only known to the second and moves on during the request.
const reserve = 5 * time.Minute

// fit returns the expiry date under a policy that allows a lifetime of at most most, where
// zero is no limit. A requested lifetime that is too long does not fit. The default is
// shortened.
func (l Lifetime) fit(now time.Time, most time.Duration) (end time.Time, fits bool) {
	end = l.end(now)
	if most == 0 {
		return end, true
	}
	safe := now.Add(most - reserve).UTC().Truncate(time.Second)
	switch {
	case !end.After(safe):
		return end, true
	case !l.given(), !end.After(now.Add(most)):
		return safe, safe.After(now)
	}
	return end, false
}
