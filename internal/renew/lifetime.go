package renew

import (
	"cmp"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
)

// DefaultDays is the lifetime if none was requested: a year, so that somebody who renews
// by hand does so once a year. A policy may shorten it.
const DefaultDays = 365

// maxDays is the longest lifetime that can be requested. The service accepts dates much
// later if no policy forbids them.
const maxDays = 36500

const day = 24 * time.Hour

// Lifetime is how long the new secret is to last. The zero Lifetime leaves it to
// spcheck.
type Lifetime struct {
	Days  int
	Until time.Time
}

// ParseUntil reads a date such as 2027-01-31, the whole of which counts, in UTC.
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

// CheckDays refuses what is no lifetime.
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

// end is when a secret expires that is made now, by the service's clock.
func (l Lifetime) end(now time.Time) time.Time {
	if !l.Until.IsZero() {
		return l.Until.UTC()
	}
	return now.Add(time.Duration(cmp.Or(l.Days, DefaultDays)) * day).UTC().Truncate(time.Second)
}

// reserve is subtracted from a policy's longest lifetime: the service counts from the
// moment of its answer, and its clock is known to the second at best.
const reserve = 5 * time.Minute

// fit returns the end to ask for under a policy. A lifetime that was not chosen
// is shortened; one that was chosen and is too long is refused.
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
